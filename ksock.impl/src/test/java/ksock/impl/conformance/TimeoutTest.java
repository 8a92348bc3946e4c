// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's timeouts of socket_generic, and the limits of {@link KernelSocket#within}: how long a call may block. */
class TimeoutTest {

    private static final long[] TWENTY_MILLISECONDS = {0, 20_000};

    @TestFactory
    Stream<DynamicContainer> ofTheSocket() {
        return each(ALL, kind -> Stream.of(
                row("RecvTimeoutRecvSucceeds", g -> receiving(g, kind), s -> timed(() -> s.recv(new byte[1], 0, 1, 0)),
                        WOULD_BLOCK),
                row("RecvTimeoutRecvmsgSucceeds", g -> receiving(g, kind), s -> timed(() -> s.recvmsg(
                        new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])), 0)), WOULD_BLOCK),
                row("RecvTimeoutWaitAll: what had come", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().setsockopt(SOL_SOCKET, SO_RCVTIMEO, MemorySegment.ofArray(TWENTY_MILLISECONDS));
                    Ground.send(pair.far(), "abc");
                    return pair.near();
                }, s -> s.recv(new byte[8], 0, 8, MSG_WAITALL), 3),
                row("RecvTimeoutNegSecRecv: at once", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.setsockopt(SOL_SOCKET, SO_RCVTIMEO, MemorySegment.ofArray(new long[] {-1, 0}));
                    return socket;
                }, s -> s.recv(new byte[1], 0, 1, 0), WOULD_BLOCK),
                row("SendTimeoutAllowsSend", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.setsockopt(SOL_SOCKET, SO_SNDTIMEO, MemorySegment.ofArray(TWENTY_MILLISECONDS));
                    return socket;
                }, s -> Ground.send(s, "x"), 1)));
    }

    @TestFactory
    Stream<DynamicContainer> ofTheSocketToSendAndAccept() {
        return each(CONNECTING, kind -> Stream.of(
                row("SendTimeout", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    Fill.up(socket);
                    socket.setsockopt(SOL_SOCKET, SO_SNDTIMEO, MemorySegment.ofArray(TWENTY_MILLISECONDS));
                    return socket;
                }, s -> timed(() -> s.send(new byte[1 << 16], 0, 1 << 16, 0)), WOULD_BLOCK),
                row("SO_RCVTIMEO limits accept", g -> {
                    KernelSocket listener = g.listening(kind);
                    listener.setsockopt(SOL_SOCKET, SO_RCVTIMEO, MemorySegment.ofArray(TWENTY_MILLISECONDS));
                    return listener;
                }, s -> timed(() -> s.accept() == null ? WOULD_BLOCK : 0), WOULD_BLOCK)));
    }

    @TestFactory
    Stream<DynamicContainer> ofOneCall() {
        return each(ALL, kind -> Stream.of(
                row("recv", g -> g.connected(kind).near(), s -> s.within(Duration.ofMillis(20)).recv(new byte[1], 0, 1,
                        0), ETIMEDOUT),
                row("recv of what is there", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.far(), "x");
                    return pair.near();
                }, s -> s.within(Ground.PATIENCE).recv(new byte[1], 0, 1, 0), 1),
                row("no time at all", g -> g.connected(kind).near(), s -> s.within(Duration.ZERO).recv(new byte[1], 0,
                        1, 0), ETIMEDOUT),
                row("less than no time", g -> g.connected(kind).near(), s -> s.within(Duration.ofDays(-1)).recv(
                        new byte[1], 0, 1, 0), ETIMEDOUT),
                row("more time than there is", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.far(), "x");
                    return pair.near();
                }, s -> s.within(Duration.ofSeconds(Long.MAX_VALUE)).recv(new byte[1], 0, 1, 0), 1),
                row("MSG_DONTWAIT is would block", g -> g.connected(kind).near(), s -> s.within(Duration.ofSeconds(9))
                        .recv(new byte[1], 0, 1, MSG_DONTWAIT), WOULD_BLOCK),
                row("the socket is usable afterwards", g -> g.connected(kind), pair -> {
                    try {
                        pair.near().within(Duration.ofMillis(1)).recv(new byte[1], 0, 1, 0);
                    } catch (KernelSocketException e) {
                        assertThat(e.errno()).isEqualTo(ETIMEDOUT);
                    }
                    Ground.send(pair.far(), "x");
                    assertThat(Ground.recv(pair.near(), 1)).isEqualTo("x");
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> ofOneCallToSendAndAccept() {
        return each(CONNECTING, kind -> Stream.of(
                row("send", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    Fill.up(socket);
                    return socket;
                }, s -> s.within(Duration.ofMillis(20)).send(new byte[1 << 16], 0, 1 << 16, 0), ETIMEDOUT),
                row("accept", g -> g.listening(kind), s -> s.within(Duration.ofMillis(20)).accept(), ETIMEDOUT)));
    }

    private static KernelSocket receiving(Ground ground, SocketKind kind) throws KernelSocketException {
        KernelSocket socket = ground.connected(kind).near();
        socket.setsockopt(SOL_SOCKET, SO_RCVTIMEO, MemorySegment.ofArray(TWENTY_MILLISECONDS));
        return socket;
    }

    /** The result of a call that must take its twenty milliseconds; the host counts them in ticks. */
    private static long timed(TimedCall call) throws Exception {
        long start = System.nanoTime();
        long result = call.result();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(15));
        return result;
    }

    /** A call that blocks for a time. */
    @FunctionalInterface
    private interface TimedCall {
        long result() throws Exception;
    }
}
