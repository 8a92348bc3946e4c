// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.NetinetTcp.*;
import static ksock.api.SysIoctl.*;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.TCP;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's tcp_socket and socket_ip_tcp_generic: sending, receiving, half-close, reset. */
class TcpTransferTest {

    @TestFactory
    Stream<DynamicContainer> unconnected() {
        return each(TCP, kind -> Stream.of(
                row("SendUnconnected", g -> g.socket(kind), s -> Ground.send(s, "x"), EPIPE),
                row("SendtoWithoutAddressUnconnected", g -> g.socket(kind),
                        s -> s.sendto(MemorySegment.ofArray(new byte[1]), 0, 1, 0, null), EPIPE),
                row("SendtoWithAddressUnconnected", g -> g.socket(kind),
                        s -> s.sendto(MemorySegment.ofArray(new byte[1]), 0, 1, 0,
                                new SockAddrBuffer().set(SockAddr.loopback4(9))), EPIPE),
                row("RecvOnClosedSocket", g -> g.socket(kind), s -> Ground.recv(s, 1), ENOTCONN),
                row("RecvOnListener", g -> g.listening(kind), s -> Ground.recv(s, 1), ENOTCONN),
                row("SendOnListener", g -> g.listening(kind), s -> Ground.send(s, "x"), EPIPE),
                row("GetPeerNameUnconnected", g -> g.socket(kind), KernelSocket::getpeername, ENOTCONN),
                row("FIONREAD on a listener", g -> g.listening(kind), s -> s.ioctl(FIONREAD, 0), EINVAL),
                row("shutdown", g -> g.socket(kind), s -> s.shutdown(SHUT_RDWR), ENOTCONN),
                row("shutdown of nothing that there is", g -> g.socket(kind), s -> s.shutdown(3), EINVAL),
                row("shutdown, negative", g -> g.socket(kind), s -> s.shutdown(-1), EINVAL)));
    }

