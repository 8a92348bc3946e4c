// SPDX-License-Identifier: Apache-2.0
package ksock.impl.wait;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who has a waiter, and what it is told; that threads are brought out of real calls is tested with the calls. */
@Timeout(60)
class SignalWaiterTest {

    private final WaitQueue queue = new WaitQueue();

    @Test
    void shouldServeOneThreadAfterTheOtherWithTheSameWaiter() throws Exception {
        List<SignalWaiter> had = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            had.add(elsewhere(() -> {
                SignalWaiter waiter = SignalWaiter.enterToReceive(queue);
                assertThat(queue.size()).isEqualTo(1);
                waiter.leave();
                return waiter;
            }));
        }
        assertThat(had).containsOnly(had.getFirst());
        assertThat(queue.size()).isZero();
    }

    @Test
    void shouldGiveAWaiterOfItsOwnToEachThreadThatWaitsAtOnce() throws Exception {
        SignalWaiter mine = SignalWaiter.enterToReceive(queue);
        CountDownLatch looked = new CountDownLatch(1);
        FutureTask<Boolean> other = new FutureTask<>(() -> {
            SignalWaiter waiter = SignalWaiter.enterToReceive(queue);
            looked.await();
            boolean cancelled = waiter.lookAround();
            waiter.leave();
            return cancelled;
        });
        Thread thread = Thread.ofPlatform().start(other);
        while (queue.size() < 2) {
            Thread.onSpinWait();
        }
        assertThat(queue.cancel(thread)).isTrue();
        looked.countDown();

        assertThat(other.get()).isTrue();
        assertThat(mine.lookAround()).as("the other's cancel").isFalse();
        mine.leave();
        assertThat(queue.size()).isZero();
        assertThat(queue.cancel(thread)).as("it waits no more").isFalse();
    }

    @Test
    void shouldHaveAWaiterForEachDirection() {
        SignalWaiter receiver = SignalWaiter.enterToReceive(queue);
        SignalWaiter sender = SignalWaiter.enterToSend(queue);
        assertThat(sender).isNotSameAs(receiver);
        assertThat(queue.size()).isEqualTo(2);
        receiver.leave();
        // The receiver is known by this thread, too, but waits no more.
        assertThat(queue.cancel(Thread.currentThread())).isTrue();
        assertThat(sender.lookAround()).isTrue();
        sender.leave();
        assertThat(queue.cancel(Thread.currentThread())).isFalse();
        assertThat(queue.size()).isZero();
    }

    @Test
    void shouldForgetAnInterruptThatWasMeantForAnEarlierWait() throws Exception {
        SignalWaiter.enterToReceive(queue).leave();
        SignalWaiter waiter = SignalWaiter.enterToReceive(queue);
        // As the platform tells it, after the thread was out and the status was cleared.
        elsewhere(waiter::wakeup);
        assertThat(waiter.isBroughtOut()).isTrue();

        assertThat(waiter.lookAround()).isFalse();
        assertThat(waiter.isBroughtOut()).as("no signal is sent again").isFalse();
        waiter.leave();
    }

    @Test
    void shouldNotBeHeldByAThreadThatHasEnded() throws Exception {
        Thread ended = Thread.ofPlatform().start(() -> SignalWaiter.enterToReceive(queue).leave());
        ended.join();

        assertThat(queue.cancel(ended)).isFalse();
        SignalWaiter waiter = SignalWaiter.enterToReceive(queue);
        assertThat(queue.cancel(ended)).isFalse();
        assertThat(queue.cancel(Thread.currentThread())).isTrue();
        assertThat(waiter.lookAround()).isTrue();
        waiter.leave();
    }

    private interface Step<T> {

        T make() throws Exception;
    }

    private static <T> T elsewhere(Step<T> step) throws Exception {
        FutureTask<T> task = new FutureTask<>(step::make);
        Thread.ofPlatform().start(task);
        return task.get();
    }
}
