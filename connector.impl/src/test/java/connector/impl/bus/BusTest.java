// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import connector.api.NotifyEvent.Reason;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.policy.RulePolicy;
import connector.impl.netlink.Port;
import connector.impl.netlink.Tapping;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.Verdict;

@Timeout(300)
class BusTest {

    private static final CbId ID = new CbId(0x123, 0x456);
    private static final long BOUND_MS = 200;
    /** Longer than any callback of a test is held up by other things that the machine does. */
    private static final BusSettings PATIENT = new BusSettings(TimeUnit.MINUTES.toMillis(2), 300, 8);

    private final Counters counters = new Counters();
    private final Netlink netlink = new Netlink(new RulePolicy(1), counters);
    private final Bus bus = new Bus(netlink, new BusSettings(BOUND_MS, 300, 8));
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Identity inside = new Identity(true, 1, 1, 1, List.of(), "test");
    private final Port port = netlink.open(inside, PortLimits.DEFAULT, readable -> { });

    @BeforeEach
    void listenToEvents() {
        bus.listen(new IdListener() {
            @Override
            public void registered(User user, Reason reason) {
                events.add("registered " + user.name() + ' ' + reason);
            }

            @Override
            public void unregistered(User user, Reason reason) {
                events.add("unregistered " + user.name() + ' ' + reason);
            }

            @Override
            public void changed(User before, User user, Reason reason) {
                events.add("changed " + user.name() + ' ' + reason);
            }

            @Override
            public void expired(User user, int abandoned) {
                events.add("expired " + user.name() + " with " + abandoned);
            }

            @Override
            public Verdict request(CnMsg msg, int nlmsgFlags, Port from, Tapping tapping) {
                return Verdict.OK;
            }

            @Override
            public void closed(Port closed) {
            }
        });
    }

    @AfterEach
    void close() {
        bus.close();
    }

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
    void shouldSayEnodevForAnIdThatNobodyHas() {
        assertThat(send(1)).isEqualTo(NetlinkErrno.ENODEV);
        assertThat(counters.unknownId.sum()).isEqualTo(1);
        assertThat(bus.send(List.of(CnMsg.of(ID)), 0, 0, null)).isEqualTo(NetlinkErrno.ENODEV);
    }

    @Test
    void shouldSayEsrchWhereNobodyListensAndForIdx0Always() {
        add("a", ignore());
        assertThat(bus.send(List.of(CnMsg.of(ID)), 0, 0, null)).isEqualTo(NetlinkErrno.ESRCH);
        port.addMembership(ID.idx());
        assertThat(bus.send(List.of(CnMsg.of(ID)), 0, 0, null)).isZero();
        CbId zero = new CbId(0, 1);
        bus.add(user(zero, "zero", Map.of(), 0, ignore()), true);
        assertThat(bus.send(List.of(CnMsg.of(zero)), 0, 0, null)).isEqualTo(NetlinkErrno.ESRCH);
        assertThat(bus.send(List.of(CnMsg.of(new CbId(9, 9))), 0, ID.idx(), null)).as("unknown id, given group").isZero();
    }

    @Test
    void shouldRefuseATakenIdAndItsOwnWithEinvalAndEverythingWithEagainWhenGoingDown() {
        add("a", ignore());
        assertThat(bus.add(user(ID, "b", Map.of(), 0, ignore()), true)).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(bus.add(user(CbId.CONNECTOR, "c", Map.of(), 0, ignore()), true)).isEqualTo(NetlinkErrno.EINVAL);
        bus.close();
        assertThat(bus.add(user(new CbId(1, 1), "d", Map.of(), 0, ignore()), true)).isEqualTo(NetlinkErrno.EAGAIN);
        assertThat(events).as("going down announces nothing").containsExactly("registered a STARTED");
    }

