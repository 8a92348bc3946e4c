// SPDX-License-Identifier: Apache-2.0
package bench.allocation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs operations under JMH's allocation profiler. */
public final class Allocation {

    /**
     * What one kind of operation allocates.
     *
     * @param operation its method
     * @param bytes how much an operation
     */
    public record Result(String operation, double bytes) {
    }

    private Allocation() {
    }

    /**
     * Measures.
     *
     * @param subject has the operations: {@link SteadyState} or {@link BusSteadyState}
     * @param iterations how many are measured, after as many to warm up
     * @param length how long each is
     * @param out whether JMH tells what it does
     * @return an operation each
     * @throws RunnerException if JMH fails, or an operation does
     */
    public static List<Result> measure(Class<?> subject, int iterations, Duration length, boolean out)
            throws RunnerException {
        TimeValue time = TimeValue.milliseconds(length.toMillis());
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + Pattern.quote(subject.getName() + "."))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(out ? VerboseMode.NORMAL : VerboseMode.SILENT)
                .forks(1)
                .jvmArgs("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
                .warmupIterations(iterations)
                .warmupTime(time)
                .measurementIterations(iterations)
                .measurementTime(time);
        List<Result> results = new ArrayList<>();
        for (RunResult result : new Runner(options.build()).run()) {
            results.add(new Result(result.getPrimaryResult().getLabel(),
                    result.getSecondaryResults().get("gc.alloc.rate.norm").getScore()));
        }
        return results;
    }
}
