// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Senders that wait for room. */
class RoomWaitersTest {

    private static final CbId ID = new CbId(7, 1);
    private static final int CAPACITY = 4;
    private static final long LONG_MS = 60_000;

    private final MessageRing ring = new MessageRing(CAPACITY, MessageRing.MAX_BYTES);
    private final RoomWaiters waiters = new RoomWaiters();
    /** What became of each, by its number. */
    private final Map<Integer, Boolean> ended = new ConcurrentHashMap<>();

    RoomWaitersTest() {
        for (int i = 1; i <= CAPACITY; i++) {
            assertThat(ring.offer(message(-i), null)).isTrue();
        }
    }

    @Test
    void shouldLetEachOfManyParkedSendersIn() {
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            senders.add(waiting(i, LONG_MS));
        }
        await().until(() -> senders.stream().allMatch(RoomWaitersTest::isParked));
        assertThat(ended).isEmpty();

        List<Integer> taken = new ArrayList<>();
        await().until(() -> {
            take(taken);
            return taken.size() == CAPACITY + senders.size();
        });
        await().until(() -> ended.size() == senders.size());
        assertThat(ended.values()).containsOnly(true);
        assertThat(taken).doesNotHaveDuplicates().containsAll(ended.keySet());
    }

    @Test
    void shouldGiveUpWhenTheTimeIsOverOrTheSenderIsInterrupted() throws InterruptedException {
        Thread inTime = waiting(1, 20);
        Thread atOnce = waiting(2, 0);
        Thread interrupted = waiting(3, LONG_MS);
        Thread before = Thread.ofPlatform().unstarted(() -> {
            Thread.currentThread().interrupt();
            ended.put(4, waiters.offer(ring, message(4), null, LONG_MS));
        });
        before.start();
        await().until(() -> isParked(interrupted));
        interrupted.interrupt();
        for (Thread each : List.of(inTime, atOnce, interrupted, before)) {
            each.join();
        }
        assertThat(ended).isEqualTo(Map.of(1, false, 2, false, 3, false, 4, false));
        // Nobody put anything in after having given up.
        assertThat(ring.size()).isEqualTo(CAPACITY);
    }

    private Thread waiting(int number, long waitMs) {
        return Thread.ofPlatform().start(() -> ended.put(number, waiters.offer(ring, message(number), null, waitMs)));
    }

    /** As the one who empties it: takes one, and says so. */
    private void take(List<Integer> taken) {
        MessageRing.Taken one = new MessageRing.Taken();
        while (ring.poll(one)) {
            waiters.madeRoom(ring);
            taken.add(one.msg.seq());
        }
    }

    /** Whether the naps are over. */
    private static boolean isParked(Thread thread) {
        return Stream.of(thread.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("park")
                && frame.getClassName().equals(RoomWaiters.class.getName()));
    }

    private static CnMsg message(int seq) {
        return CnMsg.wrap(ID, seq, 0, 0, new byte[0]);
    }
}
