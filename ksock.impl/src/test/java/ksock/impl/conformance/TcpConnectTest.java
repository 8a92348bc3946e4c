// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.IN_PROGRESS;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.TCP;
import static ksock.impl.conformance.SocketKind.TCP4;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's tcp_socket and socket_inet_loopback, FreeBSD's socket_afinet: how a connection is made, or is not. */
class TcpConnectTest {

    @TestFactory
    Stream<DynamicContainer> refused() {
        return each(TCP, kind -> Stream.of(
                row("BlockingConnectRefused", g -> new Attempt(g, g.socket(kind), g.deserted(kind)), Attempt::connect,
                        ECONNREFUSED),
                row("NonBlockingConnectRefused: the error is in SO_ERROR, once",
                        g -> Attempt.failed(g, kind), attempt -> {
                            assertThat(attempt.socket.getsockopt(SOL_SOCKET, SO_ERROR))
                                    .isEqualTo(ECONNREFUSED.number());
                            assertThat(attempt.socket.getsockopt(SOL_SOCKET, SO_ERROR)).isZero();
                        }, OK),
                row("NonBlockingConnectNoListenerRead", g -> Attempt.failed(g, kind),
                        a -> Ground.recv(a.socket, 1), ECONNREFUSED),
                row("NonBlockingConnectNoListenerRead, again is end of file", g -> Attempt.failed(g, kind), a -> {
                    a.socket.getsockopt(SOL_SOCKET, SO_ERROR);
                    return a.socket.recv(new byte[1], 0, 1, 0);
                }, 0),
                row("NonBlockingConnectNoListenerPeek", g -> Attempt.failed(g, kind),
                        a -> Ground.recv(a.socket, 1, MSG_PEEK), ECONNREFUSED),
                row("NonBlockingConnectNoListener, send", g -> Attempt.failed(g, kind),
                        a -> Ground.send(a.socket, "x"), ECONNREFUSED),
                row("NonBlockingConnectRetry: connect says why", g -> Attempt.failed(g, kind), Attempt::connect,
                        ECONNREFUSED),
                row("NonBlockingConnectRetry: the next says aborted", g -> {
                    Attempt attempt = Attempt.failed(g, kind);
                    attempt.socket.getsockopt(SOL_SOCKET, SO_ERROR);
                    return attempt;
                }, Attempt::connect, ECONNABORTED),
                row("CleanupOnConnectionRefused: bound, and connectable elsewhere", g -> {
                    Attempt attempt = new Attempt(g, g.bound(kind), g.deserted(kind));
                    try {
                        attempt.connect();
                    } catch (ksock.api.KernelSocketException e) {
                        assertThat(e.errno()).isEqualTo(ECONNREFUSED);
                    }
                    return new Attempt(g, attempt.socket, g.listening(kind).getsockname());
                }, Attempt::connect, 0)));
    }

