// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** gVisor's accept_bind and bind: who may bind, listen, connect and accept when. */
class AcceptBindTest {

    @TestFactory
    Stream<DynamicContainer> bind() {
        return each(ALL, kind -> Stream.of(
                row("Bind", g -> g.socket(kind), s -> s.bind(address(kind)), OK),
                row("DoubleBindSocket", g -> g.bound(kind), s -> s.bind(address(kind)), EINVAL),
                row("DoubleBindAddress", g -> new Twice(g.bound(kind), g.socket(kind)), Twice::bindSame, EADDRINUSE),
                row("GetRemoteAddressWithoutConnect", g -> g.bound(kind), KernelSocket::getpeername, ENOTCONN),
                row("BindToAnotherFamily", g -> g.socket(kind), s -> s.bind(foreign(kind)),
                        kind.isUnix() || kind.domain() == AF_INET6 ? EINVAL : EAFNOSUPPORT),
                row("BindToUnknownFamily", g -> g.socket(kind), s -> s.bind(new SockAddr.Raw(0x1234, new byte[26])),
                        kind.isUnix() ? EINVAL : EAFNOSUPPORT)));
    }

    @TestFactory
    Stream<DynamicContainer> bindOfShortAddresses() {
        return each(INET, kind -> Stream.of(
                row("BindTooShort", g -> g.socket(kind), s -> s.bind(new SockAddr.Raw(kind.domain(), new byte[4])),
                        EINVAL),
                row("BindNoAddress", g -> g.socket(kind), s -> s.bind(new SockAddr.Raw(kind.domain(), new byte[0])),
                        EINVAL)));
    }

    @TestFactory
    Stream<DynamicContainer> bindOfInternetAddresses() {
        return onBothThreads("bindOfInternetAddresses", () -> Stream.of(
                row("DoubleBindListening", g -> new Twice(g.listening(TCP4), g.socket(TCP4)), Twice::bindSame,
                        EADDRINUSE),
                row("BindToForeignAddress", g -> g.socket(TCP4), s -> s.bind(SockAddr.inet("192.0.2.1", 0)),
                        EADDRNOTAVAIL),
                row("BindToForeignAddress6", g -> g.socket(UDP6), s -> s.bind(SockAddr.inet("2001:db8::1", 0)),
                        EADDRNOTAVAIL),
                row("LinkLocalWithoutScope", g -> g.socket(UDP6), s -> s.bind(SockAddr.inet("fe80::1", 0)), EINVAL),
                row("UnspecifiedFamilyIsAnyAddress", g -> g.socket(UDP4),
                        s -> s.bind(new SockAddr.Raw(AF_UNSPEC, new byte[14])), OK),
                row("UnspecifiedFamilyIsNoOtherAddress", g -> g.socket(UDP4),
                        s -> s.bind(new SockAddr.Raw(AF_UNSPEC,
                                new byte[] {0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})),
                        EAFNOSUPPORT),
                row("BindAfterConnect", g -> g.connected(TCP4).near(), s -> s.bind(SockAddr.loopback4(0)), EINVAL)));
    }

    @TestFactory
    Stream<DynamicContainer> listen() {
        return each(CONNECTING, kind -> Stream.of(
                row("Listen", g -> g.bound(kind), s -> s.listen(5), OK),
                row("ListenIncreaseBacklog", g -> g.listening(kind), s -> s.listen(10), OK),
                row("ListenDecreaseBacklog", g -> g.listening(kind), s -> s.listen(1), OK),
                row("ListenBacklogZero", g -> g.bound(kind), s -> s.listen(0), OK),
                row("ListenBacklogNegative", g -> g.bound(kind), s -> s.listen(-1), OK),
                row("ListenBacklogLargest", g -> g.bound(kind), s -> s.listen(Integer.MAX_VALUE), OK),
                row("BindListenBind", g -> g.listening(kind), s -> s.bind(address(kind)), EINVAL),
                row("ListenConnected", g -> g.connected(kind).near(), s -> s.listen(5), EINVAL)));
    }

    @Test
    void shouldTakeANegativeBacklogForTheLargest() throws Exception {
        try (Ground ground = new Ground()) {
            KernelSocket listener = ground.bound(UNIX_STREAM);
            listener.listen(-1);

            for (int waiting = 0; waiting < 16; waiting++) {
                KernelSocket client = ground.socket(UNIX_STREAM);
                client.ioctl(FIONBIO, 1);
                assertThat(client.connect(listener.getsockname())).isZero();
            }
        }
    }

