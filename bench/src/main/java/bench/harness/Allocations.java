// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import bench.allocation.Allocation;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** What operations allocate, as figures. */
final class Allocations {

    static final String NAME = "allocation";

    /** The smallest object is of 16 bytes: less is the profiler's own, shared by all operations. */
    private static final double NOTHING = 1;
    private static final int ITERATIONS = 5;
    /** Long, because what the profiler itself allocates is so much an iteration. */
    private static final Duration ITERATION = Duration.ofSeconds(2);

    private Allocations() {
    }

    static List<Figures> figures() throws RunnerException {
        return Allocation.measure(ITERATIONS, ITERATION, false).stream().map(Allocations::figures).toList();
    }

    private static Figures figures(Allocation.Result result) {
        return new Figures(NAME, "bytes allocated, JMH -prof gc", result.operation() + ", bytes",
                Spread.of(result.bytes()), "0: " + (result.bytes() < NOTHING ? "met" : "NOT met"), Double.NaN,
                "");
    }
}
