// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Loss;
import connector.impl.gate.AllocationFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class ReceiveQueueTest {

    private static final int EMPTY_FRAME = 36;
    private static final int COST = EMPTY_FRAME + Datagram.OVERHEAD;

    private long sequence;

    @Test
    void shouldTakeOneDatagramBeyondItsSizeAsNetlinkDoes() {
        ReceiveQueue queue = new ReceiveQueue(2 * COST - 1, 1024);
        assertThat(queue.offer(next(1))).isTrue();
        assertThat(queue.offer(next(1))).isTrue();
        assertThat(queue.offer(next(1))).isFalse();
        assertThat(queue.bytes()).isEqualTo(2 * COST);
    }

    @Test
    void shouldReportTheOverrunOnceAheadOfWhatIsQueuedAndDropAllUntilEmpty() {
        ReceiveQueue queue = new ReceiveQueue(COST, 1024);
        fill(queue, 5);
        assertThat(queue.poll()).isEqualTo(new Overrun(true, List.of(new Loss(1, 3, 3, 5))));
        assertThat(sequenceOf(queue.poll())).isEqualTo(1);
        assertThat(queue.offer(next(1))).as("congested until empty").isFalse();
        assertThat(sequenceOf(queue.poll())).isEqualTo(2);
        assertThat(queue.poll()).as("lost after the report").isEqualTo(
                new Overrun(false, List.of(new Loss(1, 1, 6, 6))));
        assertThat(queue.poll()).isNull();
        assertThat(queue.offer(next(1))).isTrue();
        assertThat(sequenceOf(queue.poll())).isEqualTo(7);
        assertThat(queue.poll()).isNull();
        assertThat(queue.overruns()).isEqualTo(1);
        assertThat(queue.dropped()).isEqualTo(4);
    }

    @Test
    void shouldReportLateLossesAheadOfWhatCameAfterThem() {
        ReceiveQueue queue = new ReceiveQueue(COST, 1024);
        fill(queue, 3);
        queue.poll();
        queue.offer(next(1));
        queue.poll();
        queue.poll();
        queue.offer(next(1));
        assertThat(queue.poll()).isEqualTo(new Overrun(false, List.of(new Loss(1, 1, 4, 4))));
        assertThat(sequenceOf(queue.poll())).isEqualTo(5);
    }

    @Test
    void shouldRecordLossesOfEachGroup() {
        ReceiveQueue queue = new ReceiveQueue(COST, 1024);
        fill(queue, 2);
        queue.offer(new Datagram(Frame.of(CnMsg.of(new CbId(1, 1))), null, 7, 100));
        queue.offer(new Datagram(Frame.of(CnMsg.of(new CbId(1, 1))), null, -1, 5));
        queue.offer(new Datagram(Frame.of(CnMsg.of(new CbId(1, 1))), null, 7, 101));
        assertThat(queue.poll()).isEqualTo(
                new Overrun(true, List.of(new Loss(7, 2, 100, 101), new Loss(-1, 1, 5, 5))));
    }

    @Test
    void shouldOnlyCountWithNoEnobufs() {
        ReceiveQueue queue = new ReceiveQueue(COST, 1024);
        queue.noEnobufs(true);
        fill(queue, 4);
        assertThat(queue.dropped()).isEqualTo(2);
        assertThat(sequenceOf(queue.poll())).isEqualTo(1);
        assertThat(queue.offer(next(1))).as("not congested").isTrue();
        assertThat(sequenceOf(queue.poll())).isEqualTo(2);
        assertThat(sequenceOf(queue.poll())).isEqualTo(5);
        assertThat(queue.poll()).isNull();
    }

    @Test
    void shouldForgetTheOverrunWhenNoEnobufsIsSetAfterIt() {
        ReceiveQueue queue = new ReceiveQueue(COST, 1024);
        fill(queue, 4);
        assertThat(queue.isCongested()).isTrue();

        queue.noEnobufs(true);

        assertThat(queue.isNoEnobufs()).isTrue();
        assertThat(queue.isCongested()).isFalse();
        assertThat(sequenceOf(queue.poll())).as("no report ahead").isEqualTo(1);
        assertThat(queue.offer(next(1))).isTrue();
        queue.noEnobufs(false);
        assertThat(queue.isNoEnobufs()).isFalse();
        assertThat(queue.offer(next(1))).isFalse();
        assertThat(queue.poll()).as("from now on again").isEqualTo(new Overrun(true, List.of(new Loss(1, 1, 6, 6))));
    }

    @Test
    void shouldPutTheLossesOfMoreGroupsThanARecordHoldsTogether() {
        int recorded = 1024;
        ReceiveQueue queue = new ReceiveQueue(COST, 1024);
        fill(queue, 2);
        for (int group = 1; group <= recorded + 3; group++) {
            queue.offer(next(group));
        }
        queue.offer(next(1));

        List<Loss> losses = ((Overrun) queue.poll()).losses();

        assertThat(losses).hasSize(recorded + 1);
        assertThat(losses).as("one that is recorded already goes on").startsWith(new Loss(1, 2, 3, sequence));
        assertThat(losses.subList(recorded - 1, recorded + 1)).containsExactly(
                new Loss(recorded, 1, recorded + 2, recorded + 2), new Loss(0, 3, 0, 0));
    }

    @Test
    void shouldSayHowManyItHoldsAndWhetherThereIsAnythingToRead() {
        ReceiveQueue queue = new ReceiveQueue(COST, 1024);
        assertThat(queue.isEmpty()).isTrue();
        for (int size = 1; size <= 2; size++) {
            fill(queue, 1);
            assertThat(queue.size()).isEqualTo(size);
            assertThat(queue.isEmpty()).isFalse();
        }
        fill(queue, 1);
        assertThat(queue.size()).as("one was dropped").isEqualTo(2);
        queue.poll();
        fill(queue, 1);
        queue.poll();
        queue.poll();
        assertThat(queue.size()).isZero();
        assertThat(queue.isEmpty()).as("a loss is to be told").isFalse();
        queue.poll();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.offerAnswer(next(0))).isTrue();
        assertThat(queue.isEmpty()).as("an answer").isFalse();
        assertThat(queue.size()).as("of data").isZero();
    }

    @Test
    void shouldHoldNoMoreThanItsUserMayHaveInAllQueues() {
        Account account = new Account(new Holdings(), COST, 8, 8);
        ReceiveQueue one = new ReceiveQueue(100 * COST, 1024, account);
        ReceiveQueue other = new ReceiveQueue(100 * COST, 1024, account);
        ReceiveQueue empty = new ReceiveQueue(100 * COST, 1024, account);

        assertThat(one.offer(next(1))).isTrue();
        assertThat(other.offerQuietly(next(1))).as("one beyond, as in a queue").isTrue();
        assertThat(one.offer(next(1))).isFalse();
        assertThat(other.offerQuietly(next(1))).isFalse();
        assertThat(empty.offer(next(1))).isFalse();
        assertThat(account.queuedBytes()).isEqualTo(2 * COST);

        assertThat(empty.poll()).isEqualTo(new Overrun(true, List.of(new Loss(1, 1, 5, 5))));
        assertThat(sequenceOf(other.poll())).isEqualTo(2);
        assertThat(account.queuedBytes()).isEqualTo(COST);
        assertThat(empty.offer(next(1))).as("it has been read empty").isTrue();
        one.clear();
        empty.clear();
        assertThat(account.queuedBytes()).isZero();
    }

    @Test
    void shouldPassAnswersAheadInAReserveOfTheirOwn() {
        ReceiveQueue queue = new ReceiveQueue(COST, 2 * COST);
        fill(queue, 3);
        Datagram answer = next(0);
        assertThat(queue.offerAnswer(answer)).isTrue();
        assertThat(queue.offerAnswer(next(0))).isTrue();
        assertThat(queue.offerAnswer(next(0))).isFalse();
        assertThat(queue.poll()).isSameAs(answer);
        assertThat(queue.offerAnswer(next(0))).isTrue();
    }

    @Test
    void shouldNotRecordWhatAnotherPortMayTryAgain() {
        ReceiveQueue queue = new ReceiveQueue(COST, 1024);
        fill(queue, 2);
        assertThat(queue.offerQuietly(next(0))).isFalse();
        assertThat(queue.dropped()).isZero();
        assertThat(sequenceOf(queue.poll())).isEqualTo(1);
    }

    @Test
    void shouldKeepADumpInItsPlaceAndCountItAsOne() {
        ReceiveQueue queue = new ReceiveQueue(4096, 1024);
        queue.offer(next(1));
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            frames.add(Frame.of(CnMsg.of(new CbId(i, 0))));
        }
        queue.offer(new Dump(frames.iterator(), 10, 1000));
        queue.offer(next(1));
        assertThat(sequenceOf(queue.poll())).isEqualTo(1);
        for (Frame frame : frames) {
            assertThat(queue.peek()).isSameAs(queue.peek());
            assertThat(((Datagram) queue.poll()).frame()).isSameAs(frame);
        }
        assertThat(sequenceOf(queue.poll())).isEqualTo(2);
        assertThat(queue.bytes()).isZero();
        assertThat(queue.poll()).isNull();
    }

    @Test
    @SuppressWarnings("unchecked") // It is made by a class of its own loader.
    void shouldKeepAndCountWhatItHasTakenWhicheverAllocationFails() throws Exception {
        IntFunction<String> queue = (IntFunction<String>) new AllocationFailures()
                .loadClass(ShortQueue.class.getName()).getConstructor().newInstance();
        int allocation = 1;
        for (; !queue.apply(allocation).equals("none failed"); allocation++) {
            assertThat(queue.apply(allocation)).as("allocation %d", allocation)
                    .isEqualTo("all read, 0 and 0 bytes too many counted, 0 left");
        }
        assertThat(allocation).isGreaterThan(2);
    }

    @Test
    void shouldAccountForEveryMessageInAnyInterleaving() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        ReceiveQueue queue = new ReceiveQueue(5 * COST, 1024);
        long seen = 0;
        long lost = 0;
        long last = 0;
        for (int i = 0; i < 50_000; i++) {
            if (random.nextInt(100) < 60) {
                queue.offer(next(3));
            } else {
                switch (queue.poll()) {
                    case Datagram datagram -> {
                        assertThat(datagram.busSequence()).as("seed %d", seed).isGreaterThan(last);
                        last = datagram.busSequence();
                        seen++;
                    }
                    case Overrun overrun -> lost += overrun.losses().stream().mapToLong(Loss::lost).sum();
                    case Tapped tapped -> throw new AssertionError(tapped);
                    case null -> assertThat(seen + lost).as("seed %d", seed).isEqualTo(sequence);
                }
            }
            assertThat(queue.bytes()).isBetween(0L, 6L * COST);
        }
        for (Received next = queue.poll(); next != null; next = queue.poll()) {
            switch (next) {
                case Datagram datagram -> seen++;
                case Overrun overrun -> lost += overrun.losses().stream().mapToLong(Loss::lost).sum();
                case Tapped tapped -> throw new AssertionError(tapped);
            }
        }
        assertThat(seen + lost).as("seed %d", seed).isEqualTo(sequence);
        assertThat(queue.dropped()).isEqualTo(lost);
        assertThat(queue.received()).isEqualTo(seen);
    }

    private void fill(ReceiveQueue queue, int count) {
        for (int i = 0; i < count; i++) {
            queue.offer(next(1));
        }
    }

    private Datagram next(int group) {
        return new Datagram(Frame.of(CnMsg.of(new CbId(1, 1))), null, group, group == 0 ? 0 : ++sequence);
    }

    private static long sequenceOf(Received received) {
        return ((Datagram) received).busSequence();
    }
}
