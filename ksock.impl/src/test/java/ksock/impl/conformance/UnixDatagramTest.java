// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.UNIX_DGRAM;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_unix_dgram and socket_unix_unbound_dgram: UNIX datagrams and their rules about peers. */
class UnixDatagramTest {

    @TestFactory
    Stream<DynamicContainer> datagrams() {
        return onBothThreads("datagrams", () -> Stream.of(
                row("WriteOneSideClosed", g -> oneSideClosed(g), s -> Ground.send(s, "x"), ECONNREFUSED),
                row("WriteOneSideClosed: then there is no peer", g -> oneSideClosed(g), s -> {
                    try {
                        Ground.send(s, "x");
                    } catch (ksock.api.KernelSocketException e) {
                        assertThat(e.errno()).isEqualTo(ECONNREFUSED);
                    }
                    Ground.send(s, "x");
                }, ENOTCONN),
                row("ReadOneSideClosed", g -> oneSideClosed(g), s -> s.recv(new byte[1], 0, 1, MSG_DONTWAIT),
                        WOULD_BLOCK),
                row("SendtoWithoutConnect", g -> new Ground.Pair(g.socket(UNIX_DGRAM), g.bound(UNIX_DGRAM)), pair ->
                        pair.near().sendto(ByteBuffer.allocate(3), 0, pair.far().getsockname()), 3),
                row("send, not connected", g -> g.socket(UNIX_DGRAM), s -> Ground.send(s, "x"), ENOTCONN),
                row("sendto a path without a socket", g -> new Ground.Pair(g.socket(UNIX_DGRAM), null), pair ->
                        pair.near().sendto(ByteBuffer.allocate(1), 0, SockAddr.unix("/tmp/no/such/socket")), ENOENT),
                row("sendto a file", g -> new To(g.socket(UNIX_DGRAM), Paths.file(g)), To::send, ECONNREFUSED),
                row("sendto a stream socket", g -> new To(g.socket(UNIX_DGRAM),
                        g.listening(SocketKind.UNIX_STREAM).getsockname()), To::send, EPROTOTYPE),
                row("sendto elsewhere, connected", g -> new To(g.connected(UNIX_DGRAM).near(),
                        g.bound(UNIX_DGRAM).getsockname()), To::send, 1),
                row("sendto one that is connected to another", g -> new To(g.bound(UNIX_DGRAM),
                        g.connected(UNIX_DGRAM).near().getsockname()), To::send, EPERM),
                row("connect to one that is connected to another", g -> new To(g.bound(UNIX_DGRAM),
                        g.connected(UNIX_DGRAM).near().getsockname()), To::connect, EPERM),
                row("DoubleConnect: may be repeated", g -> new To(g.socket(UNIX_DGRAM),
                        g.bound(UNIX_DGRAM).getsockname()), to -> {
                    to.connect();
                    return to.connect();
                }, 0),
                row("SelfConnect", g -> {
                    KernelSocket socket = g.bound(UNIX_DGRAM);
                    return new To(socket, socket.getsockname());
                }, to -> {
                    to.connect();
                    Ground.send(to.socket, "me");
                    assertThat(Ground.recv(to.socket, 8)).isEqualTo("me");
                }, OK),
                row("AF_UNSPEC dissolves", g -> g.connected(UNIX_DGRAM).near(), s -> {
                    s.connect(new SockAddr.Raw(AF_UNSPEC, new byte[14]));
                    Ground.send(s, "x");
                }, ENOTCONN),
                row("ZeroWriteAllowed: an empty datagram", g -> g.socketpair(UNIX_DGRAM), pair -> {
                    Ground.send(pair.near(), "");
                    return pair.far().recv(new byte[1], 0, 1, MSG_DONTWAIT);
                }, 0),
                row("BindAfterConnectSenderAddr", g -> {
                    KernelSocket receiver = g.bound(UNIX_DGRAM);
                    KernelSocket sender = g.socket(UNIX_DGRAM);
                    sender.connect(receiver.getsockname());
                    sender.bind(g.freshAddress(UNIX_DGRAM));
                    Ground.send(sender, "x");
                    SockAddrBuffer from = new SockAddrBuffer();
                    receiver.recvfrom(ByteBuffer.allocate(1), 0, from);
                    return new To(sender, from.get());
                }, to -> assertThat(to.address).isEqualTo(to.socket.getsockname()), OK),
                row("UnboundSenderAddr", g -> {
                    Ground.Pair pair = new Ground.Pair(g.socket(UNIX_DGRAM), g.bound(UNIX_DGRAM));
                    new To(pair.near(), pair.far().getsockname()).send();
                    return pair.far();
                }, s -> {
                    SockAddrBuffer from = new SockAddrBuffer().set(SockAddr.loopback4(1));
                    s.recvfrom(ByteBuffer.allocate(1), 0, from);
                    assertThat(from.get()).isIn(null, SockAddr.Unix.UNNAMED);
                }, OK),
                row("MSG_OOB", g -> g.socketpair(UNIX_DGRAM).near(), s -> Ground.send(s, "x", MSG_OOB), EOPNOTSUPP),
                row("PayloadTooBig", g -> g.socketpair(UNIX_DGRAM).near(), s -> s.send(new byte[8 << 20], 0, 8 << 20,
                        0), EMSGSIZE),
                row("WriteShutdownOfOneSenderDoesNotCloseQueue", g -> {
                    KernelSocket receiver = g.bound(UNIX_DGRAM);
                    KernelSocket first = g.socket(UNIX_DGRAM);
                    first.connect(receiver.getsockname());
                    first.shutdown(SHUT_WR);
                    new To(g.socket(UNIX_DGRAM), receiver.getsockname()).send();
                    return receiver;
                }, s -> s.recv(new byte[1], 0, 1, MSG_DONTWAIT), 1)));
    }

