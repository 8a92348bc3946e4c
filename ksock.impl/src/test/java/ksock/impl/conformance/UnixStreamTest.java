// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysIoctl.*;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.Capability.CAP_NET_ADMIN;
import static ksock.impl.conformance.SocketKind.UNIX_SEQPACKET;
import static ksock.impl.conformance.SocketKind.UNIX_STREAM;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import ksock.api.typed.SocketOptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/**
 * gVisor's socket_unix, socket_unix_stream and socket_unix_seqpacket, FreeBSD's unix_stream: connected UNIX sockets.
 */
class UnixStreamTest {

    private static final EnumSet<SocketKind> BOTH = EnumSet.of(UNIX_STREAM, UNIX_SEQPACKET);

    @TestFactory
    Stream<DynamicContainer> ends() {
        return each(BOTH, kind -> Stream.of(
                row("WriteOneSideClosed", g -> oneSideClosed(g, kind), s -> Ground.send(s, "x"), EPIPE),
                row("ReadOneSideClosed", g -> oneSideClosed(g, kind), s -> s.recv(new byte[1], 0, 1, 0), 0),
                row("ReadOneSideClosedWithUnreadData", g -> {
                    Ground.Pair pair = g.socketpair(kind);
                    Ground.send(pair.near(), "unread");
                    pair.far().close();
                    return pair.near();
                }, s -> Ground.recv(s, 1), ECONNRESET),
                row("ReadOneSideClosedWithUnreadData: once", g -> {
                    Ground.Pair pair = g.socketpair(kind);
                    Ground.send(pair.near(), "unread");
                    pair.far().close();
                    return pair.near();
                }, s -> {
                    assertThat(s.getsockopt(SOL_SOCKET, SO_ERROR)).isEqualTo(ECONNRESET.number());
                    return s.recv(new byte[1], 0, 1, 0);
                }, 0),
                row("SO_PEEK_OFF: a peek goes on where the last one ended, a recv takes it back", g -> {
                    Ground.Pair pair = g.socketpair(kind);
                    Ground.send(pair.far(), "abcdef");
                    pair.near().setsockopt(SocketOptions.SO_PEEK_OFF, 1);
                    return pair.near();
                }, s -> {
                    assertThat(Ground.recv(s, 2, MSG_PEEK)).isEqualTo("bc");
                    assertThat(Ground.recv(s, 2, MSG_PEEK)).isEqualTo("de");
                    assertThat(s.getsockopt(SocketOptions.SO_PEEK_OFF)).isEqualTo(5);
                    assertThat(Ground.recv(s, 6)).isEqualTo("abcdef");
                    return s.getsockopt(SocketOptions.SO_PEEK_OFF);
                }, 0),
                row("data before the end", g -> {
                    Ground.Pair pair = g.socketpair(kind);
                    Ground.send(pair.far(), "last");
                    pair.far().close();
                    return pair.near();
                }, s -> {
                    assertThat(Ground.recv(s, 8)).isEqualTo("last");
                    assertThat(s.recv(new byte[1], 0, 1, 0)).isZero();
                }, OK),
                row("PendingConnectionGetsECONNRESET", g -> notAccepted(g, kind), s -> Ground.recv(s, 1), ECONNRESET),
                row("SOErrorReturnsECONNRESET", g -> notAccepted(g, kind), s -> s.getsockopt(SOL_SOCKET, SO_ERROR),
                        ECONNRESET.number()),
                row("ShutdownRead: the peer's send", g -> g.socketpair(kind), pair -> {
                    pair.near().shutdown(SHUT_RD);
                    Ground.send(pair.far(), "x");
                }, EPIPE),
                row("ShutdownWrite: its own send", g -> g.socketpair(kind), pair -> {
                    pair.near().shutdown(SHUT_WR);
                    Ground.send(pair.near(), "x");
                }, EPIPE),
                row("ShutdownWrite: the peer's recv", g -> g.socketpair(kind), pair -> {
                    pair.near().shutdown(SHUT_WR);
                    return pair.far().recv(new byte[1], 0, 1, 0);
                }, 0),
                row("ShutdownWrite: the other way stays open", g -> g.socketpair(kind), pair -> {
                    pair.near().shutdown(SHUT_WR);
                    Ground.send(pair.far(), "x");
                    assertThat(Ground.recv(pair.near(), 1)).isEqualTo("x");
                }, OK),
                row("shutdown, not connected", g -> g.socket(kind), s -> s.shutdown(SHUT_RDWR), OK),
                row("ReadShutdownWakesRdHupOnlyPoller", g -> new Polled(g, g.socketpair(kind).near()), polled -> {
                    CompletableFuture<Integer> poller = Ground.async(
                            () -> polled.ground.await(polled.socket, POLLRDHUP));
                    polled.socket.shutdown(SHUT_RD);
                    return Ground.join(poller) & POLLRDHUP;
                }, POLLRDHUP)));
    }

