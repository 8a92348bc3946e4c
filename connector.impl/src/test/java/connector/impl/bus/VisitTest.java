// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import connector.api.NotifyEvent.Reason;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.Route;
import connector.impl.policy.RulePolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a port brings that has many messages, one after the other: all rules of a mailbox hold between any two. */
@Timeout(60)
class VisitTest {

    private static final CbId ID = new CbId(7, 1);
    private static final CbId OTHER_ID = new CbId(7, 2);
    private static final long BOUND_MS = 200;

    private final Counters counters = new Counters();
    private final Netlink netlink = new Netlink(new RulePolicy(1), counters);
    private final Bus bus = new Bus(netlink, new BusSettings(BOUND_MS, 300, 8));
    private final Port port = netlink.open(Identity.ofProcess(1, 1, 1, List.of(), "test"), PortLimits.DEFAULT,
            readable -> { });
    private final Port inside = netlink.open(new Identity(true, 1, 1, 1, List.of(), "test"), PortLimits.DEFAULT,
            readable -> { });
    private final Route route = bus.route(port);
    private final List<Integer> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void shouldRunEachOnTheThreadThatBringsThem() {
        List<Thread> threads = new ArrayList<>();
        add(ID, (msg, sender) -> {
            threads.add(Thread.currentThread());
            seen.add(msg.seq());
        });
        assertThat(bring(ID, 1)).isZero();
        assertThat(bring(ID, 2)).isZero();
        route.end();
        assertThat(seen).containsExactly(1, 2);
        assertThat(threads).containsOnly(Thread.currentThread());
        assertThat(bus.users()[0].delivered).isEqualTo(2);
    }

    @Test
    void shouldLetOthersMessagesInBetweenAndKeepTheirOrder() throws Exception {
        add(ID, (msg, sender) -> {
            seen.add(msg.seq());
            if (msg.seq() == 1) {
                fromAnotherThread(10);
                fromAnotherThread(11);
            }
        });
        bring(ID, 1);
        assertThat(seen).as("queued while the callback runs").containsExactly(1);
        bring(ID, 2);
        route.end();
        assertThat(seen).containsExactly(1, 10, 11, 2);
    }

    @Test
    void shouldRunWhatIsQueuedWhenNothingFollows() throws Exception {
        add(ID, (msg, sender) -> {
            seen.add(msg.seq());
            if (msg.seq() == 1) {
                fromAnotherThread(10);
            }
        });
        bring(ID, 1);
        route.end();
        assertThat(seen).containsExactly(1, 10);
        fromAnotherThread(11);
        assertThat(seen).as("idle again: brought").containsExactly(1, 10, 11);
    }

    @Test
    void shouldLetTheMailboxGoWhenTheNextIsForAnother() throws Exception {
        add(ID, (msg, sender) -> seen.add(msg.seq()));
        add(OTHER_ID, (msg, sender) -> {
            fromAnotherThread(10);
            seen.add(msg.seq());
        });
        bring(ID, 1);
        bring(OTHER_ID, 2);
        assertThat(seen).as("the first is idle while the second runs").containsExactly(1, 10, 2);
        bring(ID, 3);
        bring(new CbId(7, 3), 4);
        route.end();
        assertThat(seen).containsExactly(1, 10, 2, 3);
        assertThat(counters.unknownId.sum()).isEqualTo(1);
    }

    @Test
    void shouldSayEnodevOnceTheUserHasLeftAndFindTheNextOne() {
        User first = add(ID, (msg, sender) -> seen.add(msg.seq()));
        bring(ID, 1);
        route.end();
        bus.remove(first, Reason.WITHDRAWN);
        assertThat(bring(ID, 2)).isEqualTo(NetlinkErrno.ENODEV);
        assertThat(counters.unknownId.sum()).isEqualTo(1);
        add(ID, (msg, sender) -> seen.add(-msg.seq()));
        assertThat(bring(ID, 3)).isZero();
        route.end();
        assertThat(seen).containsExactly(1, -3);
    }

    @Test
    void shouldApplyAChangeBetweenTwoMessages() {
        AtomicReference<User> self = new AtomicReference<>();
        User next = user(ID, Map.of(), (msg, sender) -> seen.add(-msg.seq()));
        self.set(add(ID, (msg, sender) -> {
            seen.add(msg.seq());
            bus.add(next, false);
            bus.remove(self.get(), Reason.WITHDRAWN);
        }));
        bring(ID, 1);
        bring(ID, 2);
        route.end();
        assertThat(seen).containsExactly(1, -2);
    }

    @Test
    void shouldNotWaitForItselfWhenWhatWasQueuedRemovesItsOwnUser() throws Exception {
        AtomicReference<User> self = new AtomicReference<>();
        self.set(add(ID, (msg, sender) -> {
            seen.add(msg.seq());
            if (msg.seq() == 1) {
                fromAnotherThread(10);
            } else {
                bus.remove(self.get(), Reason.WITHDRAWN);
            }
        }));
        bring(ID, 1);
        long begin = System.nanoTime();
        route.end();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isLessThan(BOUND_MS);
        assertThat(seen).containsExactly(1, 10);
    }

