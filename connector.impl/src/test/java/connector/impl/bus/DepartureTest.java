// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.ConnectorConstants;
import connector.api.NotifyEvent.Reason;
import connector.api.wire.NetlinkErrno;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A user leaves while its callback runs. */
class DepartureTest extends BusFixture {

    @Test
    void shouldWaitForARunningCallbackWhenItsUserLeaves() throws Exception {
        bus.settings(PATIENT);
        CountDownLatch entered = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        User user = add("a", (msg, sender) -> {
            entered.countDown();
            TimeUnit.MILLISECONDS.sleep(50);
            left.set(true);
        });
        Thread sender = Thread.ofPlatform().start(() -> send(1));
        entered.await();
        bus.remove(user, Reason.WITHDRAWN);
        assertThat(left).isTrue();
        assertThat(events).last().isEqualTo("unregistered a WITHDRAWN");
        sender.join();
    }

    @Test
    void shouldTakeTheMailboxAwayFromACallbackThatDoesNotReturn() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        User stuck = add("stuck", Map.of(ConnectorConstants.HOLDOVER, 10_000), (msg, sender) -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        AtomicBoolean stray = new AtomicBoolean();
        Thread sender = Thread.ofPlatform().start(() -> {
            send(1);
            stray.set(Thread.currentThread().isInterrupted());
        });
        entered.await();
        assertThat(send(2)).isZero();
        bus.remove(stuck, Reason.STOPPED);
        interrupted.await();
        List<Integer> seen = new CopyOnWriteArrayList<>();
        add("next", (msg, from) -> seen.add(msg.seq()));
        await().until(() -> seen.equals(List.of(2)));
        sender.join();
        assertThat(stray).as("the interrupt was for the callback").isFalse();
        assertThat(listed().interrupted).isEqualTo(1);
        assertThat(send(3)).isZero();
        assertThat(seen).containsExactly(2, 3);
    }

    @Test
    void shouldNotWaitForARunningCallbackWhenTheBusIsGoingDown() throws Exception {
        bus.settings(PATIENT);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        User user = add("a", (msg, sender) -> {
            running.countDown();
            release.await();
        });
        Thread sending = Thread.ofPlatform().start(() -> send(1));
        running.await();
        bus.goDown();
        Thread removing = Thread.ofPlatform().start(() -> bus.remove(user, Reason.STOPPED));
        assertThat(removing.join(Duration.ofSeconds(10))).isTrue();
        assertThat(sending.isAlive()).isTrue();
        release.countDown();
        sending.join();
    }

    @Test
    void shouldNotWaitForItselfWhenACallbackRemovesItsOwnUser() {
        bus.settings(PATIENT);
        for (String delivery : List.of(ConnectorConstants.DELIVERY_MAILBOX, ConnectorConstants.DELIVERY_INLINE)) {
            AtomicReference<User> self = new AtomicReference<>();
            self.set(add("a", Map.of(ConnectorConstants.DELIVERY, delivery),
                    (msg, sender) -> bus.remove(self.get(), Reason.WITHDRAWN)));
            long begin = System.nanoTime();
            send(1);
            assertThat(TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - begin)).isZero();
            assertThat(send(2)).isEqualTo(NetlinkErrno.ENODEV);
        }
    }
}
