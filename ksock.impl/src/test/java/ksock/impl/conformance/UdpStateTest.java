// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.NetinetIn.*;
import static ksock.api.SysIoctl.FIONREAD;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.UDP;
import static ksock.impl.conformance.SocketKind.UDP4;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.impl.socket.Fixture;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's udp_socket and socket_ip_udp_generic: what a datagram socket's state and options let it do. */
class UdpStateTest {

    private static final int SIOCGSTAMP = 0x8906;

    @TestFactory
    Stream<DynamicContainer> peers() {
        return each(UDP, kind -> Stream.of(
                row("Getsockname: unbound", g -> g.socket(kind), s -> port(s.getsockname()), 0),
                row("ConnectAnyZero: takes a peer of port 0", g -> g.socket(kind), s -> s.connect(any(kind, 0)), 0),
                row("ConnectAnyWithPort: is the loopback's", g -> g.socket(kind), s -> {
                    s.connect(any(kind, 9));
                    assertThat(s.getpeername()).isEqualTo(loopback(kind, 9));
                }, OK),
                row("DisconnectAfterConnectAnyWithPort", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.connect(any(kind, 9));
                    socket.connect(nobody());
                    return socket;
                }, KernelSocket::getpeername, ENOTCONN),
                row("BindToAnyConnnectToLocalhost: the address is known then", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.bind(any(kind, 0));
                    socket.connect(g.bound(kind).getsockname());
                    return socket;
                }, s -> assertThat(s.getsockname()).isEqualTo(loopback(kind, port(s.getsockname()))), OK),
                row("DisconnectAfterBindToAny: keeps the port that it asked for", g -> {
                    int port = port(g.deserted(kind));
                    KernelSocket socket = g.socket(kind);
                    socket.bind(any(kind, port));
                    socket.connect(g.bound(kind).getsockname());
                    socket.connect(nobody());
                    return new Object[] {socket, port};
                }, both -> assertThat(port(((KernelSocket) both[0]).getsockname())).isEqualTo(both[1]), OK),
                row("Bind: twice", g -> g.bound(kind), s -> s.bind(any(kind, 0)), EINVAL),
                row("ConnectWriteToInvalidPort: the next call is refused", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.connect(g.deserted(kind));
                    Ground.send(socket, "x");
                    g.await(socket, POLLIN);
                    return socket;
                }, s -> Ground.send(s, "x"), ECONNREFUSED),
                row("ConnectSimultaneousWriteToInvalidPort: the answer may be awaited", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.connect(g.deserted(kind));
                    return socket;
                }, s -> {
                    CompletableFuture<Long> answer = Ground.async(() -> s.recv(new byte[1], 0, 1, 0));
                    Fixture.awaitBlocked(s, 1);
                    Ground.send(s, "x");
                    Ground.join(answer);
                }, ECONNREFUSED),
                row("SynchronousReceive: a blocked recv gets what comes", g -> g.connected(kind), pair -> {
                    CompletableFuture<String> receiving = Ground.async(() -> Ground.recv(pair.near(), 16));
                    Fixture.awaitBlocked(pair.near(), 1);
                    Ground.send(pair.far(), "came");
                    assertThat(Ground.join(receiving)).isEqualTo("came");
                }, OK),
                row("ReceiveFrom: says from whom", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "x");
                    SockAddrBuffer from = new SockAddrBuffer();
                    pair.far().recvfrom(ByteBuffer.allocate(4), 0, from);
                    assertThat(from.get()).isEqualTo(pair.near().getsockname());
                }, OK),
                row("ReadShutdownDifferentThread", g -> g.connected(kind).near(), s -> {
                    CompletableFuture<Long> receiving = Ground.async(() -> s.recv(new byte[1], 0, 1, 0));
                    Fixture.awaitBlocked(s, 1);
                    s.shutdown(SHUT_RD);
                    return Ground.join(receiving);
                }, 0),
                row("ReadShutdownSameSocketResetsShutdownState: connecting anew opens it", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().shutdown(SHUT_RD);
                    pair.near().connect(pair.far().getsockname());
                    return pair;
                }, pair -> {
                    Ground.send(pair.far(), "x");
                    assertThat(Ground.recv(pair.near(), 2)).isEqualTo("x");
                }, OK),
                row("FIONREADShutdown", g -> shutAndSent(g, kind, SHUT_RD, "abc"), s -> s.ioctl(FIONREAD, 0), 3),
                row("FIONREADWriteShutdown", g -> shutAndSent(g, kind, SHUT_WR, "abc"), s -> s.ioctl(FIONREAD, 0), 3),
                row("FIONREADZeroLengthWriteShutdown", g -> shutAndSent(g, kind, SHUT_WR, ""),
                        s -> s.ioctl(FIONREAD, 0), 0),
                row("TimestampIoctlNothingRead", g -> g.connected(kind).far(),
                        s -> s.ioctl(SIOCGSTAMP, MemorySegment.ofArray(new long[2])), ENOENT),
                row("TimestampIoctl, TimestampIoctlPersistence: when the last one came, asked again, too",
                        g -> g.connected(kind), pair -> {
                    assertThatThrownBy(() -> pair.far().ioctl(SIOCGSTAMP, MemorySegment.ofArray(new long[2])));
                    long before = System.currentTimeMillis() / 1000;
                    Ground.send(pair.near(), "x");
                    Ground.recv(pair.far(), 1);
                    long[] first = new long[2];
                    pair.far().ioctl(SIOCGSTAMP, MemorySegment.ofArray(first));
                    assertThat(first[0]).isBetween(before, System.currentTimeMillis() / 1000);
                    long[] again = new long[2];
                    pair.far().ioctl(SIOCGSTAMP, MemorySegment.ofArray(again));
                    assertThat(again).containsExactly(first);
                }, OK),
                row("MSG_DONTWAIT and a peek", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    assertThat(Ground.recv(pair.far(), 2, MSG_PEEK | MSG_DONTWAIT)).isEqualTo("ab");
                    assertThat(Ground.recv(pair.far(), 3, MSG_DONTWAIT)).isEqualTo("abc");
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> options() {
        return each(UDP, kind -> Stream.of(
                row("SoNoCheckOffByDefault", g -> g.socket(kind), s -> s.getsockopt(SOL_SOCKET, SO_NO_CHECK), 0),
                row("SoNoCheck", g -> with(g, kind, SOL_SOCKET, SO_NO_CHECK, 1),
                        s -> s.getsockopt(SOL_SOCKET, SO_NO_CHECK), 1),
                row("ReuseAddrDefault", g -> g.socket(kind), s -> s.getsockopt(SOL_SOCKET, SO_REUSEADDR), 0),
                row("SetReuseAddr", g -> with(g, kind, SOL_SOCKET, SO_REUSEADDR, 1),
                        s -> s.getsockopt(SOL_SOCKET, SO_REUSEADDR), 1),
                row("ReusePortDefault", g -> g.socket(kind), s -> s.getsockopt(SOL_SOCKET, SO_REUSEPORT), 0),
                row("SetReusePort", g -> with(g, kind, SOL_SOCKET, SO_REUSEPORT, 1),
                        s -> s.getsockopt(SOL_SOCKET, SO_REUSEPORT), 1),
                row("GetSocketAcceptConn", g -> g.bound(kind), s -> s.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 0),
                row("SetPMTUD", g -> with(g, kind, level(kind), kind == UDP4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER,
                        IP_PMTUDISC_DO), s -> s.getsockopt(level(kind), kind == UDP4 ? IP_MTU_DISCOVER
                        : IPV6_MTU_DISCOVER), IP_PMTUDISC_DO),
                row("SetUnsupportedPMTUDISC", g -> g.socket(kind), s -> s.setsockopt(level(kind), kind == UDP4
                        ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, 99), EINVAL),
                row("SetSocketRecvBufBelowMin: there is a least", g -> with(g, kind, SOL_SOCKET, SO_RCVBUF, 1),
                        s -> assertThat(s.getsockopt(SOL_SOCKET, SO_RCVBUF)).isGreaterThan(1000), OK),
                row("SetSocketSendBufBelowMin", g -> with(g, kind, SOL_SOCKET, SO_SNDBUF, 1),
                        s -> assertThat(s.getsockopt(SOL_SOCKET, SO_SNDBUF)).isGreaterThan(1000), OK),
                row("SetSocketRecvBufAboveMax: there is a most", g -> with(g, kind, SOL_SOCKET, SO_RCVBUF,
                        Integer.MAX_VALUE), s -> assertThat(s.getsockopt(SOL_SOCKET, SO_RCVBUF))
                        .isLessThan(Integer.MAX_VALUE / 2), OK),
                row("RecvBufLimitsEmptyRcvBuf: one is always taken", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.far().setsockopt(SOL_SOCKET, SO_RCVBUF, 0);
                    return pair;
                }, pair -> {
                    pair.near().send(new byte[1000], 0, 1000, 0);
                    return pair.far().recv(new byte[1000], 0, 1000, 0);
                }, 1000),
                row("RecvBufLimits: what does not fit is dropped", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.far().setsockopt(SOL_SOCKET, SO_RCVBUF, 0);
                    for (int i = 0; i < 20; i++) {
                        pair.near().send(new byte[1000], 0, 1000, 0);
                    }
                    return pair.far();
                }, s -> {
                    int count = 0;
                    while (s.recv(new byte[1000], 0, 1000, MSG_DONTWAIT) != WOULD_BLOCK) {
                        count++;
                    }
                    assertThat(count).isBetween(1, 19);
                }, OK),
                row("SendPacketLargerThanSendBufOnNonBlockingSocket: one is always taken", g -> {
                    KernelSocket socket = g.connectedNonBlocking(kind).near();
                    socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
                    return socket;
                }, s -> s.send(new byte[60_000], 0, 60_000, 0), 60_000)));
    }

    /** Shut, after a datagram has come. */
    private static KernelSocket shutAndSent(Ground ground, SocketKind kind, int how, String text)
            throws KernelSocketException {
        Ground.Pair pair = ground.connected(kind);
        Ground.send(pair.near(), text);
        ground.await(pair.far(), POLLIN);
        pair.far().shutdown(how);
        return pair.far();
    }

    private static KernelSocket with(Ground ground, SocketKind kind, int level, int option, int value)
            throws KernelSocketException {
        KernelSocket socket = ground.socket(kind);
        socket.setsockopt(level, option, value);
        return socket;
    }

    private static int level(SocketKind kind) {
        return kind == UDP4 ? IPPROTO_IP : IPPROTO_IPV6;
    }

    private static SockAddr any(SocketKind kind, int port) {
        return kind == UDP4 ? SockAddr.inet4(INADDR_ANY, port) : SockAddr.inet("::", port);
    }

    private static SockAddr loopback(SocketKind kind, int port) {
        return kind == UDP4 ? SockAddr.loopback4(port) : SockAddr.loopback6(port);
    }

    private static SockAddr nobody() {
        return new SockAddr.Raw(AF_UNSPEC, new byte[14]);
    }

    private static int port(SockAddr address) {
        return new SockAddrBuffer().set(address).port();
    }
}
