// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.io.IOException;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.api.SysSocket;

/** The socket that listens at a gate's path, and its file. */
final class GateListener {

    private static final int BACKLOG = 128;

    private final SocketFile file;
    private final KernelSocket socket;

    private GateListener(SocketFile file, KernelSocket socket) {
        this.file = file;
        this.socket = socket;
    }

    /**
     * Takes the path, and listens there. Clients may come before this returns.
     *
     * @throws IOException the path is taken or cannot be used; the message says why and what to do
     */
    static GateListener open(GateSettings settings, KernelSockets sockets, SocketCallbacks.NewConn newconn)
            throws IOException {
        SockAddr address;
        try {
            address = SockAddr.unix(settings.path().toString());
        } catch (IllegalArgumentException e) {
            throw new GateException("the gate cannot be at " + settings.path() + ": " + e.getMessage(), e);
        }
        SocketFile file = SocketFile.take(settings);
        KernelSocket socket = null;
        boolean listens = false;
        try {
            socket = sockets.socket(KernelSockets.HOST_FAMILY, SysSocket.AF_UNIX, settings.type().number(), 0);
            Peer.mayNotPassDescriptors(socket);
            socket.bind(address);
            file.bound(settings);
            socket.listen(BACKLOG);
            socket.callbacks(SocketCallbacks.builder().newconn(newconn).build(), null);
            GateListener listener = new GateListener(file, socket);
            listens = true;
            return listener;
        } finally {
            if (!listens) {
                if (socket != null) {
                    socket.close();
                }
                file.close();
            }
        }
    }

    /** {@return whether the file at the path is still this socket's: whether anybody finds it} */
    boolean isFound() {
        return file.isBound();
    }

    /** Removes the file, if it still is this socket's, and gives up the path. */
    void leave() throws IOException {
        file.close();
    }

    /** Closes the socket; waits for a callback in flight. */
    void close() {
        socket.close();
    }
}
