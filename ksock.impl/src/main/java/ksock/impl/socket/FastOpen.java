// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.KernelSocketException;
import ksock.api.SysSocket;
import ksock.impl.callback.EventSource;
import ksock.impl.host.HostSocket;

/** MSG_FASTOPEN: a send that connects, of which the socket has to know what has come of it. Within a call. */
final class FastOpen {

    private FastOpen() {
    }

    /** Whether a send, by its flags, may connect; to datagrams they mean nothing. */
    static boolean asked(SocketState socket, int flags) {
        return (flags & SysSocket.MSG_FASTOPEN) != 0 && socket.isStream();
    }

    /** Makes a send that may connect. */
    static long send(SocketState socket, Call send) throws KernelSocketException {
        try {
            return send.make();
        } catch (KernelSocketException e) {
            KernelSocketException told = KeptError.ofConnect(socket, e);
            failed(socket, told);
            throw told;
        } finally {
            ended(socket);
        }
    }

    private static void failed(SocketState socket, KernelSocketException e) {
        switch (e.errno()) {
            case EINPROGRESS -> {
                // Of an earlier connection.
                socket.takeKeptError();
                socket.readiness().connecting();
            }
            case ECONNREFUSED, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH -> {
                HostSocket host = socket.host();
                if (host != null && isIdle(socket, host)
                        && !ConnectionCalls.isConnecting(socket) && !host.hasPeer()) {
                    // As the kernel does it for a send that waits there; and ConnectionCalls for a connect.
                    host.connectNow(ConnectionCalls.NOBODY);
                }
            }
            default -> {
                // Of the send.
            }
        }
    }

    /** Whether it was neither connected nor listening. What was shut for receiving listens no more, on TCP. */
    private static boolean isIdle(SocketState socket, HostSocket host) {
        return switch (socket.phase()) {
            case EventSource.PHASE_NONE -> true;
            case EventSource.PHASE_LISTENING -> host.option(SysSocket.SOL_SOCKET, SysSocket.SO_ACCEPTCONN) == 0;
            default -> false;
        };
    }

    /** It is out, whichever way: finds out what has come of it. */
    private static void ended(SocketState socket) {
        HostSocket host = socket.host();
        if (host != null && isIdle(socket, host)) {
            if (ConnectionCalls.isConnecting(socket)) {
                // Of an earlier connection.
                socket.takeKeptError();
                socket.readiness().connecting();
            } else if (host.hasPeer()) {
                socket.takeKeptError();
                socket.readiness().connected(true);
            }
        }
    }
}
