// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.impl.gate.AllocationFailures;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * How many drainers there can be after one allocation has failed for who has given them a task: a line that says it.
 * Loaded so that allocations of the connector can fail.
 */
public final class ShortDrainers implements IntFunction<String> {

    @Override
    public String apply(int allocation) {
        Runnable nothing = () -> { };
        Predicate<Thread> here = Thread.currentThread()::equals;
        try (Drainers drainers = new Drainers(0)) {
            AllocationFailures.fail(allocation, here);
            try {
                drainers.execute(nothing);
            } catch (OutOfMemoryError e) {
                // It is not run, then.
            }
            if (!AllocationFailures.end()) {
                return "none failed";
            }
            CountDownLatch together = new CountDownLatch(Drainers.CORE);
            for (int i = 0; i < Drainers.CORE; i++) {
                drainers.execute(() -> {
                    together.countDown();
                    try {
                        together.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
            boolean all = together.await(10, TimeUnit.SECONDS);
            long missing = together.getCount();
            while (together.getCount() > 0) {
                together.countDown();
            }
            return all ? "all at once" : missing + " too few";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
