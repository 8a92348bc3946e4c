// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import connector.api.CbId;
import connector.api.CnMsg;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageRingTest {

    private static final CbId ID = new CbId(1, 1);

    /** Also where its tickets go around: the 32 bits of a turn, and the 40 of head and tail. */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "3, 0", "4, 0", "5, 0", "100, 0", "2, 0x7fffff00", "4, 0xffffff00", "64, 0xffffff01",
        "2, 0xffffffff00", "8, 0xffffffff00"})
    void shouldBehaveAsABoundedQueue(int capacity, String gone) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        MessageRing ring = new MessageRing(capacity, MessageRing.MAX_BYTES, Long.decode(gone));
        ArrayDeque<CnMsg> model = new ArrayDeque<>();
        MessageRing.Taken taken = new MessageRing.Taken();
        for (int i = 0; i < 3_000; i++) {
            if (random.nextInt(100) < 52) {
                CnMsg msg = CnMsg.of(ID, i, 0);
                boolean room = model.size() < ring.capacity();
                assertThat(ring.offer(msg, null)).as("seed %d", seed).isEqualTo(room);
                if (room) {
                    model.add(msg);
                }
            } else {
                assertThat(ring.poll(taken)).as("seed %d", seed).isEqualTo(!model.isEmpty());
                if (!model.isEmpty()) {
                    assertThat(taken.msg).isSameAs(model.remove());
                }
            }
            assertThat(ring.size()).isEqualTo(model.size());
            assertThat(ring.isEmpty()).isEqualTo(model.isEmpty());
            assertThat(ring.hasNext()).isEqualTo(!model.isEmpty());
        }
    }

    /** A sender that was stopped between looking at the head and saying so, while a gigabyte went through. */
    @Test
    void shouldHoldNoMoreThanItMayWhenASenderSaysWhereTheHeadWasLongAgo() {
        int maxBytes = 1 << 20;
        MessageRing ring = new MessageRing(1 << 10, maxBytes);
        CnMsg longest = CnMsg.of(ID, new byte[CnMsg.MAX_DATA]);
        int held = maxBytes / MessageRing.cost(longest);
        MessageRing.Taken taken = new MessageRing.Taken();
        long longAgo = ring.seen;
        // So many that their bytes have just come round.
        long messages = (1L << 24) * MessageRing.CELL / MessageRing.cost(longest) + 1;
        for (long i = 0; i < messages; i++) {
            assertThat(ring.size() < held || ring.poll(taken)).isTrue();
            assertThat(ring.offer(longest, null)).isTrue();
        }
        assertThat(ring.size()).isEqualTo(held);

        ring.seen = longAgo;

        assertThat(ring.offer(longest, null)).isFalse();
        assertThat(ring.bytes()).isEqualTo(held * MessageRing.cost(longest));
    }

    /** Cells are counted modulo 2^24, which is a gigabyte: here three of them go through. */
    @Test
    void shouldCountItsBytesAcrossTheWrapOfTheirCounter() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int maxBytes = 1 << 20;
        MessageRing ring = new MessageRing(1 << 10, maxBytes);
        byte[][] data = IntStream.range(0, 16).mapToObj(i -> new byte[random.nextInt(CnMsg.MAX_DATA + 1)])
                .toArray(byte[][]::new);
        ArrayDeque<CnMsg> model = new ArrayDeque<>();
        MessageRing.Taken taken = new MessageRing.Taken();
        long bytes = 0;
        long through = 0;
        while (through < 3L << 30) {
            CnMsg msg = CnMsg.wrap(ID, 0, 0, 0, data[random.nextInt(data.length)]);
            int cost = MessageRing.cost(msg);
            boolean room = bytes + cost <= maxBytes;
            if (ring.offer(msg, null) != room) {
                fail("seed %d: %d of %d bytes after %d", seed, bytes + cost, maxBytes, through);
            }
            if (room) {
                model.add(msg);
                bytes += cost;
                through += cost;
            }
            if (!room || random.nextInt(8) == 0) {
                assertThat(ring.poll(taken)).as("seed %d", seed).isEqualTo(!model.isEmpty());
                bytes -= model.isEmpty() ? 0 : MessageRing.cost(model.remove());
            }
            if (ring.bytes() != bytes) {
                fail("seed %d: says %d bytes, has %d, after %d", seed, ring.bytes(), bytes, through);
            }
        }
    }

    @Test
    void shouldRoundItsCapacityUpToAPowerOfTwo() {
        assertThat(IntStream.of(1, 2, 3, 4, 5, 1000, 1024, 1 << 20).map(MessageRing::roundUp))
                .containsExactly(2, 2, 4, 4, 8, 1024, 1024, 1 << 20);
    }

    @Test
    void shouldLoseNothingAndKeepEachSendersOrderUnderContention() throws Exception {
        int senders = 4;
        int each = 50_000;
        MessageRing ring = new MessageRing(64, MessageRing.MAX_BYTES);
        List<Thread> threads = IntStream.range(0, senders).mapToObj(s -> Thread.ofPlatform().start(() -> {
            for (int i = 0; i < each; i++) {
                CnMsg msg = CnMsg.of(ID, i, s);
                while (!ring.offer(msg, null)) {
                    LockSupport.parkNanos(1);
                }
            }
        })).toList();
        int[] next = new int[senders];
        MessageRing.Taken taken = new MessageRing.Taken();
        for (int seen = 0; seen < senders * each;) {
            if (ring.poll(taken)) {
                if (taken.msg.seq() != next[taken.msg.ack()]++) {
                    fail("sender %d out of order at %d", taken.msg.ack(), taken.msg.seq());
                }
                seen++;
            } else {
                LockSupport.parkNanos(1);
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ring.isEmpty()).isTrue();
    }

    @Test
    void shouldGiveEachMessageToOneOfSeveralTakers() throws Exception {
        int count = 100_000;
        MessageRing ring = new MessageRing(16, MessageRing.MAX_BYTES);
        AtomicLong sum = new AtomicLong();
        AtomicLong number = new AtomicLong();
        List<Thread> takers = IntStream.range(0, 3).mapToObj(t -> Thread.ofPlatform().start(() -> {
            MessageRing.Taken taken = new MessageRing.Taken();
            while (number.get() < count) {
                if (ring.poll(taken)) {
                    sum.addAndGet(taken.msg.seq());
                    number.incrementAndGet();
                } else {
                    LockSupport.parkNanos(1);
                }
            }
        })).toList();
        for (int i = 1; i <= count; i++) {
            while (!ring.offer(CnMsg.of(ID, i, 0), null)) {
                LockSupport.parkNanos(1);
            }
        }
        for (Thread taker : takers) {
            taker.join();
        }
        assertThat(sum).hasValue((long) count * (count + 1) / 2);
    }
}