    @Test
    void shouldLoseTheMailboxWithACallbackThatDoesNotReturn() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        User stuck = user(ID, Map.of(ConnectorConstants.HOLDOVER, 10_000), (msg, sender) -> {
            seen.add(msg.seq());
            if (msg.seq() == 2) {
                entered.countDown();
                new CountDownLatch(1).await();
            }
        });
        bus.add(stuck, true);
        AtomicBoolean stray = new AtomicBoolean();
        Thread bringer = Thread.ofPlatform().start(() -> {
            bring(ID, 1);
            bring(ID, 2);
            bring(ID, 3);
            stray.set(Thread.currentThread().isInterrupted());
            route.end();
        });
        entered.await();
        bus.remove(stuck, Reason.STOPPED);
        add(ID, (msg, sender) -> seen.add(-msg.seq()));
        bringer.join();
        assertThat(stray).as("the interrupt was for the callback").isFalse();
        await().until(() -> seen.equals(List.of(1, 2, -3)));
        assertThat(bus.users()[0].interrupted).isEqualTo(1);
    }

    @Test
    void shouldQueueWhatAVirtualThreadBrings() throws Exception {
        AtomicReference<Thread> ran = new AtomicReference<>();
        add(ID, (msg, sender) -> ran.set(Thread.currentThread()));
        Thread.ofVirtual().start(() -> {
            bring(ID, 1);
            route.end();
        }).join();
        await().until(() -> ran.get() != null && !ran.get().isVirtual());
    }

    @Test
    void shouldLoseAndReorderNothingWhileUsersAreSwappedUnderVisits() throws Exception {
        long seed = System.nanoTime();
        int each = 60_000;
        int visitors = 2;
        Map<Integer, Integer> last = new ConcurrentHashMap<>();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger delivered = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        Map<String, Object> options = Map.of(ConnectorConstants.HOLDOVER, 30_000,
                ConnectorConstants.OVERFLOW, ConnectorConstants.OVERFLOW_EAGAIN);
        CnCallback callback = (msg, sender) -> {
            if (running.incrementAndGet() != 1) {
                wrong.add("two at once");
            }
            Integer before = last.put(msg.ack(), msg.seq());
            if (msg.seq() != (before == null ? 0 : before + 1)) {
                wrong.add("sender " + msg.ack() + ": " + before + " then " + msg.seq());
            }
            running.decrementAndGet();
            delivered.incrementAndGet();
        };
        User current = user(ID, options, callback);
        bus.add(current, true);
        List<Thread> threads = IntStream.range(0, visitors).mapToObj(v -> Thread.ofPlatform().start(() -> {
            SplittableRandom random = new SplittableRandom(seed + v);
            Route own = bus.route(port);
            for (int i = 0; i < each; i++) {
                while (own.receive(frame(ID, i, v), 0, NlMsgHdr.SIZE + CnMsgHdr.SIZE).errno()
                        == NetlinkErrno.EAGAIN) {
                    Thread.onSpinWait();
                }
                if (random.nextInt(20) == 0) {
                    own.end();
                }
            }
            own.end();
        })).toList();
        SplittableRandom random = new SplittableRandom(seed - 1);
        int swaps = 0;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            User next = user(ID, options, callback);
            boolean gap = random.nextBoolean();
            if (gap) {
                bus.remove(current, Reason.STOPPED);
            }
            bus.add(next, false);
            if (!gap) {
                bus.remove(current, Reason.STOPPED);
            }
            current = next;
            swaps++;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await().untilAtomic(delivered, is(visitors * each));
        assertThat(wrong).as("seed %d, %d swaps", seed, swaps).isEmpty();
        assertThat(swaps).isGreaterThan(10);
    }

    private int bring(CbId id, int seq) {
        return route.receive(frame(id, seq, 0), 0, NlMsgHdr.SIZE + CnMsgHdr.SIZE).errno();
    }

    private static ByteBuffer frame(CbId id, int seq, int ack) {
        return NlMsgHdr.buffer(CnMsgHdr.frame(0, id.idx(), id.val(), seq, ack, 0, new byte[0]));
    }

    private void fromAnotherThread(int seq) throws InterruptedException {
        Thread.ofPlatform().start(() -> bus.receive(CnMsg.of(ID, seq, 0), inside, 0)).join();
    }

    private User add(CbId id, CnCallback callback) {
        User user = user(id, Map.of(), callback);
        assertThat(bus.add(user, true)).isZero();
        return user;
    }

    private static User user(CbId id, Map<String, ?> properties, CnCallback callback) {
        return new User(id, "user", callback, properties, Origin.NONE, -1, 0);
    }
}