    @TestFactory
    Stream<DynamicContainer> data() {
        return each(TCP, kind -> Stream.of(
                row("DataCoalesced", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    Ground.send(pair.near(), "def");
                    assertThat(Ground.recv(pair.far(), 6, MSG_WAITALL)).isEqualTo("abcdef");
                }, OK),
                row("SenderAddressIgnored: recvfrom tells none", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "x");
                    SockAddrBuffer from = new SockAddrBuffer().set(SockAddr.loopback4(1));
                    pair.far().recvfrom(MemorySegment.ofArray(new byte[1]), 0, 1, 0, from);
                    assertThat(from.get()).isNull();
                }, OK),
                row("SenderAddressIgnoredOnPeek", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "x");
                    SockAddrBuffer from = new SockAddrBuffer().set(SockAddr.loopback4(1));
                    pair.far().recvfrom(MemorySegment.ofArray(new byte[1]), 0, 1, MSG_PEEK, from);
                    assertThat(from.get()).isNull();
                }, OK),
                row("SendtoAddressIgnored", g -> g.connected(kind), pair -> pair.near().sendto(
                        MemorySegment.ofArray(new byte[3]), 0, 3, 0, new SockAddrBuffer().set(SockAddr.loopback4(9))),
                        3),
                row("ZeroWriteAllowed", g -> g.connected(kind), pair -> Ground.send(pair.near(), ""), 0),
                row("ZeroWriteAllowed: is no data", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "");
                    return pair.far().recv(new byte[1], 0, 1, MSG_DONTWAIT);
                }, WOULD_BLOCK),
                row("Tiocinq", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "hello");
                    Ground.recv(pair.far(), 1);
                    return pair.far().ioctl(FIONREAD, 0);
                }, 4),
                row("SIOCOUTQ comes to nothing", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "hello");
                    Ground.recv(pair.far(), 5, MSG_WAITALL);
                    return pair.near().ioctl(SIOCOUTQ, 0);
                }, 0),
                row("NonblockingLargeSend takes a part", g -> g.connectedNonBlocking(kind), pair ->
                        assertThat(pair.near().send(new byte[64 << 20], 0, 64 << 20, 0)).isBetween(1L, (64L << 20) - 1),
                        OK),
                row("LargeSendDontWait takes a part", g -> g.connected(kind), pair ->
                        assertThat(pair.near().send(new byte[64 << 20], 0, 64 << 20, MSG_DONTWAIT))
                                .isBetween(1L, (64L << 20) - 1), OK),
                row("FullBuffer", g -> g.connectedNonBlocking(kind), pair -> {
                    Fill.up(pair.near());
                    return pair.near().send(new byte[1 << 16], 0, 1 << 16, 0);
                }, WOULD_BLOCK),
                row("PollWithFullBufferBlocks", g -> new Polled(g, g.connectedNonBlocking(kind).near()), polled -> {
                    Fill.up(polled.socket);
                    return polled.ground.poll(polled.socket, POLLOUT);
                }, 0),
                row("BlockingLargeSend takes all", g -> g.connected(kind), pair -> {
                    CompletableFuture<Long> reader = Ground.async(() -> Fill.drain(pair.far()));
                    assertThat(pair.near().send(new byte[8 << 20], 0, 8 << 20, 0)).isEqualTo(8L << 20);
                    pair.near().shutdown(SHUT_WR);
                    assertThat(Ground.join(reader)).isEqualTo(8L << 20);
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> halfClose() {
        return each(TCP, kind -> Stream.of(
                row("ShutdownWrFollowedBySendIsError", g -> g.connected(kind).near(), s -> {
                    s.shutdown(SHUT_WR);
                    Ground.send(s, "x");
                }, EPIPE),
                row("ShutdownWrServerClientClose: the other way stays open", g -> g.connected(kind), pair -> {
                    pair.near().shutdown(SHUT_WR);
                    assertThat(pair.far().recv(new byte[1], 0, 1, 0)).isZero();
                    Ground.send(pair.far(), "late");
                    assertThat(Ground.recv(pair.near(), 4, MSG_WAITALL)).isEqualTo("late");
                }, OK),
                row("FINSentOnShutdownWrWithUnreadData", g -> g.connected(kind), pair -> {
                    Ground.send(pair.far(), "unread");
                    pair.near().shutdown(SHUT_WR);
                    assertThat(pair.far().recv(new byte[1], 0, 1, 0)).isZero();
                    assertThat(pair.far().recv(new byte[1], 0, 1, 0)).isZero();
                }, OK),
                row("ShutdownRdAllowsReadOfReceivedDataBeforeEOF", g -> g.connected(kind), pair -> {
                    Ground.send(pair.far(), "data");
                    Ground.recv(pair.near(), 1, MSG_PEEK);
                    pair.near().shutdown(SHUT_RD);
                    assertThat(Ground.recv(pair.near(), 8)).isEqualTo("data");
                    assertThat(pair.near().recv(new byte[1], 0, 1, 0)).isZero();
                }, OK),
                row("SHUT_RD: the peer can still send", g -> g.connected(kind), pair -> {
                    pair.near().shutdown(SHUT_RD);
                    return Ground.send(pair.far(), "x");
                }, 1),
                row("PollAfterShutdown", g -> new Polled(g, g.connected(kind).near()), polled -> {
                    polled.socket.shutdown(SHUT_RDWR);
                    return polled.ground.poll(polled.socket, POLLIN | POLLOUT | POLLRDHUP) & POLLRDHUP;
                }, POLLRDHUP),
                row("SHUT_WR twice", g -> g.connected(kind).near(), s -> {
                    s.shutdown(SHUT_WR);
                    s.shutdown(SHUT_WR);
                }, OK),
                row("getpeername after SHUT_WR", g -> g.connected(kind).near(), s -> {
                    s.shutdown(SHUT_WR);
                    s.getpeername();
                }, OK),
                row("ShutdownWriteInTimeWait", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().shutdown(SHUT_RDWR);
                    pair.far().shutdown(SHUT_RDWR);
                    Fill.untilState(pair.far(), Fill.CLOSED);
                    return pair.far();
                }, s -> s.shutdown(SHUT_WR), ENOTCONN)));
    }

    @TestFactory
    Stream<DynamicContainer> reset() {
        return each(TCP, kind -> Stream.of(
                row("RSTSentOnCloseWithUnreadData", g -> Reset.byUnreadData(g, kind), s -> Ground.recv(s, 1),
                        ECONNRESET),
                row("RST: the error comes once, then end of file", g -> Reset.byUnreadData(g, kind), s -> {
                    assertThat(s.getsockopt(SOL_SOCKET, SO_ERROR)).isEqualTo(ECONNRESET.number());
                    return s.recv(new byte[1], 0, 1, 0);
                }, 0),
                row("RST: send says why", g -> Reset.byUnreadData(g, kind), s -> Ground.send(s, "x"), ECONNRESET),
                row("RST: a second send is EPIPE", g -> Reset.byUnreadData(g, kind), s -> {
                    s.getsockopt(SOL_SOCKET, SO_ERROR);
                    Ground.send(s, "x");
                }, EPIPE),
                row("RST: getpeername", g -> Reset.byUnreadData(g, kind), KernelSocket::getpeername, ENOTCONN),
                row("RSTCausesPollHUP", g -> new Polled(g, Reset.byUnreadData(g, kind)),
                        polled -> polled.ground.poll(polled.socket, POLLIN) & (POLLHUP | POLLERR), POLLHUP | POLLERR),
                row("ResetWithSoLingerZeroTimeoutOption", g -> Reset.byLinger(g, kind), s -> Ground.recv(s, 1),
                        ECONNRESET),
                row("TCPResetAfterClose: sending to a closed peer, twice", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.far().close();
                    Ground.send(pair.near(), "x");
                    g.await(pair.near(), 0);
                    return pair.near();
                }, s -> Ground.send(s, "y"), EPIPE),
                row("CloseWithLingerOption: closed is closed", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 5}));
                    socket.close();
                    return socket;
                }, s -> Ground.send(s, "x"), ENOTSOCK)));
    }

    @TestFactory
    Stream<DynamicContainer> truncation() {
        return each(TCP, kind -> Stream.of(
                row("MsgTrunc: takes without giving", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abcdef");
                    Ground.recv(pair.far(), 6, MSG_PEEK | MSG_WAITALL);
                    byte[] untouched = {1, 2, 3};
                    assertThat(pair.far().recv(untouched, 0, 3, MSG_TRUNC)).isEqualTo(3);
                    assertThat(untouched).containsExactly(1, 2, 3);
                    assertThat(Ground.recv(pair.far(), 3)).isEqualTo("def");
                }, OK),
                row("MsgTruncLargeSize", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abcdef");
                    Ground.recv(pair.far(), 6, MSG_PEEK | MSG_WAITALL);
                    return pair.far().recv(new byte[64], 0, 64, MSG_TRUNC);
                }, 6),
                row("MsgTruncPeek", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abcdef");
                    Ground.recv(pair.far(), 6, MSG_PEEK | MSG_WAITALL);
                    assertThat(pair.far().recv(new byte[64], 0, 64, MSG_TRUNC | MSG_PEEK)).isEqualTo(6);
                    assertThat(Ground.recv(pair.far(), 6)).isEqualTo("abcdef");
                }, OK)));
    }

    /** A socket and where it was made. */
    private record Polled(Ground ground, KernelSocket socket) {
    }

    /** Connections that their peers have aborted. */
    private static final class Reset {

        static KernelSocket byUnreadData(Ground ground, SocketKind kind) throws Exception {
            Ground.Pair pair = ground.connected(kind);
            Ground.send(pair.near(), "unread");
            Ground.recv(pair.far(), 1, MSG_PEEK);
            pair.far().close();
            ground.await(pair.near(), 0);
            return pair.near();
        }

        static KernelSocket byLinger(Ground ground, SocketKind kind) throws Exception {
            Ground.Pair pair = ground.connected(kind);
            pair.far().setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 0}));
            pair.far().close();
            ground.await(pair.near(), 0);
            return pair.near();
        }
    }
}
