// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each call that can block, made inside a callback that may: the loop is another thread's meanwhile. */
@Timeout(300)
class CallbackWaitTest {

    private final Fixture fixture = new Fixture();
    private volatile Thread waiter;

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<BlockingCall> polled() {
        return Stream.of(BlockingCall.values()).filter(call -> call.events() != 0);
    }

    @ParameterizedTest
    @EnumSource
    void shouldWaitInACallbackWhileOthersAreServed(BlockingCall call) throws Exception {
        BlockingCall.Blocked on = call.prepare(fixture);
        FutureTask<Object> waiting = inCallback(on);

        assertOthersAreServed();
        assertThat(waiting.isDone()).isFalse();

        on.completion().happen();
        assertThat(waiting.get(60, TimeUnit.SECONDS)).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("polled")
    void shouldPollInACallbackWhileOthersAreServed(BlockingCall call) throws Exception {
        BlockingCall.Blocked on = call.prepare(fixture).polled(fixture, call.events());
        FutureTask<Object> waiting = inCallback(on);

        assertOthersAreServed();
        assertThat(waiting.isDone()).isFalse();

        on.completion().happen();
        assertThat((int) waiting.get(60, TimeUnit.SECONDS) & call.events()).isEqualTo(call.events());
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndWithEintrWhenClosedMeanwhile(BlockingCall call) throws Exception {
        BlockingCall.Blocked on = call.prepare(fixture);
        FutureTask<Object> waiting = inCallback(on);

        on.socket().close();

        assertThat(failure(waiting)).isEqualTo(Errno.EINTR);
        assertOthersAreServed();
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndWithEcanceledWhenCancelledMeanwhile(BlockingCall call) throws Exception {
        BlockingCall.Blocked on = call.prepare(fixture);
        FutureTask<Object> waiting = inCallback(on);

        on.socket().cancel(waiter);

        assertThat(failure(waiting)).isEqualTo(Errno.ECANCELED);
        assertOthersAreServed();
    }

    /** What is there already is taken without a thought of the loop. */
    @Test
    void shouldKeepTheLoopWhereNothingWaits() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        CountDownLatch all = new CountDownLatch(100);
        long before = fixture.loop.takeOvers();
        pair[1].callbacks(SocketCallbacks.builder().recv((socket, arg, length) -> {
            byte[] bytes = new byte[1];
            if (length != 0 && socket.recv(bytes, 0, 1, 0) == 1) {
                socket.send(bytes, 0, 1, 0);
                all.countDown();
            }
        }).mayBlock().build(), null);
        for (int i = 0; i < 100; i++) {
            pair[0].send(new byte[1], 0, 1, 0);
            assertThat(pair[0].recv(new byte[1], 0, 1, 0)).isEqualTo(1);
        }
        assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(fixture.loop.takeOvers() - before).isLessThan(50);
    }

    /** Makes the call inside a callback; returns when it waits. */
    private FutureTask<Object> inCallback(BlockingCall.Blocked on) throws Exception {
        KernelSocket[] trigger = fixture.pair(SOCK_STREAM);
        FutureTask<Object> waiting = new FutureTask<>(() -> {
            waiter = Thread.currentThread();
            return on.make();
        });
        trigger[1].callbacks(SocketCallbacks.builder().recv((socket, arg, length) -> waiting.run()).mayBlock().build(),
                null);
        trigger[0].send(new byte[1], 0, 1, 0);
        Fixture.awaitBlocked(on.socket(), 1);
        return waiting;
    }

    private void assertOthersAreServed() throws Exception {
        KernelSocket[] other = fixture.pair(SOCK_STREAM);
        CountDownLatch served = new CountDownLatch(1);
        other[1].callbacks(SocketCallbacks.builder().recv((socket, arg, length) -> {
            if (socket.recv(new byte[1], 0, 1, MSG_DONTWAIT) == 1) {
                served.countDown();
            }
        }).build(), null);
        other[0].send(new byte[1], 0, 1, 0);
        assertThat(served.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private static Errno failure(FutureTask<Object> call) {
        ExecutionException thrown = catchThrowableOfType(ExecutionException.class,
                () -> call.get(60, TimeUnit.SECONDS));
        assertThat(thrown).isNotNull().hasCauseInstanceOf(KernelSocketException.class);
        return ((KernelSocketException) thrown.getCause()).errno();
    }
}