    @TestFactory
    Stream<DynamicContainer> listenWhereItMeansNothing() {
        return onBothThreads("listenWhereItMeansNothing", () -> Stream.of(
                row("ListenWithoutBind UNIX_STREAM", g -> g.socket(UNIX_STREAM), s -> s.listen(1), EINVAL),
                row("ListenWithoutBind UNIX_SEQPACKET", g -> g.socket(UNIX_SEQPACKET), s -> s.listen(1), EINVAL),
                row("TCPListenUnbound", g -> g.socket(TCP4), s -> s.listen(1), OK),
                row("Udp.Listen", g -> g.bound(UDP4), s -> s.listen(1), EOPNOTSUPP),
                row("UnixDgram.Listen", g -> g.bound(UNIX_DGRAM), s -> s.listen(1), EOPNOTSUPP),
                row("DoubleListen, one address", g -> {
                    Twice two = new Twice(g.socket(TCP4), g.socket(TCP4));
                    two.first.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
                    two.second.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
                    two.first.bind(SockAddr.loopback4(0));
                    two.bindSame();
                    two.first.listen(1);
                    return two.second;
                }, s -> s.listen(1), EADDRINUSE)));
    }

    @TestFactory
    Stream<DynamicContainer> connect() {
        return each(CONNECTING, kind -> Stream.of(
                row("Connect", g -> new Twice(g.listening(kind), g.socket(kind)), Twice::connectToFirst, 0),
                row("DoubleConnect", g -> {
                    Twice two = new Twice(g.listening(kind), g.socket(kind));
                    two.connectToFirst();
                    return two;
                }, Twice::connectToFirst, EISCONN),
                row("ConnectNonListening", g -> new Twice(g.bound(kind), g.socket(kind)), Twice::connectToFirst,
                        ECONNREFUSED),
                row("ConnectWithoutListen, nobody", g -> new Nobody(g.socket(kind), g.deserted(kind)),
                        Nobody::connect, ECONNREFUSED),
                row("ListenerConnects", g -> new Twice(g.listening(kind), g.listening(kind)), Twice::connectToFirst,
                        kind.isUnix() ? EINVAL : EISCONN)));
    }

    @TestFactory
    Stream<DynamicContainer> connectAmongUnixSockets() {
        return onBothThreads("connectAmongUnixSockets", () -> Stream.of(
                row("SelfConnect", g -> g.bound(UNIX_STREAM), s -> s.connect(s.getsockname()), ECONNREFUSED),
                row("SelfConnect, listening", g -> g.listening(UNIX_STREAM), s -> s.connect(s.getsockname()), EINVAL),
                row("ConnectWithWrongType, stream to datagram",
                        g -> new Twice(g.bound(UNIX_DGRAM), g.socket(UNIX_STREAM)), Twice::connectToFirst, EPROTOTYPE),
                row("ConnectWithWrongType, datagram to stream",
                        g -> new Twice(g.listening(UNIX_STREAM), g.socket(UNIX_DGRAM)), Twice::connectToFirst,
                        EPROTOTYPE),
                row("ConnectWithWrongType, packets to stream",
                        g -> new Twice(g.listening(UNIX_STREAM), g.socket(UNIX_SEQPACKET)), Twice::connectToFirst,
                        EPROTOTYPE),
                row("ConnectToFilePath", g -> new Nobody(g.socket(UNIX_STREAM), Paths.file(g)), Nobody::connect,
                        ECONNREFUSED),
                row("ConnectToMissingPath", g -> new Nobody(g.socket(UNIX_STREAM), SockAddr.unix(
                        g.freshPath().toString())), Nobody::connect, ENOENT),
                row("ConnectToInvalidAbstractPath",
                        g -> new Nobody(g.socket(UNIX_STREAM), Ground.freshAbstractAddress()),
                        Nobody::connect, ECONNREFUSED),
                row("ConnectToUnnamed", g -> g.socket(UNIX_STREAM), s -> s.connect(SockAddr.Unix.UNNAMED), EINVAL),
                row("ConnectToAnotherFamily", g -> g.socket(UNIX_STREAM), s -> s.connect(SockAddr.loopback4(1)),
                        EINVAL),
                row("ConnectPair", g -> new Nobody(g.socketpair(UNIX_STREAM).near(),
                        g.listening(UNIX_STREAM).getsockname()), Nobody::connect, EISCONN)));
    }

