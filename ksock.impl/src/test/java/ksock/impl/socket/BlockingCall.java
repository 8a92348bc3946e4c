// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;

import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SysPoll;

/** The calls that can block, each with a socket on which it does, and with what lets it succeed. */
public enum BlockingCall {

    ACCEPT {
        @Override
        public Blocked prepare(Fixture fixture) throws KernelSocketException {
            KernelSocket listener = fixture.listener();
            KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
            SockAddr address = listener.getsockname();
            return new Blocked(listener, KernelSocket::accept, () -> client.connect(address));
        }
    },
    ACCEPT_UNIX {
        @Override
        public Blocked prepare(Fixture fixture) throws KernelSocketException {
            KernelSocket listener = unixListener(fixture, 8);
            KernelSocket client = fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0));
            SockAddr address = listener.getsockname();
            return new Blocked(listener, KernelSocket::accept, () -> client.connect(address));
        }
    },
    RECV {
        @Override
        public Blocked prepare(Fixture fixture) throws KernelSocketException {
            KernelSocket[] pair = fixture.connection();
            return new Blocked(pair[0], socket -> socket.recv(new byte[16], 0, 16, 0), () -> send(pair[1]));
        }
    },
    RECV_ALL {
        @Override
        public Blocked prepare(Fixture fixture) throws KernelSocketException {
            KernelSocket[] pair = fixture.pair(SOCK_STREAM);
            return new Blocked(pair[0], socket -> socket.recv(new byte[16], 0, 16, MSG_WAITALL), () -> send(pair[1]));
        }
    },
    RECVFROM_UDP {
        @Override
        public Blocked prepare(Fixture fixture) throws KernelSocketException {
            KernelSocket socket = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_DGRAM, 0));
            socket.bind(SockAddr.loopback4(0));
            KernelSocket peer = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_DGRAM, 0));
            peer.connect(socket.getsockname());
            return new Blocked(socket, own -> own.recv(new byte[16], 0, 16, 0), () -> send(peer));
        }
    },
    RECVMSG {
        @Override
        public Blocked prepare(Fixture fixture) throws KernelSocketException {
            KernelSocket[] pair = fixture.pair(SOCK_SEQPACKET);
            return new Blocked(pair[0], socket -> socket.recvmsg(new MessageHeader(), 0), () -> send(pair[1]));
        }
    },
    SEND {
        @Override
        public Blocked prepare(Fixture fixture) throws KernelSocketException {
            // Of UNIX: that a TCP connection is full does not last, its buffers grow.
            return full(fixture.pair(SOCK_STREAM));
        }
    },
    SEND_UNIX_DATAGRAM {
        @Override
        public Blocked prepare(Fixture fixture) throws KernelSocketException {
            return full(fixture.pair(SOCK_DGRAM));
        }
    },
    CONNECT_UNIX {
        @Override
        public Blocked prepare(Fixture fixture) throws KernelSocketException {
            KernelSocket listener = unixListener(fixture, 0);
            SockAddr address = listener.getsockname();
            fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0)).connect(address);
            return new Blocked(fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0)),
                    socket -> socket.connect(address), () -> fixture.keep(listener.accept()));
        }
    };

    /** A call, on the socket or on a view of it. */
    @FunctionalInterface
    public interface Call {
        Object make(KernelSocket socket) throws KernelSocketException;
    }

    /** What the other side does, so that the call succeeds; itself it does not block. */
    @FunctionalInterface
    public interface Completion {
        void happen() throws KernelSocketException;
    }

    /** A socket on which a call blocks. */
    public record Blocked(KernelSocket socket, Call call, Completion completion) {

        public Object make() throws KernelSocketException {
            return call.make(socket);
        }

        /** The same socket, and poll instead of the call, for what the call waits for. */
        public Blocked polled(Fixture fixture, int events) {
            return new Blocked(socket, own -> {
                PollFd fd = new PollFd(socket, events);
                fixture.sockets.poll(new PollFd[] {fd}, null);
                return fd.revents();
            }, completion);
        }
    }

    /** Makes a socket on which the call blocks until something ends it. */
    public abstract Blocked prepare(Fixture fixture) throws KernelSocketException;

    /** What poll waits for in this call's stead; 0 where it would not wait, as on a socket that was never connected. */
    public int events() {
        return switch (this) {
            case CONNECT_UNIX -> 0;
            case SEND -> SysPoll.POLLOUT;
            // Of such a one it is said that there is room, when there is none.
            case SEND_UNIX_DATAGRAM -> 0;
            default -> SysPoll.POLLIN;
        };
    }

    private static KernelSocket unixListener(Fixture fixture, int backlog) throws KernelSocketException {
        KernelSocket listener = fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0));
        listener.bind(SockAddr.Unix.UNNAMED);
        listener.listen(backlog);
        return listener;
    }

    private static Blocked full(KernelSocket[] pair) throws KernelSocketException {
        Fixture.fill(pair[0]);
        return new Blocked(pair[0], socket -> socket.send(new byte[16], 0, 16, 0), () -> drain(pair[1]));
    }

    private static void send(KernelSocket socket) throws KernelSocketException {
        socket.send(new byte[16], 0, 16, 0);
    }

    private static void drain(KernelSocket socket) throws KernelSocketException {
        byte[] bytes = new byte[1 << 16];
        while (socket.recv(bytes, 0, bytes.length, MSG_DONTWAIT) > 0) {
            Thread.onSpinWait();
        }
    }
}
