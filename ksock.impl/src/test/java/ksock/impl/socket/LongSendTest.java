// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.NetinetTcp;
import ksock.api.PollFd;
import ksock.api.SockAddrBuffer;
import ksock.api.SysPoll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends of more than any buffer holds: of the heap they end as those of native memory do, in one call of the host. */
@Timeout(300)
class LongSendTest {

    private static final int LONG = 48 << 20;

    private final Fixture fixture = new Fixture();
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        fixture.close();
        arena.close();
    }

    /** Where the data lies. */
    enum Memory { HEAP, NATIVE }

    static Stream<Arguments> waysToSend() {
        return Stream.of(Threads.values())
                .flatMap(threads -> Stream.of(Memory.values()).map(memory -> Arguments.of(threads, memory)));
    }

    @ParameterizedTest
    @MethodSource("waysToSend")
    void shouldSayWhatWasSentAndHandTheErrorToTheNextCall(Threads threads, Memory memory) throws Exception {
        KernelSocket[] pair = fixture.connection();
        FutureTask<Long> sending = threads.run(() -> pair[0].send(data(memory), 0, LONG, 0));
        pair[1].recv(new byte[3 << 20], 0, 3 << 20, MSG_WAITALL);

        reset(pair[1]);

        assertThat(sending.get()).isBetween(3L << 20, LONG - 1L);
        Fixture.assertErrno(Errno.ECONNRESET, () -> pair[0].recv(new byte[1], 0, 1, 0));
        assertThat(pair[0].recv(new byte[1], 0, 1, 0)).as("the error comes once").isZero();
        Fixture.assertErrno(Errno.EPIPE, () -> pair[0].send(new byte[1], 0, 1, 0));
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayWhatWasSentWithoutWaiting(Memory memory) throws Exception {
        KernelSocket[] pair = fixture.connection();
        long sent = pair[0].send(data(memory), 0, LONG, MSG_DONTWAIT);
        assertThat(sent).isBetween(1L, LONG - 1L);

        reset(pair[1]);

        fixture.sockets.poll(new PollFd[] {new PollFd(pair[0], SysPoll.POLLRDHUP)}, Fixture.PATIENCE);
        Fixture.assertErrno(Errno.ECONNRESET, () -> pair[0].send(data(memory), 0, LONG, MSG_DONTWAIT));
        Fixture.assertErrno(Errno.EPIPE, () -> pair[0].send(data(memory), 0, LONG, MSG_DONTWAIT));
        assertThat(pair[0].getsockopt(SOL_SOCKET, SO_ERROR)).isZero();
    }

    @ParameterizedTest
    @MethodSource("waysToSend")
    void shouldEndAtItsOwnShutdownAndLeaveTheOtherWayOpen(Threads threads, Memory memory) throws Exception {
        KernelSocket[] pair = fixture.connection();
        FutureTask<Long> sending = threads.run(() -> pair[0].send(data(memory), 0, LONG, 0));
        pair[1].recv(new byte[3 << 20], 0, 3 << 20, MSG_WAITALL);

        pair[0].shutdown(SHUT_WR);

        assertThat(sending.get()).isBetween(3L << 20, LONG - 1L);
        Fixture.assertErrno(Errno.EPIPE, () -> pair[0].send(data(memory), 0, LONG, 0));
        pair[1].send(new byte[] {7}, 0, 1, 0);
        assertThat(pair[0].recv(new byte[1], 0, 1, 0)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("waysToSend")
    void shouldCountTheTimeOfAllItsWaits(Threads threads, Memory memory) throws Exception {
        KernelSocket[] pair = fixture.connection();
        pair[0].setsockopt(SOL_SOCKET, SO_SNDTIMEO, MemorySegment.ofArray(new long[] {0, 300_000}));
        AtomicBoolean done = new AtomicBoolean();
        // It always goes on a little: no single wait is as long as the limit.
        FutureTask<Long> reading = Threads.PLATFORM.run(() -> {
            byte[] some = new byte[64 << 10];
            long total = 0;
            while (!done.get()) {
                total += Math.max(0, pair[1].recv(some, 0, some.length, MSG_DONTWAIT));
                Thread.sleep(5);
            }
            return total;
        });

        long start = System.nanoTime();
        long sent = threads.run(() -> pair[0].send(data(memory), 0, LONG, 0)).get();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        done.set(true);
        reading.get();

        // All of it would have taken four seconds and more, and was not waited for.
        assertThat(sent).isBetween(1L, LONG - 1L);
        assertThat(took).isGreaterThan(Duration.ofMillis(250));
    }

    @ParameterizedTest
    @MethodSource("waysToSend")
    void shouldDeliverEveryByteInOrderAndTheUrgentOneLast(Threads threads, Memory memory) throws Exception {
        KernelSocket[] pair = fixture.connection();
        pair[1].setsockopt(SOL_SOCKET, SO_OOBINLINE, 1);
        MemorySegment data = data(memory);
        int length = 5 << 20;
        for (int i = 0; i < length; i++) {
            data.set(ValueLayout.JAVA_BYTE, i, (byte) ((i * 31) >>> 7));
        }
        FutureTask<Long> sending = threads.run(() -> pair[0].send(data, 0, length, MSG_OOB));
        byte[] came = new byte[length];
        int at = 0;
        while (at < length) {
            at += (int) pair[1].within(Fixture.PATIENCE).recv(came, at, length - at, 0);
        }
        assertThat(sending.get()).isEqualTo(length);
        assertThat(MemorySegment.ofArray(came).mismatch(data.asSlice(0, length))).isEqualTo(-1);
        assertThat(pair[1].recv(came, 0, 1, MSG_DONTWAIT)).isEqualTo(WOULD_BLOCK);
    }

    @ParameterizedTest
    @EnumSource
    void shouldReceiveAsMuchInOneCall(Threads threads) throws Exception {
        KernelSocket[] pair = fixture.connection();
        FutureTask<Long> sending = Threads.PLATFORM.run(() -> pair[0].send(data(Memory.HEAP), 0, LONG, 0));
        FutureTask<Long> receiving = threads.run(() -> pair[1].recv(new byte[LONG], 0, LONG, MSG_WAITALL));
        assertThat(sending.get()).isEqualTo(LONG);
        assertThat(receiving.get()).isEqualTo(LONG);
    }

    @ParameterizedTest
    @EnumSource
    void shouldConnectWithTheFirstBytesAndSendTheRest(Threads threads) throws Exception {
        KernelSocket listener = fixture.listener();
        listener.setsockopt(SOL_TCP, NetinetTcp.TCP_FASTOPEN, 5);
        KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        int length = 3 << 20;
        SockAddrBuffer to = new SockAddrBuffer().set(listener.getsockname());
        FutureTask<Long> sending = threads.run(
                () -> client.sendto(data(Memory.HEAP), 0, length, MSG_FASTOPEN, to));
        KernelSocket accepted = fixture.keep(listener.accept());
        assertThat(accepted.recv(new byte[length], 0, length, MSG_WAITALL)).isEqualTo(length);
        assertThat(sending.get()).isEqualTo(length);
    }

    private MemorySegment data(Memory memory) {
        return memory == Memory.HEAP ? MemorySegment.ofArray(new byte[LONG]) : arena.allocate(LONG);
    }

    /** Ends a connection so that its peer is told ECONNRESET. */
    private static void reset(KernelSocket socket) throws KernelSocketException {
        socket.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 0}));
        socket.close();
    }
}
