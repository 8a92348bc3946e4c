// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import bench.allocation.Allocation;
import bench.allocation.BusSteadyState;
import bench.allocation.SteadyState;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** What operations allocate, as figures. */
final class Allocations {

    static final String SOCKETS = "allocation";
    static final String BUS = "bus-allocation";

    /** The smallest object is of 16 bytes: less is the profiler's own, shared by all operations. */
    private static final double NOTHING = 1;
    private static final int ITERATIONS = 5;
    /** Long, because what the profiler itself allocates is so much an iteration. */
    private static final Duration ITERATION = Duration.ofSeconds(2);

    private Allocations() {
    }

    static List<Figures> ofSockets() throws RunnerException {
        return figures(SOCKETS, SteadyState.class);
    }

    static List<Figures> ofTheBus() throws RunnerException {
        return figures(BUS, BusSteadyState.class);
    }

    private static List<Figures> figures(String name, Class<?> subject) throws RunnerException {
        return Allocation.measure(subject, ITERATIONS, ITERATION, false).stream()
                .map(result -> figures(name, result)).toList();
    }

    private static Figures figures(String name, Allocation.Result result) {
        return new Figures(name, "bytes allocated, JMH -prof gc", result.operation() + ", bytes",
                Spread.of(result.bytes()), "0: " + (result.bytes() < NOTHING ? "met" : "NOT met"), Double.NaN,
                "");
    }
}