    @Test
    void shouldAnnounceRegisteredBeforeTheFirstMessageAndUnregisteredAfterTheLast() {
        User user = add("a", (msg, sender) -> events.add("message"));
        send(1);
        bus.remove(user, Reason.STOPPED);
        assertThat(send(2)).isEqualTo(NetlinkErrno.ENODEV);
        assertThat(events).containsExactly("registered a STARTED", "message", "unregistered a STOPPED");
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
    void shouldDropTheNewestTheOldestOrRefuseAsTheUserChose() throws Exception {
        for (String overflow : List.of(ConnectorConstants.OVERFLOW_DROP_NEWEST, ConnectorConstants.OVERFLOW_DROP_OLDEST,
                ConnectorConstants.OVERFLOW_EAGAIN, ConnectorConstants.OVERFLOW_WAIT)) {
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            List<Integer> seen = new CopyOnWriteArrayList<>();
            User user = add("a", Map.of(ConnectorConstants.OVERFLOW, overflow, ConnectorConstants.MAILBOX_CAPACITY, "4",
                    ConnectorConstants.OVERFLOW_WAIT_MS, 20), (msg, sender) -> {
                        entered.countDown();
                        release.await();
                        seen.add(msg.seq());
                    });
            Thread first = Thread.ofPlatform().start(() -> send(0));
            entered.await();
            List<Integer> results = IntStream.rangeClosed(1, 6).map(this::send).boxed().toList();
            UserDTO dto = listed();
            release.countDown();
            first.join();
            await().until(() -> listed().queued == 0 && seen.size() == 5);
            switch (overflow) {
                case ConnectorConstants.OVERFLOW_DROP_OLDEST -> {
                    assertThat(results).containsOnly(0);
                    assertThat(seen).containsExactly(0, 3, 4, 5, 6);
                    assertThat(dto.droppedOldest).isEqualTo(2);
                }
                case ConnectorConstants.OVERFLOW_EAGAIN -> {
                    assertThat(results).containsExactly(0, 0, 0, 0, NetlinkErrno.EAGAIN, NetlinkErrno.EAGAIN);
                    assertThat(dto.refused).isEqualTo(2);
                }
                default -> {
                    assertThat(results).containsExactly(0, 0, 0, 0, NetlinkErrno.ENOBUFS, NetlinkErrno.ENOBUFS);
                    assertThat(seen).containsExactly(0, 1, 2, 3, 4);
                    boolean waits = overflow.equals(ConnectorConstants.OVERFLOW_WAIT);
                    assertThat(dto.dropped).isEqualTo(waits ? 0 : 2);
                    assertThat(dto.waited).isEqualTo(waits ? 2 : 0);
                    assertThat(dto.waitedInVain).isEqualTo(waits ? 2 : 0);
                }
            }
            bus.remove(user, Reason.WITHDRAWN);
        }
    }

    @Test
    void shouldLetASenderThatWaitsGoOnAsSoonAsThereIsRoom() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger seen = new AtomicInteger();
        add("a", Map.of(ConnectorConstants.OVERFLOW, ConnectorConstants.OVERFLOW_WAIT,
                ConnectorConstants.MAILBOX_CAPACITY, 2, ConnectorConstants.OVERFLOW_WAIT_MS, 30_000), (msg, sender) -> {
                    entered.countDown();
                    release.await();
                    seen.incrementAndGet();
                });
        Thread first = Thread.ofPlatform().start(() -> send(0));
        entered.await();
        send(1);
        send(2);
        AtomicInteger errno = new AtomicInteger(-1);
        Thread waiting = Thread.ofPlatform().start(() -> errno.set(send(3)));
        await().until(() -> listed().waited == 1);
        assertThat(errno).hasValue(-1);
        release.countDown();
        waiting.join();
        first.join();
        assertThat(errno).hasValue(0);
        await().untilAtomic(seen, is(4));
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
        await().until(() -> bus.users()[0].stuck && bus.users()[0].runningMs >= 300);
        await().until(() -> bus.heldUpDrainers() == 6);
        assertThat(bus.drainers()).isLessThanOrEqualTo(8);
        release.countDown();
        await().until(() -> bus.heldUpDrainers() == 0);
    }

    @Test
    void shouldLetTheHighestRankingDrainAndOthersStandBy() {
        List<String> seen = new ArrayList<>();
        User low = user(ID, "low", Map.of(), 0, (msg, sender) -> seen.add("low"));
        User high = user(ID, "high", Map.of(), 5, (msg, sender) -> seen.add("high"));
        User lowToo = user(ID, "low too", Map.of(), 0, (msg, sender) -> seen.add("low too"));
        bus.add(low, false);
        send(1);
        bus.add(lowToo, false);
        send(2);
        bus.add(high, false);
        send(3);
        assertThat(bus.users()).extracting(dto -> dto.name + ' ' + dto.state)
                .containsExactly("high active", "low standby", "low too standby");
        bus.remove(high, Reason.WITHDRAWN);
        send(4);
        bus.remove(low, Reason.WITHDRAWN);
        send(5);
        bus.remove(lowToo, Reason.WITHDRAWN);
        assertThat(seen).containsExactly("low", "low", "high", "low", "low too");
        assertThat(events).containsExactly("registered low STARTED", "changed high STARTED", "changed low STARTED",
                "changed low too STARTED", "unregistered low too WITHDRAWN");
    }