    @TestFactory
    Stream<DynamicContainer> accept() {
        return each(CONNECTING, kind -> Stream.of(
                row("AcceptWithoutBind", g -> g.socket(kind), s -> s.accept(), EINVAL),
                row("AcceptWithoutListen", g -> g.bound(kind), s -> s.accept(), EINVAL),
                row("AcceptConnected", g -> g.connected(kind).near(), s -> s.accept(), EINVAL),
                row("AcceptNonBlocking", g -> g.nonBlocking(g.listening(kind)), s -> s.accept() == null ? 1 : 0, 1),
                row("Accept", g -> {
                    KernelSocket listener = g.listening(kind);
                    g.socket(kind).connect(listener.getsockname());
                    return new Adopting(g, listener);
                }, Adopting::accept, OK),
                row("AcceptAfterShutdown", g -> {
                    KernelSocket listener = g.listening(kind);
                    listener.shutdown(SHUT_RD);
                    return listener;
                }, s -> s.accept(), EINVAL)));
    }

    @TestFactory
    Stream<DynamicContainer> acceptOfDatagramSockets() {
        return onBothThreads("acceptOfDatagramSockets", () -> Stream.of(
                row("Udp.Accept", g -> g.bound(UDP4), s -> s.accept(), EOPNOTSUPP),
                row("UnixDgram.Accept", g -> g.bound(UNIX_DGRAM), s -> s.accept(), EOPNOTSUPP)));
    }

    @TestFactory
    Stream<DynamicContainer> addresses() {
        return each(CONNECTING, kind -> Stream.of(
                row("GetRemoteAddress", g -> g.connected(kind), pair -> {
                    assertThat(pair.near().getpeername()).isEqualTo(pair.far().getsockname());
                    if (!kind.isUnix()) {
                        assertThat(pair.far().getpeername()).isEqualTo(pair.near().getsockname());
                    }
                }, OK),
                row("AcceptValidAddrLen", g -> {
                    KernelSocket listener = g.listening(kind);
                    KernelSocket client = g.bound(kind);
                    client.connect(listener.getsockname());
                    SockAddrBuffer peer = new SockAddrBuffer();
                    g.adopt(listener.accept(peer));
                    assertThat(peer.get()).isEqualTo(client.getsockname());
                    return peer;
                }, peer -> assertThat(peer.family()).isEqualTo(kind.domain()), OK),
                row("UnboundSenderAddr", g -> {
                    KernelSocket listener = g.listening(kind);
                    KernelSocket client = g.socket(kind);
                    client.connect(listener.getsockname());
                    SockAddrBuffer peer = new SockAddrBuffer();
                    g.adopt(listener.accept(peer));
                    return peer.get();
                }, peer -> {
                    if (kind.isUnix()) {
                        assertThat(peer).isEqualTo(SockAddr.Unix.UNNAMED);
                    } else {
                        assertThat(peer.toString()).doesNotEndWith(":0");
                    }
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> unboundAddresses() {
        return each(ALL, kind -> Stream.of(
                row("UnboundGetLocalAddress", g -> g.socket(kind), s -> assertThat(s.getsockname()).isEqualTo(
                        switch (kind.domain()) {
                            case AF_INET -> SockAddr.inet4(0, 0);
                            case AF_INET6 -> SockAddr.inet("::", 0);
                            default -> SockAddr.Unix.UNNAMED;
                        }), OK),
                row("BoundGetLocalAddress", g -> g.bound(kind), s -> assertThat(s.getsockname().toString())
                        .doesNotEndWith(":0").isNotEqualTo("(unnamed)"), OK)));
    }

    private static SockAddr address(SocketKind kind) {
        return switch (kind.domain()) {
            case AF_INET -> SockAddr.loopback4(0);
            case AF_INET6 -> SockAddr.loopback6(0);
            default -> Ground.freshAbstractAddress();
        };
    }

    private static SockAddr foreign(SocketKind kind) {
        return kind.domain() == AF_INET ? SockAddr.loopback6(0) : SockAddr.loopback4(0);
    }

    /** Two sockets, of which the second is tried with the first one's address. */
    private record Twice(KernelSocket first, KernelSocket second) {

        void bindSame() throws Exception {
            second.bind(first.getsockname());
        }

        long connectToFirst() throws Exception {
            return second.connect(first.getsockname());
        }
    }

    /** A socket, and an address that it is to connect to in vain. */
    private record Nobody(KernelSocket socket, SockAddr address) {

        long connect() throws Exception {
            return socket.connect(address);
        }
    }

    /** A listener whose connections are closed with the case. */
    private record Adopting(Ground ground, KernelSocket listener) {

        void accept() throws Exception {
            ground.adopt(listener.accept());
        }
    }
}
