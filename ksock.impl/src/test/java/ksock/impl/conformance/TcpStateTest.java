// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.IN_PROGRESS;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.NetinetIn.*;
import static ksock.api.NetinetTcp.*;
import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysIoctl.FIONREAD;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.TCP;
import static ksock.impl.conformance.SocketKind.TCP4;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.impl.socket.Fixture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's tcp_socket, socket_ip_tcp_generic and socket_inet_loopback: what a connection's state lets it do. */
class TcpStateTest {

    private static final int TCP_ESTABLISHED = 1;
    private static final int TCP_FIN_WAIT2 = 5;
    private static final int TCP_CLOSE_WAIT = 8;
    private static final int TCP_LISTEN = 10;
    /** More than finds room once the host, after a while without an answer, has asked a full peer again. */
    private static final int ROOMY = 1 << 16;

    @TestFactory
    Stream<DynamicContainer> states() {
        return each(TCP, kind -> Stream.of(
                row("TCPInfoState: fresh", g -> g.socket(kind), TcpStateTest::state, Fill.CLOSED),
                row("TCPInfoState: listening", g -> g.listening(kind), TcpStateTest::state, TCP_LISTEN),
                row("TCPInfoState: connected", g -> g.connected(kind).near(), TcpStateTest::state, TCP_ESTABLISHED),
                row("TCPInfoState: the peer has ended", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.far().shutdown(SHUT_WR);
                    g.await(pair.near(), POLLRDHUP);
                    return pair.near();
                }, TcpStateTest::state, TCP_CLOSE_WAIT),
                row("TCPFinWait2: it has ended itself", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.shutdown(SHUT_WR);
                    Fill.untilState(socket, TCP_FIN_WAIT2);
                    return socket;
                }, TcpStateTest::state, TCP_FIN_WAIT2),
                row("ShutdownWriteInFinWait1: again is nothing", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.shutdown(SHUT_WR);
                    return socket;
                }, s -> s.shutdown(SHUT_WR), OK),
                row("GetSocketAcceptConnWithShutdown: no listener any more", g -> {
                    KernelSocket listener = g.listening(kind);
                    listener.shutdown(SHUT_RD);
                    return listener;
                }, s -> s.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 0),
                row("GetSockNameUnbound", g -> g.socket(kind), s -> assertThat(s.getsockname().toString())
                        .endsWith(":0"), OK),
                row("TCPUnblockWaitOnLocalRdHUp", g -> g.connected(kind), pair -> {
                    CompletableFuture<Long> reading = Ground.async(() -> pair.near().recv(new byte[1], 0, 1, 0));
                    await(pair.near());
                    pair.near().shutdown(SHUT_RD);
                    return Ground.join(reading);
                }, 0),
                row("TCPUnblockWaitOnRemoteRdHUp", g -> g.connected(kind), pair -> {
                    CompletableFuture<Long> reading = Ground.async(() -> pair.near().recv(new byte[1], 0, 1, 0));
                    await(pair.near());
                    pair.far().shutdown(SHUT_WR);
                    return Ground.join(reading);
                }, 0),
                row("a blocked send and the peer's reset", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Fill.up(pair.near());
                    return pair;
                }, pair -> {
                    CompletableFuture<Long> sending = Ground.async(() -> pair.near().send(new byte[1 << 20], 0, 1 << 20,
                            0));
                    await(pair.near());
                    pair.far().close();
                    Ground.join(sending);
                }, ECONNRESET),
                row("BlockPartialWriteClosed: what was taken is told", g -> g.connected(kind), pair -> {
                    CompletableFuture<Long> sending = Ground.async(() -> pair.near().send(new byte[1 << 25], 0, 1 << 25,
                            0));
                    await(pair.near());
                    pair.far().recv(new byte[1 << 12], 0, 1 << 12, 0);
                    pair.far().close();
                    assertThat(Ground.join(sending)).isBetween(1L, (1L << 25) - 1);
                }, OK),
                row("SendUnblocksOnSendBufferIncrease", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().setsockopt(SOL_SOCKET, SO_SNDBUF, 8192);
                    Fill.up(pair.near());
                    return pair;
                }, pair -> {
                    CompletableFuture<Long> sending =
                            Ground.async(() -> pair.near().send(new byte[ROOMY], 0, ROOMY, 0));
                    await(pair.near());
                    pair.near().setsockopt(SOL_SOCKET, SO_SNDBUF, 1 << 20);
                    return Ground.join(sending);
                }, ROOMY),
                row("TCPAcceptAfterReset: accepted, and then reset", g -> {
                    KernelSocket listener = g.listening(kind);
                    KernelSocket client = g.socket(kind);
                    client.connect(listener.getsockname());
                    reset(client);
                    return g.adopt(listener.accept());
                }, s -> s.recv(new byte[1], 0, 1, 0), ECONNRESET),
                row("TCPDeferAccept: not before there is data", g -> {
                    KernelSocket listener = g.bound(kind);
                    listener.setsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT, 20);
                    listener.listen(5);
                    return new Ground.Pair(listener, g.socket(kind));
                }, pair -> {
                    pair.far().connect(pair.near().getsockname());
                    pair.near().ioctl(FIONBIO, 1);
                    assertThat(pair.near().accept()).isNull();
                    pair.near().ioctl(FIONBIO, 0);
                    Ground.send(pair.far(), "x");
                    try (KernelSocket accepted = pair.near().accept()) {
                        assertThat(Ground.recv(accepted, 9)).isEqualTo("x");
                    }
                }, OK),
                row("AcceptedInheritsTCPUserTimeout", g -> {
                    KernelSocket listener = g.listening(kind);
                    listener.setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, 4321);
                    g.socket(kind).connect(listener.getsockname());
                    return g.adopt(listener.accept());
                }, s -> s.getsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT), 4321),
                row("TcpInq: how much is left comes with the data", g -> g.connected(kind), pair -> {
                    pair.far().setsockopt(IPPROTO_TCP, TCP_INQ, 1);
                    Ground.send(pair.near(), "0123456789");
                    awaitTen(pair.far());
                    ControlBuffer control = new ControlBuffer(64);
                    MessageHeader header = new MessageHeader().control(control)
                            .buffers(MemorySegment.ofArray(new byte[4]));
                    assertThat(pair.far().recvmsg(header, 0)).isEqualTo(4);
                    ControlBuffer.ControlMessage inq = control.messages().getFirst();
                    assertThat(inq.level()).isEqualTo(SOL_TCP);
                    assertThat(inq.type()).isEqualTo(TCP_INQ);
                    assertThat(inq.data().get(ValueLayout.JAVA_INT, 0)).isEqualTo(6);
                }, OK),
                row("TcpInqSetSockOpt: of no such value", g -> g.socket(kind),
                        s -> s.setsockopt(IPPROTO_TCP, TCP_INQ, 3), EINVAL),
                row("TCPResetDuringClose: closing is closing", g -> g.connected(kind), pair -> {
                    CompletableFuture<Void> resetting = Ground.async(() -> {
                        reset(pair.far());
                        return null;
                    });
                    pair.near().close();
                    Ground.join(resetting);
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> options() {
        return each(TCP, kind -> Stream.of(
                row("SetMaxSeg", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.setsockopt(IPPROTO_TCP, TCP_MAXSEG, 1000);
                    return socket;
                }, s -> s.setsockopt(IPPROTO_TCP, TCP_MAXSEG, 0), OK),
                row("SetMaxSeg, too small", g -> g.socket(kind), s -> s.setsockopt(IPPROTO_TCP, TCP_MAXSEG, 10),
                        EINVAL),
                row("SetTCPUserTimeout", g -> with(g, kind, TCP_USER_TIMEOUT, 100),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT), 100),
                row("SetTCPUserTimeoutBelowZero", g -> g.socket(kind),
                        s -> s.setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, -1), EINVAL),
                row("SetTCPDeferAcceptNeg: is none", g -> with(g, kind, TCP_DEFER_ACCEPT, -1),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT), 0),
                row("SetTCPDeferAcceptGreaterThanZero: as many retries as take so long", g -> with(g, kind,
                        TCP_DEFER_ACCEPT, 3), s -> s.getsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT), 3),
                row("SetTCPSynCntLessThanOne", g -> g.socket(kind), s -> s.setsockopt(IPPROTO_TCP, TCP_SYNCNT, 0),
                        EINVAL),
                row("SetTCPSynCntGreaterThanOne", g -> with(g, kind, TCP_SYNCNT, 20),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_SYNCNT), 20),
                row("SetTCPSynCntAboveMax", g -> g.socket(kind), s -> s.setsockopt(IPPROTO_TCP, TCP_SYNCNT, 256),
                        EINVAL),
                row("SetTCPKeepidleZero", g -> g.socket(kind), s -> s.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, 0), EINVAL),
                row("SetTCPKeepidleAboveMax", g -> g.socket(kind),
                        s -> s.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, 32_768), EINVAL),
                row("SetTCPKeepintvlZero", g -> g.socket(kind), s -> s.setsockopt(IPPROTO_TCP, TCP_KEEPINTVL, 0),
                        EINVAL),
                row("SetTCPKeepcountAboveMax", g -> g.socket(kind), s -> s.setsockopt(IPPROTO_TCP, TCP_KEEPCNT, 128),
                        EINVAL),
                row("SetTCPLingerTimeoutZeroOrLess", g -> with(g, kind, TCP_LINGER2, -1),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_LINGER2), -1),
                row("SetTCPLingerTimeout", g -> with(g, kind, TCP_LINGER2, 7),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_LINGER2), 7),
                row("SetTCPWindowClampZeroClosedSocket", g -> with(g, kind, TCP_WINDOW_CLAMP, 0),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_WINDOW_CLAMP), 0),
                row("SetTCPWindowClampZeroConnectedSocket", g -> g.connected(kind).near(),
                        s -> s.setsockopt(IPPROTO_TCP, TCP_WINDOW_CLAMP, 0), EINVAL),
                row("SetOffLingerOption", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 5}));
                    socket.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {0, 5}));
                    return socket;
                }, s -> {
                    MemorySegment linger = MemorySegment.ofArray(new int[2]);
                    s.getsockopt(SOL_SOCKET, SO_LINGER, linger);
                    return linger.get(ValueLayout.JAVA_INT, 0);
                }, 0),
                row("CloseNonConnectedLingerOption: at once", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 60}));
                    return socket;
                }, KernelSocket::close, OK),
                row("SetSoKeepalive", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1);
                    return socket;
                }, s -> s.getsockopt(SOL_SOCKET, SO_KEEPALIVE), 1),
                row("TCPCork: held back, and let go", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().setsockopt(IPPROTO_TCP, TCP_CORK, 1);
                    return pair;
                }, pair -> {
                    Ground.send(pair.near(), "held");
                    assertThat(pair.far().recv(new byte[8], 0, 8, MSG_DONTWAIT)).isEqualTo(WOULD_BLOCK);
                    pair.near().setsockopt(IPPROTO_TCP, TCP_CORK, 0);
                    assertThat(Ground.recv(pair.far(), 8)).isEqualTo("held");
                }, OK),
                row("MSG_MORE holds back too", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "ab", MSG_MORE);
                    Ground.send(pair.near(), "cd");
                    assertThat(Ground.recv(pair.far(), 4, MSG_WAITALL)).isEqualTo("abcd");
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> connecting() {
        return onBothThreads("connecting", () -> Stream.of(
                row("SelfConnectSendRecv: to itself", TcpStateTest::selfConnected, s -> {
                    Ground.send(s, "myself");
                    assertThat(Ground.recv(s, 6, MSG_WAITALL)).isEqualTo("myself");
                }, OK),
                row("SelfConnectSendShutdownWrite: its own end of file", TcpStateTest::selfConnected, s -> {
                    Ground.send(s, "x");
                    s.shutdown(SHUT_WR);
                    assertThat(Ground.recv(s, 6, MSG_WAITALL)).isEqualTo("x");
                    return s.recv(new byte[1], 0, 1, 0);
                }, 0),
                row("SelfConnectRecvShutdownRead", TcpStateTest::selfConnected, s -> {
                    CompletableFuture<Long> reading = Ground.async(() -> s.recv(new byte[1], 0, 1, 0));
                    await(s);
                    s.shutdown(SHUT_RD);
                    return Ground.join(reading);
                }, 0),
                row("NonBlockingConnectRemoteClose: readable, and the end", g -> {
                    KernelSocket listener = g.listening(TCP4);
                    KernelSocket client = g.nonBlocking(TCP4);
                    assertThat(client.connect(listener.getsockname())).isIn(0, IN_PROGRESS);
                    listener.accept().close();
                    g.await(client, POLLIN);
                    return client;
                }, s -> s.recv(new byte[1], 0, 1, 0), 0),
                row("ShutdownReadConnectingSocket: goes on connecting", TcpStateTest::connecting, s -> {
                    s.shutdown(SHUT_RD);
                    assertThatThrownBy(() -> s.connect(s.getpeername())).isInstanceOf(KernelSocketException.class);
                }, OK),
                row("ShutdownWriteConnectingSocket: ends it", TcpStateTest::connecting, s -> {
                    s.shutdown(SHUT_WR);
                    return state(s);
                }, Fill.CLOSED),
                row("ShutdownReadWriteConnectingSocket: ends it", TcpStateTest::connecting, s -> {
                    s.shutdown(SHUT_RDWR);
                    return state(s);
                }, Fill.CLOSED),
                row("TCPNonBlockingConnectClose", TcpStateTest::connecting, KernelSocket::close, OK),
                row("a second connect meanwhile", TcpStateTest::connecting, s -> s.connect(SockAddr.loopback4(9)),
                        EALREADY),
                row("send meanwhile would block", TcpStateTest::connecting, s -> s.send(new byte[1], 0, 1, 0),
                        WOULD_BLOCK),
                row("recv meanwhile would block", TcpStateTest::connecting, s -> s.recv(new byte[1], 0, 1, 0),
                        WOULD_BLOCK),
                row("getpeername meanwhile", TcpStateTest::connecting, KernelSocket::getpeername, ENOTCONN),
                row("listen meanwhile", TcpStateTest::connecting, s -> s.listen(5), EINVAL),
                row("SO_ERROR meanwhile", TcpStateTest::connecting, s -> s.getsockopt(SOL_SOCKET, SO_ERROR), 0)));
    }

    private static KernelSocket selfConnected(Ground ground) throws KernelSocketException {
        KernelSocket socket = ground.bound(TCP4);
        assertThat(socket.connect(socket.getsockname())).isZero();
        return socket;
    }

    /** One whose connect goes on for long: the listener's backlog is full. */
    private static KernelSocket connecting(Ground ground) throws KernelSocketException {
        KernelSocket listener = ground.listening(TCP4, 0);
        KernelSocket client = ground.nonBlocking(TCP4);
        for (int i = 0; i < 3; i++) {
            client = ground.nonBlocking(TCP4);
            client.connect(listener.getsockname());
        }
        // The last one's SYN is not answered.
        assertThat(ground.poll(client, POLLOUT)).isZero();
        return client;
    }

    private static KernelSocket with(Ground ground, SocketKind kind, int option, int value)
            throws KernelSocketException {
        KernelSocket socket = ground.socket(kind);
        socket.setsockopt(IPPROTO_TCP, option, value);
        return socket;
    }

    private static long state(KernelSocket socket) throws KernelSocketException {
        MemorySegment info = MemorySegment.ofArray(new byte[256]);
        socket.getsockopt(IPPROTO_TCP, TCP_INFO, info);
        return info.get(ValueLayout.JAVA_BYTE, 0);
    }

    private static void reset(KernelSocket socket) throws KernelSocketException {
        socket.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 0}));
        socket.close();
    }

    /** Returns when all ten bytes are there. */
    private static void awaitTen(KernelSocket socket) {
        Awaitility.await().until(() -> socket.ioctl(FIONREAD, 0) == 10);
    }

    /** Returns when a call is blocked in the socket. */
    private static void await(KernelSocket socket) {
        Fixture.awaitBlocked(socket, 1);
    }
}