    @TestFactory
    Stream<DynamicContainer> made() {
        return each(TCP, kind -> Stream.of(
                row("ConnectOnEstablishedConnection", g -> g.connected(kind), pair -> pair.near().connect(
                        pair.near().getpeername()), EISCONN),
                row("ConnectOnEstablishedConnection, the accepted end", g -> g.connected(kind),
                        pair -> pair.far().connect(pair.far().getpeername()), EISCONN),
                row("NonBlockingConnect_PollOut", g -> new Attempt(g, g.nonBlocking(kind),
                        g.listening(kind).getsockname()), attempt -> {
                    assertThat(attempt.connect()).isIn(0L, (long) IN_PROGRESS);
                    assertThat(attempt.ground.await(attempt.socket, POLLOUT)).isEqualTo(POLLOUT);
                    assertThat(attempt.socket.getsockopt(SOL_SOCKET, SO_ERROR)).isZero();
                    assertThat(attempt.socket.getpeername()).isEqualTo(attempt.address);
                }, OK),
                row("NonBlockingConnect: the next call is done", g -> {
                    Attempt attempt = new Attempt(g, g.nonBlocking(kind), g.listening(kind).getsockname());
                    attempt.connect();
                    g.await(attempt.socket, POLLOUT);
                    return attempt;
                }, Attempt::connect, 0),
                row("NonBlockingConnect: the one after that is EISCONN", g -> {
                    Attempt attempt = new Attempt(g, g.nonBlocking(kind), g.listening(kind).getsockname());
                    attempt.connect();
                    g.await(attempt.socket, POLLOUT);
                    attempt.connect();
                    return attempt;
                }, Attempt::connect, EISCONN),
                row("connect after SHUT_RDWR is EISCONN", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().shutdown(SHUT_RDWR);
                    return new Attempt(g, pair.near(), pair.near().getpeername());
                }, Attempt::connect, EISCONN),
                row("ConnectedAcceptedPeerAndLocalAreReciprocals", g -> g.connected(kind), pair -> {
                    assertThat(pair.near().getpeername()).isEqualTo(pair.far().getsockname());
                    assertThat(pair.far().getpeername()).isEqualTo(pair.near().getsockname());
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> addresses() {
        return onBothThreads("addresses", () -> Stream.of(
                row("V4ListenerV6Connect", g -> g.socket(TCP4), s -> s.connect(SockAddr.loopback6(1)), EAFNOSUPPORT),
                row("V6 socket, IPv4 address", g -> g.socket(SocketKind.TCP6), s -> s.connect(SockAddr.loopback4(1)),
                        EINVAL),
                row("V6 socket, mapped address", g -> new Attempt(g, g.socket(SocketKind.TCP6),
                        mapped(g.listening(TCP4).getsockname())), Attempt::connect, 0),
                row("short address", g -> g.socket(TCP4), s -> s.connect(new SockAddr.Raw(AF_INET, new byte[6])),
                        EINVAL),
                row("no address", g -> g.socket(TCP4), s -> s.connect(new SockAddr.Raw(AF_INET, new byte[0])),
                        EINVAL),
                row("unknown family", g -> g.socket(TCP4), s -> s.connect(new SockAddr.Raw(77, new byte[14])),
                        EAFNOSUPPORT),
                row("ConnectUnspecifiedAddress: is the loopback", g -> {
                    int port = ((SockAddr.Inet4) g.listening(TCP4).getsockname()).port();
                    return new Attempt(g, g.socket(TCP4), SockAddr.inet4(0, port));
                }, Attempt::connect, 0),
                row("broadcast", g -> g.socket(TCP4), s -> s.connect(SockAddr.inet("255.255.255.255", 9)),
                        ENETUNREACH),
                row("multicast", g -> g.socket(TCP4), s -> s.connect(SockAddr.inet("224.0.0.1", 9)), ENETUNREACH),
                row("AF_UNSPEC dissolves", g -> g.connected(TCP4).near(),
                        s -> s.connect(new SockAddr.Raw(AF_UNSPEC, new byte[14])), 0),
                row("LoopbackAddressRangeConnect", g -> {
                    KernelSocket listener = g.socket(TCP4);
                    listener.bind(SockAddr.inet4(0x7f010203, 0));
                    listener.listen(1);
                    return new Attempt(g, g.socket(TCP4), listener.getsockname());
                }, Attempt::connect, 0)));
    }

    @TestFactory
    Stream<DynamicContainer> listenerThatEnds() {
        return each(TCP, kind -> Stream.of(
                row("TCPListenClose: nobody is there any more", g -> {
                    KernelSocket listener = g.listening(kind);
                    SockAddr address = listener.getsockname();
                    listener.close();
                    return new Attempt(g, g.socket(kind), address);
                }, Attempt::connect, ECONNREFUSED),
                row("TCPListenShutdown: connect", g -> {
                    KernelSocket listener = g.listening(kind);
                    listener.shutdown(SHUT_RD);
                    return new Attempt(g, g.socket(kind), listener.getsockname());
                }, Attempt::connect, ECONNREFUSED),
                row("TCPListenShutdownListen: listens again", g -> {
                    KernelSocket listener = g.listening(kind);
                    listener.shutdown(SHUT_RD);
                    listener.listen(5);
                    return new Attempt(g, g.socket(kind), listener.getsockname());
                }, Attempt::connect, 0),
                row("TCPListenShutdown: SHUT_WR does nothing", g -> {
                    KernelSocket listener = g.listening(kind);
                    listener.shutdown(SHUT_WR);
                    return new Attempt(g, g.socket(kind), listener.getsockname());
                }, Attempt::connect, 0),
                row("TCPListenCloseConnectingRead: a connection not accepted is reset", g -> {
                    KernelSocket listener = g.listening(kind);
                    KernelSocket client = g.socket(kind);
                    client.connect(listener.getsockname());
                    listener.close();
                    g.await(client, POLLIN);
                    return client;
                }, s -> Ground.recv(s, 1), ECONNRESET)));
    }

    private static SockAddr mapped(SockAddr address) {
        SockAddr.Inet4 inet = (SockAddr.Inet4) address;
        return new SockAddr.Inet6(0, 0xffff_0000_0000L | Integer.toUnsignedLong(inet.address()), inet.port(), 0, 0);
    }

    /** A socket that is to connect somewhere. */
    private record Attempt(Ground ground, KernelSocket socket, SockAddr address) {

        /** A non-blocking one whose connection has just been refused. */
        static Attempt failed(Ground ground, SocketKind kind) throws Exception {
            Attempt attempt = new Attempt(ground, ground.nonBlocking(kind), ground.deserted(kind));
            assertThat(attempt.connect()).isEqualTo(IN_PROGRESS);
            assertThat(ground.await(attempt.socket, POLLOUT) & POLLERR).isEqualTo(POLLERR);
            return attempt;
        }

        long connect() throws Exception {
            return socket.connect(address);
        }
    }
}
