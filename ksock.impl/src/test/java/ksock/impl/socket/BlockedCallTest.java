// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.PollFd;
import ksock.api.SysPoll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each call that can block, on each kind of thread, ended in each way there is. */
@Timeout(300)
class BlockedCallTest {

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<Arguments> calls() {
        return Stream.of(Threads.values())
                .flatMap(threads -> Stream.of(BlockingCall.values()).map(call -> Arguments.of(threads, call)));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldEndWithEintrWhenClosed(Threads threads, BlockingCall call) throws Exception {
        BlockingCall.Blocked on = call.prepare(fixture);
        KernelSocket socket = on.socket();
        FutureTask<Object> blocked = threads.run(() -> on.make());
        Fixture.awaitBlocked(socket, 1);

        socket.close();

        assertThat(failure(blocked)).isEqualTo(Errno.EINTR);
        assertThat(socket.isOpen()).isFalse();
        Fixture.assertErrno(Errno.ENOTSOCK, () -> on.make());
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldEndWithEintrWhenInterruptedAndStayUsable(Threads threads, BlockingCall call) throws Exception {
        BlockingCall.Blocked on = call.prepare(fixture);
        KernelSocket socket = on.socket();
        AtomicReference<Boolean> status = new AtomicReference<>();
        FutureTask<Object> blocked = new FutureTask<>(() -> {
            try {
                return on.make();
            } finally {
                status.set(Thread.currentThread().isInterrupted());
            }
        });
        Thread thread = threads.start(blocked);
        Fixture.awaitBlocked(socket, 1);

        thread.interrupt();

        assertThat(failure(blocked)).isEqualTo(Errno.EINTR);
        assertThat(status.get()).as("interrupt status").isTrue();
        assertBlocksStill(threads, on);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldEndWithEintrWhenInterruptedBefore(Threads threads, BlockingCall call) throws Exception {
        BlockingCall.Blocked on = call.prepare(fixture);
        FutureTask<Object> blocked = threads.run(() -> {
            Thread.currentThread().interrupt();
            return on.make();
        });
        assertThat(failure(blocked)).isEqualTo(Errno.EINTR);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldEndWithEcanceledWhenCancelledAndStayUsable(Threads threads, BlockingCall call) throws Exception {
        BlockingCall.Blocked on = call.prepare(fixture);
        KernelSocket socket = on.socket();
        FutureTask<Object> blocked = new FutureTask<>(() -> on.make());
        Thread thread = threads.start(blocked);
        Fixture.awaitBlocked(socket, 1);

        assertThat(socket.cancel(Thread.currentThread())).as("a thread that is not in the call").isFalse();
        assertThat(socket.cancel(thread)).isTrue();

        assertThat(failure(blocked)).isEqualTo(Errno.ECANCELED);
        assertBlocksStill(threads, on);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldEndWithEtimedoutWhenItsTimeHasPassed(Threads threads, BlockingCall call) throws Exception {
        BlockingCall.Blocked on = call.prepare(fixture);
        KernelSocket socket = on.socket();
        FutureTask<Long> blocked = threads.run(() -> {
            long start = System.nanoTime();
            Fixture.assertErrno(Errno.ETIMEDOUT, () -> on.call().make(socket.within(Duration.ofMillis(50))));
            return System.nanoTime() - start;
        });
        assertThat(Duration.ofNanos(blocked.get())).isBetween(Duration.ofMillis(50), Fixture.PATIENCE);
        Fixture.assertErrno(Errno.ETIMEDOUT, () -> on.call().make(socket.within(Duration.ZERO)));
        assertBlocksStill(threads, on);
    }

    static Stream<Arguments> polls() {
        // A socket that was never connected is hung up already.
        return calls().filter(row -> row.get()[1] != BlockingCall.CONNECT_UNIX);
    }

    @ParameterizedTest
    @MethodSource("polls")
    void shouldEndPollWithPollnvalWhenClosed(Threads threads, BlockingCall call) throws Exception {
        BlockingCall.Blocked on = call.prepare(fixture);
        KernelSocket socket = on.socket();
        PollFd idle = new PollFd(fixture.pair(SOCK_STREAM)[0], SysPoll.POLLIN);
        PollFd closed = new PollFd(socket, 0);
        FutureTask<Integer> blocked =
                threads.run(() -> fixture.sockets.poll(new PollFd[] {idle, closed}, null));
        Fixture.awaitBlocked(socket, 1);

        socket.close();

        assertThat(blocked.get()).isEqualTo(1);
        assertThat(closed.revents()).isEqualTo(SysPoll.POLLNVAL);
        assertThat(idle.revents()).isZero();
    }

    @ParameterizedTest
    @MethodSource("polls")
    void shouldEndPollWithEcanceledWhenCancelledByAnyOfItsSockets(Threads threads, BlockingCall call) throws Exception {
        KernelSocket socket = call.prepare(fixture).socket();
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        PollFd[] fds = {new PollFd(socket, 0), new PollFd(pair[0], SysPoll.POLLIN)};
        for (KernelSocket by : new KernelSocket[] {socket, pair[0]}) {
            FutureTask<Object> blocked = new FutureTask<>(() -> fixture.sockets.poll(fds, null));
            Thread thread = threads.start(blocked);
            Fixture.awaitBlocked(socket, 1);
            Fixture.awaitBlocked(pair[0], 1);

            assertThat(by.cancel(Thread.currentThread())).as("a thread that is not in the call").isFalse();
            assertThat(pair[1].cancel(thread)).as("a socket that is not polled").isFalse();
            assertThat(by.cancel(thread)).isTrue();

            assertThat(failure(blocked)).isEqualTo(Errno.ECANCELED);
        }
        pair[1].send(new byte[1], 0, 1, 0);
        assertThat(fixture.sockets.poll(fds, Duration.ZERO)).as("the sockets are usable").isEqualTo(1);
    }

    private static void assertBlocksStill(Threads threads, BlockingCall.Blocked on) throws Exception {
        KernelSocket socket = on.socket();
        FutureTask<Object> again = threads.run(() -> on.make());
        Fixture.awaitBlocked(socket, 1);
        socket.close();
        assertThat(failure(again)).isEqualTo(Errno.EINTR);
    }

    private static Errno failure(FutureTask<?> call) {
        ExecutionException e = catchThrowableOfType(ExecutionException.class, call::get);
        assertThat(e).isNotNull().cause().isInstanceOf(KernelSocketException.class);
        return ((KernelSocketException) e.getCause()).errno();
    }
}