    @TestFactory
    Stream<DynamicContainer> calls() {
        return each(BOTH, kind -> Stream.of(
                row("send, not connected", g -> g.socket(kind), s -> Ground.send(s, "x"), ENOTCONN),
                row("recv, not connected", g -> g.socket(kind), s -> Ground.recv(s, 1),
                        kind == UNIX_STREAM ? EINVAL : ENOTCONN),
                row("getpeername, not connected", g -> g.socket(kind), KernelSocket::getpeername, ENOTCONN),
                row("SendBufferOverflow", g -> g.socketpair(kind), pair -> {
                    byte[] data = new byte[4096];
                    long sent;
                    do {
                        sent = pair.near().send(data, 0, data.length, MSG_DONTWAIT);
                    } while (sent > 0);
                    return sent;
                }, WOULD_BLOCK),
                row("IncreasedSocketSendBufUnblocksWrites", g -> {
                    CAP_NET_ADMIN.assumeHeld();
                    return g.socketpair(kind);
                }, pair -> {
                    Ground.send(pair.near(), "x");
                    while (pair.near().send(new byte[4096], 0, 4096, MSG_DONTWAIT) > 0) {
                        assertThat(pair.near().isOpen()).isTrue();
                    }
                    pair.near().setsockopt(SOL_SOCKET, SO_SNDBUFFORCE, 4 << 20);
                    return pair.near().send(new byte[1], 0, 1, MSG_DONTWAIT);
                }, 1),
                row("TIOCINQSucceeds", g -> g.socketpair(kind), pair -> {
                    Ground.send(pair.near(), "hello");
                    return pair.far().ioctl(FIONREAD, 0);
                }, 5),
                row("TIOCOUTQSucceeds", g -> g.socketpair(kind), pair -> {
                    Ground.send(pair.near(), "hello");
                    assertThat(pair.near().ioctl(SIOCOUTQ, 0)).isGreaterThanOrEqualTo(5);
                    Ground.recv(pair.far(), 5);
                    return pair.near().ioctl(SIOCOUTQ, 0);
                }, 0),
                row("ZeroLengthRecvPendingData", g -> g.socketpair(kind), pair -> {
                    Ground.send(pair.near(), "x");
                    return pair.far().recv(new byte[0], 0, 0, MSG_DONTWAIT);
                }, 0),
                row("unconnected poll", g -> new Polled(g, g.socket(kind)),
                        polled -> polled.ground.poll(polled.socket, POLLIN | POLLOUT), POLLHUP | POLLOUT)));
    }

    @TestFactory
    Stream<DynamicContainer> streamsAlone() {
        return onBothThreads("streamsAlone", () -> Stream.of(
                row("Sendto", g -> g.connected(UNIX_STREAM), pair -> pair.near().sendto(ByteBuffer.allocate(1), 0,
                        pair.far().getsockname()), EISCONN),
                row("SendtoWithoutConnect", g -> g.socket(UNIX_STREAM), s -> s.sendto(ByteBuffer.allocate(1), 0,
                        SockAddr.unix("/tmp/nobody")), EOPNOTSUPP),
                row("ZeroLengthRecvEmptyQueue", g -> g.socketpair(UNIX_STREAM).near(),
                        s -> s.recv(new byte[0], 0, 0, MSG_DONTWAIT), WOULD_BLOCK),
                row("ZeroLengthRecvPeerShutdown", g -> oneSideClosed(g, UNIX_STREAM),
                        s -> s.recv(new byte[0], 0, 0, MSG_DONTWAIT), 0),
                row("ZeroLengthSend is nothing", g -> g.socketpair(UNIX_STREAM), pair -> {
                    Ground.send(pair.near(), "");
                    return pair.far().recv(new byte[1], 0, 1, MSG_DONTWAIT);
                }, WOULD_BLOCK),
                row("backlog that fills", g -> {
                    KernelSocket listener = g.listening(UNIX_STREAM, 0);
                    g.nonBlocking(UNIX_STREAM).connect(listener.getsockname());
                    return new Polled(g, listener);
                }, polled -> polled.ground.nonBlocking(UNIX_STREAM).connect(polled.socket.getsockname()), EAGAIN),
                row("backlog that fills: a blocking connect waits", g -> {
                    KernelSocket listener = g.listening(UNIX_STREAM, 0);
                    g.socket(UNIX_STREAM).connect(listener.getsockname());
                    return new Polled(g, listener);
                }, polled -> {
                    KernelSocket second = polled.ground.socket(UNIX_STREAM);
                    SockAddr address = polled.socket.getsockname();
                    CompletableFuture<Integer> connecting = Ground.async(() -> second.connect(address));
                    polled.ground.adopt(polled.socket.accept());
                    assertThat(Ground.join(connecting)).isZero();
                }, OK)));
    }

    private static KernelSocket oneSideClosed(Ground ground, SocketKind kind) throws Exception {
        Ground.Pair pair = ground.socketpair(kind);
        pair.far().close();
        return pair.near();
    }

    /** A client whose listener was closed before it accepted. */
    private static KernelSocket notAccepted(Ground ground, SocketKind kind) throws Exception {
        KernelSocket listener = ground.listening(kind);
        KernelSocket client = ground.socket(kind);
        client.connect(listener.getsockname());
        listener.close();
        return client;
    }

    /** A socket and where it was made. */
    private record Polled(Ground ground, KernelSocket socket) {
    }
}
