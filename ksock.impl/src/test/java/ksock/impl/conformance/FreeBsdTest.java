// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysIoctl.FIONREAD;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.CONNECTING;
import static ksock.impl.conformance.SocketKind.STREAMS;
import static ksock.impl.conformance.SocketKind.TCP;
import static ksock.impl.conformance.SocketKind.UDP4;
import static ksock.impl.conformance.SocketKind.UNIX;
import static ksock.impl.conformance.SocketKind.UNIX_DGRAM;
import static ksock.impl.conformance.SocketKind.UNIX_SEQPACKET;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

/** FreeBSD's tests/sys/kern: unix_seqpacket, unix_stream, unix_dgram, unix_passfd, and the small ones about a call. */
class FreeBsdTest {

    @TestFactory
    Stream<DynamicContainer> connections() {
        return each(CONNECTING, kind -> Stream.of(
                row("create_socket", g -> g.socket(kind), s -> assertThat(s.isOpen()).isTrue(), OK),
                row("bind", g -> g.socket(kind), s -> {
                    try (Ground other = new Ground()) {
                        s.bind(other.freshAddress(kind));
                    }
                }, OK),
                row("listen_bound", g -> g.bound(kind), s -> s.listen(-1), OK),
                row("connect, accept", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "hello");
                    assertThat(Ground.recv(pair.far(), 64)).isEqualTo("hello");
                }, OK),
                row("send_recv_with_connect, both ways", g -> g.connected(kind), pair -> {
                    for (int i = 0; i < 4; i++) {
                        Ground.send(pair.near(), "there");
                        assertThat(Ground.recv(pair.far(), 64)).isEqualTo("there");
                        Ground.send(pair.far(), "back");
                        assertThat(Ground.recv(pair.near(), 64)).isEqualTo("back");
                    }
                }, OK),
                row("send_recv_nonblocking", g -> g.connectedNonBlocking(kind), pair -> {
                    assertThat(pair.far().recv(new byte[8], 0, 8, 0)).isEqualTo(WOULD_BLOCK);
                    Ground.send(pair.near(), "hello");
                    assertThat(awaited(pair.far())).isEqualTo("hello");
                }, OK),
                row("shutdown_send", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.shutdown(SHUT_RDWR);
                    return socket;
                }, s -> Ground.send(s, "x"), EPIPE),
                row("shutdown_send_sigpipe: the process lives", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.shutdown(SHUT_WR);
                    return socket;
                }, s -> Ground.send(s, "x", MSG_NOSIGNAL), EPIPE),
                row("shutdown twice", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.shutdown(SHUT_WR);
                    return socket;
                }, s -> s.shutdown(SHUT_WR), OK),
                row("accept_wakeup: a blocked accept gets the connection", g -> new Ground.Pair(g.listening(kind),
                        g.socket(kind)), pair -> {
                    CompletableFuture<KernelSocket> accepting = Ground.async(() -> pair.near().accept());
                    Fixture.awaitBlocked(pair.near(), 1);
                    pair.far().connect(pair.near().getsockname());
                    Ground.join(accepting).close();
                }, OK),
                row("listener_wakeup: each of many acceptors has one", g -> new Object[] {g, g.listening(kind, 16)},
                        both -> {
                    KernelSocket listener = (KernelSocket) both[1];
                    List<CompletableFuture<KernelSocket>> accepting = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        accepting.add(Ground.async(listener::accept));
                    }
                    Fixture.awaitBlocked(listener, 4);
                    for (int i = 0; i < 4; i++) {
                        ((Ground) both[0]).socket(kind).connect(listener.getsockname());
                    }
                    for (CompletableFuture<KernelSocket> one : accepting) {
                        Ground.join(one).close();
                    }
                }, OK),
                row("accept_closed_listener: a connection that was not accepted", g -> {
                    KernelSocket listener = g.listening(kind);
                    KernelSocket client = g.socket(kind);
                    client.connect(listener.getsockname());
                    listener.close();
                    return client;
                }, s -> s.recv(new byte[1], 0, 1, 0), ECONNRESET),
                row("connect_after_close: the listener has gone", g -> {
                    KernelSocket listener = g.listening(kind);
                    SockAddr address = listener.getsockname();
                    listener.close();
                    return new Object[] {g.socket(kind), address};
                }, both -> ((KernelSocket) both[0]).connect((SockAddr) both[1]), ECONNREFUSED),
                row("accept on one that is connected", g -> g.connected(kind).far(), KernelSocket::accept, EINVAL)));
    }

    @TestFactory
    Stream<DynamicContainer> waiting() {
        return each(STREAMS, kind -> Stream.of(
                row("socket_msg_waitall: closing by the peer gives what came", g -> g.connected(kind), pair -> {
                    CompletableFuture<Long> reading = Ground.async(() -> pair.far().recv(new byte[64], 0, 64,
                            MSG_WAITALL));
                    Fixture.awaitBlocked(pair.far(), 1);
                    Ground.send(pair.near(), "12345678");
                    pair.near().close();
                    return Ground.join(reading);
                }, 8),
                row("socket_msg_waitall: its own shutdown too", g -> g.connected(kind), pair -> {
                    CompletableFuture<Long> reading = Ground.async(() -> pair.far().recv(new byte[64], 0, 64,
                            MSG_WAITALL));
                    Ground.send(pair.near(), "1234");
                    Fixture.awaitBlocked(pair.far(), 1);
                    await(pair.far(), 0);
                    pair.far().shutdown(SHUT_RD);
                    return Ground.join(reading);
                }, 4),
                row("socket_msg_waitall: not blocking, it gives what is there", g -> {
                    Ground.Pair pair = g.connectedNonBlocking(kind);
                    Ground.send(pair.near(), "123");
                    g.await(pair.far(), POLLIN);
                    return pair.far();
                }, s -> s.recv(new byte[64], 0, 64, MSG_WAITALL), 3),
                row("socket_msg_waitall: what came, and the end behind it, are there already",
                        g -> endedBehind(g, kind),
                        s -> s.recv(new byte[64], 0, 64, MSG_WAITALL), 8),
                row("socket_msg_waitall: with recvmsg too", g -> endedBehind(g, kind), s -> s.recvmsg(
                        new MessageHeader().buffers(MemorySegment.ofArray(new byte[64])), MSG_WAITALL), 8),
                row("poll_rdhup", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().shutdown(SHUT_WR);
                    return g.await(pair.far(), POLLRDHUP);
                }, events -> events & POLLRDHUP, POLLRDHUP),
                row("poll_no_rdhup: not unasked", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().shutdown(SHUT_WR);
                    return g.await(pair.far(), POLLIN);
                }, events -> events & POLLRDHUP, 0)));
    }

    @TestFactory
    Stream<DynamicContainer> inet() {
        return each(TCP, kind -> Stream.of(
                row("socket_afinet, stream_reconnect", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().shutdown(SHUT_RDWR);
                    return pair;
                }, pair -> pair.near().connect(pair.far().getsockname()), EISCONN),
                row("socket_afinet_bind_connected_port", g -> new Object[] {g.connected(kind).near(), g.socket(kind)},
                        both -> ((KernelSocket) both[1]).bind(((KernelSocket) both[0]).getsockname()), EADDRINUSE),
                row("socket_afinet, bind_zero: a port of the host's choice", g -> g.bound(kind),
                        s -> assertThat(s.getsockname().toString()).doesNotEndWith(":0"), OK),
                row("tcp_implied_connect: Linux does not", g -> new Ground.Pair(g.socket(kind), g.listening(kind)),
                        pair -> pair.near().sendto(ByteBuffer.wrap(new byte[1]), 0,
                                pair.far().getsockname()), EPIPE)));
    }

    @TestFactory
    Stream<DynamicContainer> packets() {
        return onBothThreads("packets", () -> Stream.of(
                row("seqpacket, create_socketpair", g -> g.socketpair(UNIX_SEQPACKET), pair -> {
                    Ground.send(pair.near(), "hello");
                    assertThat(Ground.recv(pair.far(), 64)).isEqualTo("hello");
                }, OK),
                row("seqpacket, listen_unbound", g -> g.socket(UNIX_SEQPACKET), s -> s.listen(-1), EINVAL),
                row("seqpacket, socketpair_close: the end", g -> {
                    Ground.Pair pair = g.socketpair(UNIX_SEQPACKET);
                    pair.near().close();
                    return pair.far();
                }, s -> s.recv(new byte[8], 0, 8, 0), 0),
                row("seqpacket, emsgsize", g -> small(g, UNIX_SEQPACKET), s -> s.send(new byte[200_000], 0, 200_000, 0),
                        EMSGSIZE),
                row("seqpacket, emsgsize_nonblocking", g -> g.nonBlocking(small(g, UNIX_SEQPACKET)),
                        s -> s.send(new byte[200_000], 0, 200_000, 0), EMSGSIZE),
                row("seqpacket, eagain: the peer takes none", g -> g.nonBlocking(small(g, UNIX_SEQPACKET)), s -> {
                    for (int i = 0; i < 1_000; i++) {
                        if (s.send(new byte[1024], 0, 1024, 0) == WOULD_BLOCK) {
                            return WOULD_BLOCK;
                        }
                    }
                    return 0;
                }, WOULD_BLOCK),
                row("seqpacket, sendrecv: each in one piece", g -> g.socketpair(UNIX_SEQPACKET), pair -> {
                    for (int length = 1; length <= 1 << 14; length *= 2) {
                        assertThat(pair.near().send(new byte[length], 0, length, 0)).isEqualTo(length);
                        assertThat(pair.far().recv(new byte[1 << 15], 0, 1 << 15, 0)).isEqualTo(length);
                    }
                }, OK),
                row("seqpacket, implied_connect", g -> new Ground.Pair(g.socket(UNIX_SEQPACKET),
                        g.listening(UNIX_SEQPACKET)), pair -> pair.near().sendto(ByteBuffer.wrap(new byte[1]),
                        0, pair.far().getsockname()), ENOTCONN),
                row("unix_dgram, basic", g -> g.socketpair(UNIX_DGRAM), pair -> {
                    Ground.send(pair.near(), "hello");
                    assertThat(Ground.recv(pair.far(), 64)).isEqualTo("hello");
                }, OK),
                row("unix_dgram, many2one: of each its own", g -> new Object[] {g, g.bound(UNIX_DGRAM)}, both -> {
                    KernelSocket receiver = (KernelSocket) both[1];
                    for (int i = 0; i < 4; i++) {
                        KernelSocket sender = ((Ground) both[0]).socket(UNIX_DGRAM);
                        sender.connect(receiver.getsockname());
                        Ground.send(sender, "from " + i);
                    }
                    for (int i = 0; i < 4; i++) {
                        assertThat(Ground.recv(receiver, 64)).isEqualTo("from " + i);
                    }
                }, OK),
                row("unix_dgram: the receiver has gone", g -> {
                    KernelSocket receiver = g.bound(UNIX_DGRAM);
                    KernelSocket sender = g.socket(UNIX_DGRAM);
                    sender.connect(receiver.getsockname());
                    receiver.close();
                    return sender;
                }, s -> Ground.send(s, "x"), ECONNREFUSED),
                row("shutdown_dgram: unconnected", g -> g.bound(UDP4), s -> s.shutdown(SHUT_RD), ENOTCONN),
                row("shutdown_dgram, unconnected: a blocked recv ends nevertheless", g -> g.bound(UDP4), s -> {
                    CompletableFuture<Long> reading = Ground.async(() -> s.recv(new byte[1], 0, 1, 0));
                    Fixture.awaitBlocked(s, 1);
                    try {
                        s.shutdown(SHUT_RD);
                    } catch (KernelSocketException e) {
                        assertThat(e.errno()).isEqualTo(ENOTCONN);
                    }
                    return Ground.join(reading);
                }, 0),
                row("socket_msg_trunc, recv_trunc_afunix_dgram", g -> sent(g, UNIX_DGRAM),
                        s -> s.recv(new byte[4], 0, 4, MSG_TRUNC), 8),
                row("socket_msg_trunc, recv_trunc_afunix_seqpacket", g -> sent(g, UNIX_SEQPACKET), s -> s.recv(
                        new byte[4], 0, 4, MSG_TRUNC), 8),
                row("socket_msg_trunc, recv_trunc_afinet_udp", g -> sent(g, UDP4), s -> s.recv(new byte[4], 0, 4,
                        MSG_TRUNC), 8),
                row("socket_msg_trunc, a peek too", g -> sent(g, UDP4), s -> s.recv(new byte[4], 0, 4,
                        MSG_TRUNC | MSG_PEEK), 8)));
    }

    @TestFactory
    Stream<DynamicContainer> passing() {
        return each(UNIX, kind -> Stream.of(
                row("passfd, simple_send_fd", g -> g.socketpair(kind), pair -> pass(pair, 1), OK),
                row("passfd, two_files", g -> g.socketpair(kind), pair -> pass(pair, 2), OK),
                row("passfd, send_a_lot", g -> g.socketpair(kind), pair -> {
                    for (int i = 0; i < 50; i++) {
                        pass(pair, 5);
                    }
                }, OK),
                row("passfd, send_and_close: what travels is open", g -> g.socketpair(kind), pair -> {
                    KernelSocket travels = Service.open().socket(AF_INET, SOCK_DGRAM, 0);
                    pair.near().sendmsg(message(List.of(travels)), 0);
                    travels.close();
                    KernelSocket came = received(pair.far()).getFirst();
                    assertThat(came.getsockname()).isNotNull();
                    came.close();
                }, OK),
                row("passfd, send_and_shutdown", g -> g.socketpair(kind), pair -> {
                    try (KernelSocket travels = Service.open().socket(AF_INET, SOCK_DGRAM, 0)) {
                        pair.near().sendmsg(message(List.of(travels)), 0);
                    }
                    pair.near().shutdown(SHUT_RDWR);
                    received(pair.far()).forEach(KernelSocket::close);
                }, OK),
                row("passfd, send_and_cancel: never received, it is closed with the pair", g -> g.socketpair(kind),
                        pair -> {
                    long before = Descriptors.open();
                    try (KernelSocket travels = Service.open().socket(AF_INET, SOCK_DGRAM, 0)) {
                        pair.near().sendmsg(message(List.of(travels)), 0);
                    }
                    pair.near().close();
                    pair.far().close();
                    assertThat(Descriptors.open()).isLessThan(before);
                }, OK),
                row("passfd, rights_creds_payload", g -> g.socketpair(kind), pair -> {
                    pair.far().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    try (KernelSocket travels = Service.open().socket(AF_INET, SOCK_DGRAM, 0)) {
                        pair.near().sendmsg(message(List.of(travels)), 0);
                    }
                    MessageHeader header = new MessageHeader().control(new ControlBuffer(128))
                            .buffers(MemorySegment.ofArray(new byte[8]));
                    pair.far().recvmsg(header, 0);
                    assertThat(header.rights()).hasSize(1);
                    header.rights().forEach(KernelSocket::close);
                    assertThat(header.control().messages().getFirst().type()).isEqualTo(SCM_CREDENTIALS);
                }, OK),
                row("passfd, a socket passed through itself", g -> g.socketpair(kind), pair -> {
                    pair.near().sendmsg(message(List.of(pair.far())), 0);
                    KernelSocket came = received(pair.far()).getFirst();
                    Ground.send(pair.near(), "x");
                    assertThat(Ground.recv(came, 4)).isEqualTo("x");
                    came.close();
                }, OK)));
    }

    /** Known to the event loop, where there is one, and then sent to and ended. */
    private static KernelSocket endedBehind(Ground ground, SocketKind kind) throws Exception {
        Ground.Pair pair = ground.connected(kind);
        CompletableFuture<String> reading = Ground.async(() -> Ground.recv(pair.far(), 1));
        Fixture.awaitBlocked(pair.far(), 1);
        Ground.send(pair.near(), "x");
        Ground.join(reading);
        Ground.send(pair.near(), "12345678");
        pair.near().close();
        ground.await(pair.far(), POLLRDHUP);
        return pair.far();
    }

    private static KernelSocket sent(Ground ground, SocketKind kind) throws KernelSocketException {
        Ground.Pair pair = ground.connected(kind);
        Ground.send(pair.near(), "12345678");
        return pair.far();
    }

    private static KernelSocket small(Ground ground, SocketKind kind) throws KernelSocketException {
        KernelSocket socket = ground.socketpair(kind).near();
        socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 8192);
        return socket;
    }

    private static void pass(Ground.Pair pair, int count) throws KernelSocketException {
        List<KernelSocket> travel = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            travel.add(Service.open().socket(AF_UNIX, SOCK_DGRAM, 0));
        }
        pair.near().sendmsg(message(travel), 0);
        travel.forEach(KernelSocket::close);
        List<KernelSocket> came = received(pair.far());
        assertThat(came).hasSize(count).allMatch(KernelSocket::isOpen);
        came.forEach(KernelSocket::close);
    }

    private static MessageHeader message(List<KernelSocket> rights) {
        return new MessageHeader().rights(rights).buffers(MemorySegment.ofArray(new byte[1]));
    }

    private static List<KernelSocket> received(KernelSocket socket) throws KernelSocketException {
        MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[8]));
        assertThat(socket.recvmsg(header, 0)).isEqualTo(1);
        return header.rights();
    }

    private static String awaited(KernelSocket socket) throws KernelSocketException {
        try (Ground ground = new Ground()) {
            ground.await(socket, POLLIN);
        }
        return Ground.recv(socket, 64);
    }

    /** Returns when so many bytes are left to be received. */
    private static void await(KernelSocket socket, int bytes) {
        Awaitility.await().until(() -> socket.ioctl(FIONREAD, 0) == bytes);
    }
}
