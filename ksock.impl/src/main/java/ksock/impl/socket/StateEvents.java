// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.MemorySegment;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.impl.callback.EventSource;
import ksock.impl.callback.SocketEvents;
import ksock.impl.libc.LinuxConst;

/** A socket as its callbacks see it. Each answer is a call on the socket: after its close it is nothing. */
final class StateEvents implements EventSource {

    private final SocketState socket;

    StateEvents(SocketState socket) {
        this.socket = socket;
    }

    @Override
    public int phase() {
        return socket.phase();
    }

    @Override
    public void connectEnded(int errno) {
        socket.connectEnded(errno);
    }

    @Override
    public boolean initiated() {
        return socket.initiated();
    }

    @Override
    public boolean connectionOriented() {
        return socket.isConnectionOriented();
    }

    @Override
    public int takeError() {
        if (!socket.tryEnter()) {
            return 0;
        }
        try {
            return socket.takeHostError();
        } finally {
            socket.leave();
        }
    }

    @Override
    public void keepError(int errno) {
        socket.keepError(errno);
    }

    @Override
    public int peek() {
        if (!socket.tryEnter()) {
            return -LinuxConst.EBADF;
        }
        try {
            if (socket.host() != null) {
                return socket.host().peek();
            }
            long result = socket.family().recv(MemorySegment.ofArray(new byte[1]), 0, 1, SysSocket.MSG_PEEK, null);
            return result == KernelSocket.WOULD_BLOCK ? -LinuxConst.EAGAIN : (int) Math.min(1, result);
        } catch (KernelSocketException e) {
            return -e.number();
        } finally {
            socket.leave();
        }
    }

    @Override
    public long readable() {
        return ask(SysIoctl.FIONREAD);
    }

    @Override
    public long sendRoom() {
        if (socket.host() == null || !socket.tryEnter()) {
            return -1;
        }
        try {
            int room = socket.host().option(SysSocket.SOL_SOCKET, SysSocket.SO_SNDBUF);
            int queued = socket.host().ioctlAnswer(SysIoctl.SIOCOUTQ);
            return room < 0 || queued < 0 ? -1 : Math.max(1, room - queued);
        } finally {
            socket.leave();
        }
    }

    private long ask(int request) {
        if (socket.host() == null || !socket.tryEnter()) {
            return -1;
        }
        try {
            return socket.host().ioctlAnswer(request);
        } finally {
            socket.leave();
        }
    }

    @Override
    public int poll() {
        if (!socket.tryEnter()) {
            return 0;
        }
        try {
            return socket.family().poll();
        } finally {
            socket.leave();
        }
    }

    @Override
    public void armWrite() {
        if (!socket.tryEnter()) {
            return;
        }
        try {
            if (socket.host() == null) {
                // Else the family tells when there is room.
                if ((socket.family().poll() & SysPoll.POLLOUT) != 0) {
                    socket.events().post(SysPoll.POLLOUT);
                }
            } else {
                socket.watch();
                socket.watchRoom();
            }
        } catch (KernelSocketException e) {
            // No memory to be told with: better a useless callback than none ever.
            socket.events().post(SysPoll.POLLOUT);
        } finally {
            socket.leave();
        }
    }

    @Override
    public void rearm() throws KernelSocketException {
        if (!socket.tryEnter()) {
            return;
        }
        try {
            if (socket.host() == null) {
                SocketEvents events = socket.events();
                events.post(socket.family().poll() & ~SysPoll.POLLOUT);
            } else {
                socket.watchAgain();
            }
        } finally {
            socket.leave();
        }
    }
}
