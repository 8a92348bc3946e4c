// SPDX-License-Identifier: Apache-2.0
package ksock.impl.race;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.impl.socket.Threads;

/** Rounds of steps that are made at the same time, give or take a random delay. */
final class Race {

    private static final int TIMES = Integer.getInteger("ksock.race.times", 1);
    private static final long PATIENCE_SECONDS = 60;
    /** About as long as a call takes, the way into the kernel included. */
    private static final int DELAY_NANOS = 60_000;

    private final String name;
    private final long seed;
    private final SplittableRandom random;

    /** What one thread does. */
    @FunctionalInterface
    interface Step {
        Object make() throws Exception;
    }

    /** What is made ready for one round, raced, and judged. */
    @FunctionalInterface
    interface Round {
        void run(int round) throws Exception;
    }

    /**
     * How a step ended.
     *
     * @param value what it gave, null if it failed
     * @param failure how it failed, null if it did not
     * @param interrupted the interrupt status that it left behind
     */
    record Outcome(Object value, KernelSocketException failure, boolean interrupted) {

        /** {@return the errno, null if it did not fail} */
        Errno errno() {
            return failure == null ? null : failure.errno();
        }
    }

    private record Runner(Thread thread, CompletableFuture<Outcome> end) {
    }

    Race(String name) {
        this.name = name;
        seed = Long.getLong("ksock.race.seed", System.nanoTime());
        random = new SplittableRandom(seed);
        System.out.println("race " + name + ": -Dksock.race.seed=" + seed);
    }

    /** As many rounds as that, times {@code ksock.race.times}. */
    void rounds(int rounds, Round body) throws Exception {
        for (int round = 0; round < rounds * TIMES; round++) {
            try {
                body.run(round);
            } catch (AssertionError e) {
                throw new AssertionError(name + ", round " + round + ", seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** A random choice. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** A random choice. */
    boolean coin() {
        return random.nextBoolean();
    }

    /** The calling thread goes on only after up to this time. */
    void hesitate(int nanos) {
        spin(random.nextInt(nanos));
    }

    /** Makes the steps at once, each in a new thread; what came of each. */
    List<Outcome> run(Threads threads, Step... steps) throws Exception {
        // A latch, no loop: virtual threads that spin keep each other from starting.
        CountDownLatch ready = new CountDownLatch(steps.length);
        List<Runner> runners = new ArrayList<>();
        for (Step step : steps) {
            // A quarter of them go at once: then who was made first is a bit ahead.
            long delay = random.nextInt(4) == 0 ? 0 : random.nextInt(DELAY_NANOS);
            CompletableFuture<Outcome> end = new CompletableFuture<>();
            runners.add(new Runner(threads.start(() -> {
                ready.countDown();
                make(() -> {
                    ready.await();
                    spin(delay);
                    return step.make();
                }, end);
            }), end));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Runner runner : runners) {
            outcomes.add(end(runner));
        }
        return outcomes;
    }

    /** What comes of a step that must come to its end. */
    static Outcome once(Threads threads, Step step) throws Exception {
        CompletableFuture<Outcome> end = new CompletableFuture<>();
        return end(new Runner(threads.start(() -> make(step, end)), end));
    }

    private static void make(Step step, CompletableFuture<Outcome> end) {
        try {
            Object value = step.make();
            end.complete(new Outcome(value, null, Thread.currentThread().isInterrupted()));
        } catch (KernelSocketException e) {
            end.complete(new Outcome(null, e, Thread.currentThread().isInterrupted()));
        } catch (Throwable e) {
            end.completeExceptionally(e);
        }
    }

    private static Outcome end(Runner runner) throws Exception {
        try {
            return runner.end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(runner.thread + " does not end: "
                    + Arrays.toString(runner.thread.getStackTrace()), e);
        }
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