    @Test
    void shouldHoldMessagesOverForWhoComesNextAndContinueInOrder() {
        List<Integer> seen = new ArrayList<>();
        Map<String, Object> holdover = Map.of(ConnectorConstants.HOLDOVER, 30_000L);
        CnCallback callback = (msg, sender) -> seen.add(msg.seq());
        User first = add("first", holdover, callback);
        send(1);
        bus.remove(first, Reason.STOPPED);
        assertThat(send(2)).isZero();
        assertThat(send(3)).isZero();
        assertThat(bus.send(List.of(CnMsg.of(ID)), 0, 0, null)).as("still known").isEqualTo(NetlinkErrno.ESRCH);
        assertThat(bus.users()).singleElement().satisfies(dto -> {
            assertThat(dto.state).isEqualTo(UserDTO.HELD_OVER);
            assertThat(dto.queued).isEqualTo(2);
        });
        add("second", holdover, callback);
        await().until(() -> seen.size() == 3);
        send(4);
        assertThat(seen).containsExactly(1, 2, 3, 4);
        assertThat(events).containsExactly("registered first STARTED", "unregistered first SUSPENDED",
                "registered second STARTED");
    }

    @Test
    void shouldAbandonAMailboxThatNobodyTakesOverInTime() {
        User user = add("a", Map.of(ConnectorConstants.HOLDOVER, 50), ignore());
        bus.remove(user, Reason.STOPPED);
        assertThat(send(1)).isZero();
        await().until(() -> send(2) == NetlinkErrno.ENODEV);
        await().until(() -> bus.users().length == 0);
        assertThat(events).startsWith("registered a STARTED", "unregistered a SUSPENDED")
                .last().asString().startsWith("expired a with ");
        assertThat(totals().userExpired).isEqualTo(1);
        assertThat(totals().userAbandoned).isPositive();
    }

    @Test
    void shouldNotExpireWhatSomebodyTookOver() {
        User first = add("first", Map.of(ConnectorConstants.HOLDOVER, 50), ignore());
        bus.remove(first, Reason.STOPPED);
        add("second", Map.of(ConnectorConstants.HOLDOVER, 50), ignore());
        User third = user(new CbId(1, 1), "third", Map.of(ConnectorConstants.HOLDOVER, 100), 0, ignore());
        bus.add(third, true);
        bus.remove(third, Reason.STOPPED);
        // Its holdover began later and is longer: the first one's is over as well.
        await().until(() -> events.contains("expired third with 0"));
        assertThat(events).doesNotContain("expired first with 0");
        assertThat(totals().userExpired).isEqualTo(1);
    }

    @Test
    void shouldLoseAndReorderNothingWhileUsersAreSwappedUnderLoad() throws Exception {
        bus.settings(PATIENT);
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int each = 60_000;
        int senders = 3;
        Map<Integer, Integer> last = new ConcurrentHashMap<>();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger seen = new AtomicInteger();
        Map<String, Object> options = Map.of(ConnectorConstants.HOLDOVER, 30_000,
                ConnectorConstants.OVERFLOW, ConnectorConstants.OVERFLOW_WAIT, ConnectorConstants.OVERFLOW_WAIT_MS, 30_000);
        CnCallback callback = (msg, sender) -> {
            Integer before = last.put(msg.ack(), msg.seq());
            if (msg.seq() != (before == null ? 0 : before + 1)) {
                wrong.add("sender " + msg.ack() + ": " + before + " then " + msg.seq());
            }
            seen.incrementAndGet();
        };
        User current = add("0", options, callback);
        List<Thread> threads = IntStream.range(0, senders).mapToObj(s -> Thread.ofPlatform().start(() -> {
            for (int i = 0; i < each; i++) {
                int errno = bus.receive(CnMsg.of(ID, i, s), port, 0).errno();
                if (errno != 0) {
                    wrong.add("errno " + errno);
                }
            }
        })).toList();
        int swaps = 0;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            User next = user(ID, Integer.toString(++swaps), options, 0, callback);
            if (random.nextBoolean()) {
                bus.remove(current, Reason.STOPPED);
                bus.add(next, true);
            } else {
                bus.add(next, false);
                bus.remove(current, Reason.STOPPED);
            }
            current = next;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await().untilAtomic(seen, is(senders * each));
        assertThat(wrong).as("seed %d, %d swaps", seed, swaps).isEmpty();
        assertThat(swaps).isGreaterThan(10);
    }

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
    void shouldSayWhyAnIdArrives() {
        Origin one = new Origin(5, "b", "1.0.0", 100, 1);
        Map<Origin, Reason> arrivals = Map.of(one, Reason.STARTED, new Origin(5, "b", "1.1.0", 200, 2), Reason.UPDATED,
                new Origin(9, "b", "1.0.0", 300, 3), Reason.UPDATED, new Origin(5, "b", "1.0.0", 100, 2), Reason.REFRESHED,
                new Origin(6, "c", "1.0.0", 100, 4), Reason.TOOK_OVER);
        arrivals.forEach((origin, reason) -> assertThat(origin.arrivalAfter(one)).as("%s", origin).isEqualTo(reason));
        assertThat(one.arrivalAfter(null)).isEqualTo(Reason.STARTED);
    }