    @TestFactory
    Stream<DynamicContainer> fullQueues() {
        return onBothThreads("fullQueues", () -> Stream.of(
                row("a full peer refuses", g -> full(g), s -> s.send(new byte[1], 0, 1, MSG_DONTWAIT), WOULD_BLOCK),
                row("a full peer lets a blocking sender wait", g -> {
                    KernelSocket receiver = g.bound(UNIX_DGRAM);
                    KernelSocket sender = g.socket(UNIX_DGRAM);
                    sender.connect(receiver.getsockname());
                    Fill.up(sender);
                    return new Ground.Pair(sender, receiver);
                }, pair -> {
                    CompletableFuture<Long> sending = Ground.async(() -> Ground.send(pair.near(), "waits"));
                    do {
                        pair.far().recv(new byte[1], 0, 1, MSG_DONTWAIT);
                    } while (!sending.isDone());
                    return Ground.join(sending);
                }, 5),
                row("a full peer, sender not connected, lets it wait too", g -> {
                    KernelSocket receiver = g.bound(UNIX_DGRAM);
                    To to = new To(g.socket(UNIX_DGRAM), receiver.getsockname());
                    while (to.sendNow() > 0) {
                        assertThat(to.socket.isOpen()).isTrue();
                    }
                    return new Waiting(to, receiver);
                }, waiting -> {
                    CompletableFuture<Long> sending = Ground.async(waiting.to::send);
                    do {
                        waiting.receiver.recv(new byte[1], 0, 1, MSG_DONTWAIT);
                    } while (!sending.isDone());
                    return Ground.join(sending);
                }, 1),
                row("PollAfterFullShutdown", g -> new Polled(g, g.socketpair(UNIX_DGRAM).near()), polled -> {
                    polled.socket.shutdown(SHUT_RDWR);
                    return polled.ground.poll(polled.socket, POLLRDHUP) & (POLLHUP | POLLRDHUP);
                }, POLLHUP | POLLRDHUP)));
    }

    private static KernelSocket oneSideClosed(Ground ground) throws Exception {
        Ground.Pair pair = ground.socketpair(UNIX_DGRAM);
        pair.far().close();
        return pair.near();
    }

    private static KernelSocket full(Ground ground) throws Exception {
        KernelSocket receiver = ground.bound(UNIX_DGRAM);
        KernelSocket sender = ground.socket(UNIX_DGRAM);
        sender.connect(receiver.getsockname());
        Fill.up(sender);
        return sender;
    }

    /** A socket and where it is to send to. */
    private record To(KernelSocket socket, SockAddr address) {

        long send() throws Exception {
            return socket.sendto(ByteBuffer.allocate(1), 0, address);
        }

        long sendNow() throws Exception {
            return socket.sendto(ByteBuffer.allocate(1), MSG_DONTWAIT, address);
        }

        long connect() throws Exception {
            return socket.connect(address);
        }
    }

    /** A sender and the receiver that is full. */
    private record Waiting(To to, KernelSocket receiver) {
    }

    /** A socket and where it was made. */
    private record Polled(Ground ground, KernelSocket socket) {
    }
}
