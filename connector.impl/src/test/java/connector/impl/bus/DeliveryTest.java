// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import connector.api.NotifyEvent.Reason;
import connector.api.wire.NetlinkErrno;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How a message gets to its user, on which thread, and in what order. */
class DeliveryTest extends BusFixture {

    @Test
    void shouldRunTheMessageOnTheThreadThatBroughtItToAnIdleMailbox() {
        AtomicReference<Thread> ran = new AtomicReference<>();
        add("a", (msg, sender) -> ran.set(Thread.currentThread()));
        assertThat(send(1)).isZero();
        assertThat(ran).hasValue(Thread.currentThread());
    }

    @Test
    void shouldNeverRunUserCodeOnAVirtualThread() throws Exception {
        AtomicReference<Thread> ran = new AtomicReference<>();
        for (String delivery : List.of(ConnectorConstants.DELIVERY_MAILBOX, ConnectorConstants.DELIVERY_INLINE)) {
            User user = add("a", Map.of(ConnectorConstants.DELIVERY, delivery),
                    (msg, sender) -> ran.set(Thread.currentThread()));
            ran.set(null);
            Thread.ofVirtual().start(() -> send(1)).join();
            await().untilAtomic(ran, notNullValue());
            assertThat(ran.get().isVirtual()).isFalse();
            bus.remove(user, Reason.WITHDRAWN);
        }
    }

    @Test
    void shouldKeepEachSendersOrderAndRunOneAtATime() throws Exception {
        int senders = 4;
        int each = 20_000;
        int[] next = new int[senders];
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        add("a", Map.of(ConnectorConstants.OVERFLOW, ConnectorConstants.OVERFLOW_WAIT,
                ConnectorConstants.OVERFLOW_WAIT_MS, 30_000, ConnectorConstants.MAILBOX_CAPACITY, 64), (msg, from) -> {
                    if (inside.incrementAndGet() != 1) {
                        wrong.add("two at a time");
                    }
                    if (next[msg.ack()]++ != msg.seq()) {
                        wrong.add("sender " + msg.ack() + " out of order at " + msg.seq());
                    }
                    inside.decrementAndGet();
                    seen.incrementAndGet();
                });
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            int ack = s;
            Runnable run = () -> {
                for (int i = 0; i < each; i++) {
                    int errno = bus.receive(CnMsg.of(ID, i, ack), port, 0).errno();
                    if (errno != 0) {
                        wrong.add("errno " + errno);
                    }
                }
            };
            threads.add(s == 0 ? Thread.ofVirtual().start(run) : Thread.ofPlatform().start(run));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await().untilAtomic(seen, is(senders * each));
        assertThat(wrong).isEmpty();
        assertThat(listed().delivered).isEqualTo(seen.get());
    }

    @Test
    void shouldQueueWhatACallbackSendsToItsOwnId() {
        List<Integer> order = new ArrayList<>();
        add("a", (msg, sender) -> {
            if (msg.seq() == 1) {
                send(2);
            }
            order.add(msg.seq());
        });
        send(1);
        assertThat(order).containsExactly(1, 2);
    }

    @Test
    void shouldBoundTheNestingOfIdsThatCallEachOther() {
        int chain = 1000;
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger deepest = new AtomicInteger();
        for (int i = 0; i < chain; i++) {
            int val = i;
            bus.add(user(new CbId(7, i), "n" + i, Map.of(), 0, (msg, sender) -> {
                deepest.accumulateAndGet(Thread.currentThread().getStackTrace().length, Math::max);
                if (val + 1 == chain) {
                    done.countDown();
                } else {
                    bus.receive(CnMsg.of(new CbId(7, val + 1)), port, 0);
                }
            }), true);
        }
        bus.receive(CnMsg.of(new CbId(7, 0)), port, 0);
        await().until(() -> done.getCount() == 0);
        assertThat(deepest.get()).isLessThan(300);
    }

    @Test
    void shouldRunInlineUsersOnEverySendersThreadAtOnce() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        User user = add("a", Map.of(ConnectorConstants.DELIVERY, ConnectorConstants.DELIVERY_INLINE), (msg, sender) -> {
            both.countDown();
            both.await();
        });
        Thread one = Thread.ofPlatform().start(() -> send(1));
        Thread two = Thread.ofPlatform().start(() -> send(2));
        one.join();
        two.join();
        bus.remove(user, Reason.WITHDRAWN);
        assertThat(events).containsExactly("registered a STARTED", "unregistered a WITHDRAWN");
    }

    @Test
    void shouldRefuseInlineMessagesNestedTooDeep() {
        List<Integer> errnos = new ArrayList<>();
        add("a", Map.of(ConnectorConstants.DELIVERY, ConnectorConstants.DELIVERY_INLINE),
                (msg, sender) -> errnos.add(send(msg.seq() + 1)));
        assertThat(send(1)).isZero();
        assertThat(errnos).hasSize(Nesting.MAX_DEPTH);
        assertThat(errnos.getFirst()).isEqualTo(NetlinkErrno.EAGAIN);
        assertThat(errnos.subList(1, errnos.size())).containsOnly(0);
    }

    @Test
    void shouldCountWhatAThrowingUserDoesAndGoOn() {
        add("a", (msg, sender) -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(send(1)).isZero();
        assertThat(send(2)).isZero();
        assertThat(listed().failed).isEqualTo(2);
        assertThat(listed().delivered).isEqualTo(2);
    }

    @Test
    void shouldGoOnWhereWhatIsThrownThrowsAgainWhenItIsAskedWhatItIs() {
        add("a", (msg, sender) -> {
            throw new Unspeakable();
        });
        assertThat(send(1)).isZero();
        assertThat(send(2)).isZero();
        assertThat(listed().failed).isEqualTo(2);
        assertThat(listed().delivered).isEqualTo(2);
    }

    private static final class Unspeakable extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void shouldShowAStuckUserAndLetTheOthersRun() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger others = new AtomicInteger();
        for (int i = 0; i < 6; i++) {
            bus.add(user(new CbId(1, i), "stuck" + i, Map.of(), 0, (msg, sender) -> release.await()), true);
            int val = i;
            // From virtual threads, so that drainers get stuck and not senders.
            Thread.ofVirtual().start(() -> bus.receive(CnMsg.of(new CbId(1, val)), port, 0)).join();
        }
        bus.add(user(new CbId(2, 0), "other", Map.of(), 0, (msg, sender) -> others.incrementAndGet()), true);
        Thread.ofVirtual().start(() -> bus.receive(CnMsg.of(new CbId(2, 0)), port, 0)).join();
        await().untilAtomic(others, is(1));
        await().until(() -> bus.users()[0].stuck && bus.users()[0].runningMs >= STUCK_MS);
        await().until(() -> bus.heldUpDrainers() == 6);
        assertThat(bus.drainers()).isLessThanOrEqualTo(8);
        release.countDown();
        await().until(() -> bus.heldUpDrainers() == 0);
    }
}