    @Test
    void shouldDropMalformedFramesWithAReasonAndCountThem() {
        add("a", ignore());
        byte[] whole = CnMsgHdr.frame(0, ID.idx(), ID.val(), 1, 2, 0, new byte[10]);
        assertThat(bus.receive(Frame.wrap(whole), port, 0)).isEqualTo(Verdict.OK);
        record Bad(int offset, int value, int errno, int at) {
        }
        for (Bad bad : List.of(new Bad(NlMsgHdr.LEN, 35, NetlinkErrno.EINVAL, 0), new Bad(0, 16, NetlinkErrno.EINVAL, 0),
                new Bad(0, 0, NetlinkErrno.EINVAL, 0), new Bad(0, -1, NetlinkErrno.EINVAL, 0),
                new Bad(0, whole.length + 1, NetlinkErrno.EINVAL, 0), new Bad(0, 36, NetlinkErrno.EINVAL, 32),
                new Bad(32, 0xffff, NetlinkErrno.EINVAL, 32))) {
            byte[] bytes = whole.clone();
            NlMsgHdr.buffer(bytes).putInt(bad.offset, bad.value);
            Verdict verdict = bus.receive(Frame.wrap(bytes), port, 0);
            assertThat(verdict.errno()).as("%s", bad).isEqualTo(bad.errno);
            assertThat(verdict.offset()).as("%s", bad).isEqualTo(bad.at);
        }
        assertThat(counters.malformed.sum()).isEqualTo(7);
        byte[] huge = Arrays.copyOf(whole, 20_000);
        NlMsgHdr.buffer(huge).putInt(0, huge.length).putShort(32, (short) 16_385);
        assertThat(bus.receive(Frame.wrap(huge), port, 0).errno()).isEqualTo(NetlinkErrno.EMSGSIZE);
        assertThat(counters.oversize.sum()).isEqualTo(1);
    }

    @Test
    void shouldAskThePolicyBeforeItLooksAnythingUp() {
        add("a", ignore());
        Port stranger = netlink.open(Identity.ofProcess(2, 2, 2, List.of(), "stranger"), PortLimits.DEFAULT, p -> { });
        assertThat(bus.receive(CnMsg.of(ID), stranger, 0).errno()).isEqualTo(NetlinkErrno.EPERM);
        assertThat(bus.receive(CnMsg.of(new CbId(9, 9)), stranger, 0).errno()).isEqualTo(NetlinkErrno.EPERM);
        assertThat(counters.unknownId.sum()).isZero();
    }

    @Test
    void shouldPairAnnouncementsWhileManyComeAndGoAtOnce() throws Exception {
        List<Thread> threads = IntStream.range(0, 4).mapToObj(t -> Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 2000; i++) {
                User user = user(ID, t + "/" + i, Map.of(), 0, ignore());
                bus.add(user, false);
                send(i);
                bus.remove(user, Reason.WITHDRAWN);
            }
        })).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        await().until(() -> bus.users().length == 0);
        boolean there = false;
        for (int i = 0; i < events.size(); i++) {
            String event = events.get(i);
            assertThat(there).as("%s after %s", event, events.subList(Math.max(0, i - 5), i))
                    .isEqualTo(!event.startsWith("registered"));
            there = !event.startsWith("unregistered");
        }
        assertThat(there).isFalse();
    }

    private int send(int seq) {
        return bus.receive(CnMsg.of(ID, seq, 0), port, 0).errno();
    }

    private CountersDTO totals() {
        CountersDTO dto = new CountersDTO();
        bus.count(dto);
        return dto;
    }

    private UserDTO listed() {
        return bus.users()[0];
    }

    private User add(String name, CnCallback callback) {
        return add(name, Map.of(), callback);
    }

    private User add(String name, Map<String, ?> properties, CnCallback callback) {
        User user = user(ID, name, properties, 0, callback);
        assertThat(bus.add(user, true)).isZero();
        return user;
    }

    private static User user(CbId id, String name, Map<String, ?> properties, int ranking, CnCallback callback) {
        return new User(id, name, callback, properties, Origin.NONE, -1, ranking);
    }

    private static CnCallback ignore() {
        return (msg, sender) -> { };
    }
}
