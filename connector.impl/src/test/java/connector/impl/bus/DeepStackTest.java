// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Somebody sends at each level of a recursion that has no end, as a parser may that is brought there by its input: the
 * stack ends anywhere in here. It may cost whoever does so, and the messages on their way, but no user and no other
 * sender.
 */
class DeepStackTest extends BusFixture {

    private static final CbId OTHER = new CbId(0x123, 0x457);
    private static final int ROUNDS = 60;

    static {
        // A class whose first use fails for want of stack is lost to the whole JVM; this needs those of traces.
        var _ = new Throwable().getStackTrace();
    }

    private final AtomicInteger called = new AtomicInteger();
    private final long seed = new SplittableRandom().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void shouldLetAMailboxGoInWhoseCallAThreadHasRunOutOfStack() throws Exception {
        shouldStillCall(Map.of(), (msg, sender) -> called.incrementAndGet());
    }

    @Test
    void shouldLetAMailboxGoWhoseUserSendsToAnotherWithWhatIsLeftOfTheStack() throws Exception {
        assertThat(bus.add(user(OTHER, "other", Map.of(), 0, ignore()), true)).isZero();
        shouldStillCall(Map.of(), (msg, sender) -> {
            called.incrementAndGet();
            bus.receive(CnMsg.of(OTHER, msg.seq(), 0), port, 0);
        });
        int before = called.get();
        assertThat(bus.receive(CnMsg.of(OTHER, 1, 0), port, 0).errno()).isZero();
        await().atMost(Duration.ofSeconds(10)).until(() -> delivered(OTHER) > 0);
        assertThat(called.get()).isEqualTo(before);
    }

    @Test
    void shouldGoOnCallingAnInlineUser() throws Exception {
        shouldStillCall(Map.of(ConnectorConstants.DELIVERY, ConnectorConstants.DELIVERY_INLINE),
                (msg, sender) -> called.incrementAndGet());
    }

    /** One that says that it drains, as its owner does while it runs what is queued, of which nothing is left. */
    @Test
    void shouldCallForWhatComesNextWhereTheTickHasLetGoForADrainingOwner() throws Exception {
        add("a", Map.of(), (msg, sender) -> called.incrementAndGet());
        Mailbox mailbox = bus.mailbox(ID);
        assertThat(mailbox.own(mailbox.word())).isTrue();
        mailbox.draining = true;
        mailbox.holder = new Thread("without a stack");
        mailbox.leftBy = mailbox.holder;
        mailbox.left = mailbox.word();

        mailbox.drainers.leftBehind = true;

        await().atMost(Duration.ofSeconds(10)).until(() -> Ownership.isIdle(mailbox.word()));
        for (int seq = 1; seq <= 3; seq++) {
            int messages = seq;
            assertThat(send(seq)).isZero();
            await().atMost(Duration.ofSeconds(10)).until(() -> called.get() == messages);
        }
    }

    /** Somebody else's it is by now, to whom it was left under the lock. */
    @Test
    void shouldLeaveAMailboxToWhoHasItByNow() {
        add("a", Map.of(), (msg, sender) -> called.incrementAndGet());
        Mailbox mailbox = bus.mailbox(ID);
        assertThat(mailbox.own(mailbox.word())).isTrue();
        mailbox.holder = new Thread("has it");
        mailbox.leftBy = new Thread("had it");
        mailbox.left = mailbox.word();

        mailbox.drainers.leftBehind = true;

        await().atMost(Duration.ofSeconds(10)).until(() -> mailbox.left == Ownership.LOST);
        assertThat(Ownership.isIdle(mailbox.word())).isFalse();
    }

    private void shouldStillCall(Map<String, ?> properties, CnCallback callback) throws Exception {
        add("a", properties, callback);
        for (int round = 0; round < ROUNDS; round++) {
            runOutOfStack();
            int before = called.get();
            assertThat(send(round)).as("seed %d, round %d", seed, round).isZero();
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(Duration.ofSeconds(10))
                    .alias("seed " + seed + ", round " + round).until(() -> called.get() > before);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> listed().queued == 0);
    }

    private long delivered(CbId id) {
        return bus.users()[1].val == id.unsignedVal() ? bus.users()[1].delivered : -1;
    }

    private void runOutOfStack() throws InterruptedException {
        Thread deep = new Thread(null, () -> {
            try {
                recurse(random.nextInt(1, 64));
            } catch (StackOverflowError e) {
                // That is what it came for.
            }
        }, "deep", 192 * 1024L + random.nextInt(64) * 1024L);
        deep.start();
        deep.join();
    }

    /** Levels of several sizes, so that the stack ends at another place each time. */
    private int recurse(int bits) {
        int sum = bits;
        for (int i = 0; i < (bits & 3); i++) {
            sum += Long.bitCount((long) sum * i);
        }
        send(sum);
        return sum + ((bits & 4) == 0 ? recurse(bits + 1) : recurse(bits + 1, sum, sum, sum));
    }

    private int recurse(long bits, long a, long b, long c) {
        send((int) bits);
        return recurse((int) (bits + 1)) + (int) (a + b + c);
    }
}
