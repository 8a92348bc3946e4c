// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.impl.gate.AllocationFailures;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainersTest {

    static {
        // A class whose first use fails for want of stack is lost to the whole JVM; this needs those of traces.
        var _ = new Throwable().getStackTrace();
    }

    @Test
    void shouldRunTasksAsSoonAsTheHostGivesThreadsAgain() {
        AtomicBoolean none = new AtomicBoolean(true);
        AtomicInteger ran = new AtomicInteger();
        try (Drainers drainers = new Drainers(8, name -> task -> {
            if (none.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return Thread.ofPlatform().daemon().name(name).unstarted(task);
        })) {
            for (int i = 0; i < 20; i++) {
                assertThat(drainers.execute(ran::incrementAndGet)).isTrue();
            }
            long before = drainers.now();
            await().atMost(Duration.ofSeconds(10)).until(() -> drainers.now() > before + 200);
            assertThat(drainers.threads()).isZero();
            assertThat(ran).hasValue(0);
            none.set(false);
            await().atMost(Duration.ofSeconds(10)).until(() -> ran.get() == 20);
            assertThat(drainers.threads()).isPositive();
        }
    }

    @Test
    void shouldRunWhatWasGivenWholeAndNothingElseWhenThreadsRunOutOfStackGivingIt() throws Exception {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        AtomicInteger ran = new AtomicInteger();
        int[] given = new int[1];
        try (Drainers drainers = new Drainers(8)) {
            for (int round = 0; round < 60; round++) {
                Thread deep = new Thread(null, () -> {
                    try {
                        recurse(drainers, ran::incrementAndGet, given, random.nextInt(1, 64));
                    } catch (StackOverflowError e) {
                        // That is what it came for.
                    }
                }, "deep", 192 * 1024L + random.nextInt(64) * 1024L);
                deep.start();
                assertThat(deep.join(Duration.ofSeconds(10))).as("seed %d, round %d", seed, round).isTrue();
                CountDownLatch after = new CountDownLatch(1);
                Thread other = Thread.ofPlatform().daemon().start(() -> drainers.execute(after::countDown));
                assertThat(other.join(Duration.ofSeconds(10))).as("seed %d, round %d", seed, round).isTrue();
                assertThat(after.await(10, TimeUnit.SECONDS)).as("seed %d, round %d", seed, round).isTrue();
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> ran.get() == given[0]);
            long before = drainers.now();
            await().atMost(Duration.ofSeconds(10)).until(() -> drainers.now() > before + 200);
            assertThat(ran).as("seed %d", seed).hasValue(given[0]);
        }
    }

    private static int recurse(Drainers drainers, Runnable task, int[] given, int bits) {
        if (drainers.execute(task)) {
            // No call, for which there may be no stack.
            given[0]++;
        }
        return bits + ((bits & 4) == 0 ? recurse(drainers, task, given, bits + 1)
                : recurse(drainers, task, given, bits + 1, bits, bits, bits));
    }

    private static int recurse(Drainers drainers, Runnable task, int[] given, long bits, long a, long b, long c) {
        return recurse(drainers, task, given, (int) (bits + 1)) + (int) (a + b + c);
    }

    @Test
    @SuppressWarnings("unchecked") // It is made by a class of its own loader.
    void shouldBeAsManyAsBeforeWhicheverAllocationOfAGiverFails() throws Exception {
        IntFunction<String> drainers = (IntFunction<String>) new AllocationFailures()
                .loadClass(ShortDrainers.class.getName()).getConstructor().newInstance();
        int allocation = 1;
        for (String said = drainers.apply(allocation); !said.equals("none failed");
                said = drainers.apply(++allocation)) {
            assertThat(said).as("allocation %d", allocation).isEqualTo("all at once");
        }
        assertThat(allocation).isGreaterThan(2);
    }

    @Test
    void shouldTickOnWhenLookingForWhatWasLeftFails() {
        AtomicInteger looked = new AtomicInteger();
        try (Drainers drainers = new Drainers(8)) {
            drainers.search(() -> { }, () -> {
                looked.incrementAndGet();
                throw new IllegalStateException("on purpose");
            });
            await().atMost(Duration.ofSeconds(10)).until(() -> looked.get() > 2);
        }
    }
}
