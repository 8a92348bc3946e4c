// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import connector.api.NotifyEvent.Reason;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.NetlinkErrno;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.policy.RulePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a mailbox holds, what it does when it is full, and what becomes of calls that do not return. */
@Timeout(300)
class MailboxTest {

    private static final CbId ID = new CbId(7, 1);
    private static final long BOUND_MS = 100;

    private final Netlink netlink = new Netlink(new RulePolicy(1), new Counters());
    private final Bus bus = new Bus(netlink, new BusSettings(BOUND_MS, 50, 8));
    private final Port port = netlink.open(new Identity(true, 1, 1, 1, List.of(), "test"), PortLimits.DEFAULT,
            readable -> { });

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void shouldBeFullOnceItHoldsItsBytesAndCountThem() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        add(Map.of(ConnectorConstants.MAILBOX_BYTES, 65_536), (msg, sender) -> {
            entered.countDown();
            release.await();
        });
        Thread first = Thread.ofPlatform().start(() -> send(0, 0));
        entered.await();

        int taken = 0;
        while (send(taken, 1000) == 0) {
            taken++;
        }

        // 1000 bytes and 100 more, rounded up to 64: 1152.
        assertThat(taken).isEqualTo(65_536 / 1152);
        assertThat(listed().queuedBytes).isEqualTo(taken * 1152);
        assertThat(listed().capacityBytes).isEqualTo(65_536);
        assertThat(listed().dropped).isEqualTo(1);
        assertThat(send(0, 0)).isZero();
        release.countDown();
        first.join();
        await().until(() -> listed().queued == 0);
        assertThat(listed().queuedBytes).isZero();
        assertThat(listed().delivered).isEqualTo(taken + 2);
    }

    @Test
    void shouldDropAsManyOfTheOldestAsALongMessageTakes() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<Integer> seen = new ArrayList<>();
        add(Map.of(ConnectorConstants.MAILBOX_BYTES, 65_536, ConnectorConstants.OVERFLOW,
                ConnectorConstants.OVERFLOW_DROP_OLDEST), (msg, sender) -> {
                    entered.countDown();
                    release.await();
                    seen.add(msg.seq());
                });
        Thread first = Thread.ofPlatform().start(() -> send(0, 0));
        entered.await();
        int small = 65_536 / 128;
        for (int i = 1; i <= small; i++) {
            assertThat(send(i, 28)).isZero();
        }
        assertThat(listed().droppedOldest).isZero();

        assertThat(send(small + 1, CnMsg.MAX_DATA)).isZero();

        // 16384 and 100, rounded up: 16512, which is 129 of the small ones.
        assertThat(listed().droppedOldest).isEqualTo(129);
        release.countDown();
        first.join();
        await().until(() -> listed().queued == 0);
        assertThat(seen).startsWith(0, 130, 131).endsWith(small, small + 1);
    }

    @Test
    void shouldRefuseABoundOfBytesThatAMessageWouldNotFit() {
        assertThatThrownBy(() -> user(Map.of(ConnectorConstants.MAILBOX_BYTES, 1000), (msg, sender) -> { }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("connector.mailbox.bytes is 1000, but must be within 65536 to 536870912");
    }

    @Test
    void shouldInterruptInlineCallsThatDoNotReturnWhenTheirUserLeaves() throws Exception {
        CountDownLatch entered = new CountDownLatch(2);
        AtomicInteger interrupted = new AtomicInteger();
        AtomicBoolean interruptStays = new AtomicBoolean();
        User stuck = add(Map.of(ConnectorConstants.DELIVERY, ConnectorConstants.DELIVERY_INLINE), (msg, sender) -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw e;
            }
        });
        List<Thread> senders = IntStream.range(0, 2).mapToObj(i -> Thread.ofPlatform().start(() -> {
            send(i, 0);
            interruptStays.compareAndSet(false, Thread.currentThread().isInterrupted());
        })).toList();
        entered.await();
        await().until(() -> listed().stuck);

        long begin = System.nanoTime();
        bus.remove(stuck, Reason.STOPPED);

        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(BOUND_MS * 1_000_000);
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(interrupted).hasValue(2);
        // It was for the callback, and is over with it.
        assertThat(interruptStays).isFalse();
        assertThat(totals().userInterrupted).isEqualTo(2);
        assertThat(bus.users()).isEmpty();
    }

    @Test
    void shouldRefuseMoreInlineCallsAtOnceThanItCanKeepAccountOf() throws Exception {
        CountDownLatch entered = new CountDownLatch(InlineCalls.MAX);
        CountDownLatch release = new CountDownLatch(1);
        add(Map.of(ConnectorConstants.DELIVERY, ConnectorConstants.DELIVERY_INLINE), (msg, sender) -> {
            entered.countDown();
            release.await();
        });
        List<Thread> senders = IntStream.range(0, InlineCalls.MAX)
                .mapToObj(i -> Thread.ofPlatform().start(() -> send(i, 0))).toList();
        entered.await();

        assertThat(send(0, 0)).isEqualTo(NetlinkErrno.EAGAIN);

        release.countDown();
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(listed().delivered).isEqualTo(InlineCalls.MAX);
        assertThat(listed().refused).isEqualTo(1);
        assertThat(send(0, 0)).isZero();
    }

    @Test
    void shouldKeepAccountOfWhatUsersDidThatHaveLeft() {
        User user = add(Map.of(ConnectorConstants.HOLDOVER, 2000), (msg, sender) -> { });
        send(1, 0);
        send(2, 0);
        bus.remove(user, Reason.WITHDRAWN);
        assertThat(send(3, 0)).as("within the holdover").isZero();
        await().until(() -> totals().userAbandoned == 1);
        assertThat(bus.users()).isEmpty();
        assertThat(totals().userDelivered).isEqualTo(2);
        assertThat(totals().received).isEqualTo(3);
    }

    /** Whatever happens: what was sent was delivered, or is counted for the one reason for which it was not. */
    @RepeatedTest(4)
    void shouldAccountForEveryMessageInAnyInterleaving() throws Exception {
        // A callback that the machine holds up must not be taken for one that does not return.
        bus.settings(new BusSettings(TimeUnit.MINUTES.toMillis(2), 50, 8));
        long seed = System.nanoTime();
        String[] overflows = {ConnectorConstants.OVERFLOW_DROP_NEWEST, ConnectorConstants.OVERFLOW_DROP_OLDEST,
            ConnectorConstants.OVERFLOW_EAGAIN, ConnectorConstants.OVERFLOW_WAIT};
        for (String overflow : overflows) {
            int senders = 3;
            int each = 4000;
            AtomicLong delivered = new AtomicLong();
            AtomicLong accepted = new AtomicLong();
            int[] last = new int[senders];
            SplittableRandom random = new SplittableRandom(seed);
            Map<String, Object> properties = Map.of(ConnectorConstants.MAILBOX_CAPACITY, 8,
                    ConnectorConstants.OVERFLOW, overflow, ConnectorConstants.OVERFLOW_WAIT_MS, 1,
                    ConnectorConstants.HOLDOVER, 60_000);
            CnCallback count = (msg, sender) -> {
                delivered.incrementAndGet();
                if (msg.seq() <= last[msg.ack()]) {
                    fail("seed %d: %s, sender %d: %d after %d", seed, overflow, msg.ack(), msg.seq(),
                            last[msg.ack()]);
                }
                last[msg.ack()] = msg.seq();
            };
            CountersDTO before = totals();
            User user = add(properties, count);
            List<Thread> threads = IntStream.range(0, senders).mapToObj(s -> (random.nextBoolean()
                    ? Thread.ofPlatform() : Thread.ofVirtual()).start(() -> {
                        for (int i = 1; i <= each; i++) {
                            int errno = bus.receive(CnMsg.of(ID, i, s), port, 0).errno();
                            accepted.addAndGet(errno == 0 ? 1 : 0);
                        }
                    })).toList();
            for (int swaps = 0; swaps < 20; swaps++) {
                bus.remove(user, Reason.WITHDRAWN);
                user = add(properties, count);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            await().until(() -> listed().queued == 0);
            CountersDTO after = totals();
            assertThat(accepted.get() - delivered.get()).as("seed %d, %s", seed, overflow)
                    .isEqualTo(overflow.equals(ConnectorConstants.OVERFLOW_DROP_OLDEST)
                            ? after.userDropped - before.userDropped : 0);
            assertThat(senders * (long) each).as("seed %d, %s", seed, overflow).isEqualTo(delivered.get()
                    + after.userDropped - before.userDropped + after.userRefused - before.userRefused);
            assertThat(after.userDelivered - before.userDelivered).isEqualTo(delivered.get());
            bus.remove(user, Reason.WITHDRAWN);
            User last1 = add(Map.of(), count);
            bus.remove(last1, Reason.WITHDRAWN);
            await().until(() -> bus.users().length == 0);
        }
    }

    private int send(int seq, int length) {
        return bus.receive(CnMsg.of(ID, seq, 0, new byte[length]), port, 0).errno();
    }

    private UserDTO listed() {
        return bus.users()[0];
    }

    private CountersDTO totals() {
        CountersDTO dto = new CountersDTO();
        bus.count(dto);
        return dto;
    }

    private User add(Map<String, ?> properties, CnCallback callback) {
        User user = user(properties, callback);
        assertThat(bus.add(user, true)).isZero();
        return user;
    }

    private static User user(Map<String, ?> properties, CnCallback callback) {
        return new User(ID, "a", callback, properties, Origin.NONE, -1, 0);
    }
}
