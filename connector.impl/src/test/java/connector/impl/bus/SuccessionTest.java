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
import connector.api.runtime.UserDTO;
import connector.api.wire.NetlinkErrno;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One user after another: by ranking, by holdover, or by nobody in time. */
class SuccessionTest extends BusFixture {

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

    /** As many messages and bytes as with a user; then what the last user chose, counted as ever. */
    @Test
    void shouldBoundWhatIsHeldOverAndDoWithTheRestWhatTheLastUserChose() {
        int large = 16_000;
        record Bound(String overflow, int length, List<Integer> answers, List<Integer> kept) {
        }
        for (Bound bound : List.of(
                new Bound(ConnectorConstants.OVERFLOW_DROP_NEWEST, 0,
                        List.of(0, 0, 0, 0, NetlinkErrno.ENOBUFS), List.of(1, 2, 3, 4)),
                new Bound(ConnectorConstants.OVERFLOW_DROP_OLDEST, 0, List.of(0, 0, 0, 0, 0), List.of(2, 3, 4, 5)),
                new Bound(ConnectorConstants.OVERFLOW_EAGAIN, 0,
                        List.of(0, 0, 0, 0, NetlinkErrno.EAGAIN), List.of(1, 2, 3, 4)),
                new Bound(ConnectorConstants.OVERFLOW_WAIT, 0,
                        List.of(0, 0, 0, 0, NetlinkErrno.ENOBUFS), List.of(1, 2, 3, 4)),
                // 65,536 bytes have room for four of them.
                new Bound(ConnectorConstants.OVERFLOW_EAGAIN, large, List.of(0, 0, 0, 0, NetlinkErrno.EAGAIN),
                        List.of(1, 2, 3, 4)))) {
            User first = add("first", Map.of(ConnectorConstants.HOLDOVER, 30_000, ConnectorConstants.OVERFLOW,
                    bound.overflow, ConnectorConstants.OVERFLOW_WAIT_MS, 10, ConnectorConstants.MAILBOX_BYTES, 65_536,
                    ConnectorConstants.MAILBOX_CAPACITY, bound.length == 0 ? 4 : 1024), ignore());
            bus.remove(first, Reason.STOPPED);
            List<Integer> answers = IntStream.rangeClosed(1, 5).mapToObj(seq ->
                    bus.receive(CnMsg.of(ID, seq, 0, new byte[bound.length]), port, 0).errno()).toList();
            assertThat(answers).as("%s", bound).isEqualTo(bound.answers);
            UserDTO held = listed();
            assertThat(held.dropped + held.droppedOldest + held.refused + held.waitedInVain).as("%s", bound)
                    .isEqualTo(1);
            List<Integer> seen = new CopyOnWriteArrayList<>();
            User second = add("second", (msg, sender) -> seen.add(msg.seq()));
            await().until(() -> seen.size() == bound.kept.size());
            assertThat(seen).as("%s", bound).isEqualTo(bound.kept);
            bus.remove(second, Reason.WITHDRAWN);
        }
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
                ConnectorConstants.OVERFLOW, ConnectorConstants.OVERFLOW_WAIT,
                ConnectorConstants.OVERFLOW_WAIT_MS, 30_000);
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
    void shouldSayWhyAnIdArrives() {
        Origin one = new Origin(5, "b", "1.0.0", 100, 1);
        Map<Origin, Reason> arrivals = Map.of(one, Reason.STARTED, new Origin(5, "b", "1.1.0", 200, 2), Reason.UPDATED,
                new Origin(9, "b", "1.0.0", 300, 3), Reason.UPDATED,
                new Origin(5, "b", "1.0.0", 100, 2), Reason.REFRESHED,
                new Origin(6, "c", "1.0.0", 100, 4), Reason.TOOK_OVER);
        arrivals.forEach((origin, reason) -> assertThat(origin.arrivalAfter(one)).as("%s", origin).isEqualTo(reason));
        assertThat(one.arrivalAfter(null)).isEqualTo(Reason.STARTED);
    }
}
