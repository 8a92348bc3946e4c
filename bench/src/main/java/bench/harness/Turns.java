// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import bench.end.Slice;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures a comparison, turn by turn.
 *
 * @param pairs how many turns in all
 * @param starts with how many starts of all processes
 * @param slice how long each contender works in a turn
 * @param warmUp how long a JVM works after its start before anything counts, since it compiles meanwhile, on the
 *        one core that it has; anything else works for a slice at most
 */
record Turns(int pairs, int starts, Duration slice, Duration warmUp) {

    /**
     * What a contender did in one turn.
     *
     * @param slice its work
     * @param processorNanos the processor time of its own processes
     */
    record Turn(Slice slice, long processorNanos) {

        double nanosAnOperation() {
            return (double) slice.nanos() / slice.operations();
        }

        double bytesAnOperation() {
            return (double) slice.bytes() / slice.operations();
        }

        double processorNanosAnOperation() {
            return processorNanos > 0 ? (double) processorNanos / slice.operations() : Double.NaN;
        }
    }

    /** Measures; the turns of each contender, by its name, in one order. */
    Map<String, List<Turn>> measure(Comparison comparison) throws IOException, InterruptedException {
        Map<String, List<Turn>> turns = new LinkedHashMap<>();
        comparison.contenders().forEach(contender -> turns.put(contender.name(), new ArrayList<>()));
        int done = 0;
        for (int start = 1; start <= starts; start++) {
            int until = pairs * start / starts;
            List<Running> running = new ArrayList<>();
            try {
                for (Contender contender : comparison.contenders()) {
                    running.add(new Running(contender));
                }
                if (comparison.warm()) {
                    for (Running contender : running) {
                        contender.warmUp();
                    }
                }
                for (; done < until; done++) {
                    for (Running contender : done % 2 == 0 ? running : running.reversed()) {
                        turns.get(contender.name).add(contender.turn());
                    }
                }
            } finally {
                running.forEach(Running::close);
            }
        }
        return turns;
    }

    /** The spread of a target's ratio over all turns. */
    static Spread ratio(Target target, Map<String, List<Turn>> turns) {
        return ratios(target, turns, target.measure() == Target.Measure.PROCESSOR);
    }

    /** As {@link #ratio}, of processor times. */
    static Spread processorRatio(Target target, Map<String, List<Turn>> turns) {
        return ratios(new Target(target.contender(), target.peer(), Target.Measure.TIME, Double.NaN), turns, true);
    }

    private static Spread ratios(Target target, Map<String, List<Turn>> turns, boolean processor) {
        List<Turn> contender = turns.get(target.contender());
        List<Turn> peer = turns.get(target.peer());
        double[] ratios = new double[contender.size()];
        Arrays.setAll(ratios, i -> processor
                ? target.ratio(contender.get(i).processorNanosAnOperation(), peer.get(i).processorNanosAnOperation())
                : target.ratio(contender.get(i).nanosAnOperation(), peer.get(i).nanosAnOperation()));
        return Spread.of(ratios);
    }

    /** A contender whose processes run. */
    private final class Running implements AutoCloseable {

        private final String name;
        private final List<EndProcess> all = new ArrayList<>();
        private final List<EndProcess> own = new ArrayList<>();
        private final EndProcess driver;
        private final boolean compiles;

        Running(Contender contender) throws IOException, InterruptedException {
            name = contender.name();
            compiles = contender.compiles();
            try {
                List<String> command = new ArrayList<>(contender.driver().command());
                if (contender.server() != null) {
                    command.add(start(contender.server(), contender.server().command()).address());
                }
                driver = start(contender.driver(), command);
            } catch (IOException | InterruptedException e) {
                close();
                throw e;
            }
        }

        private EndProcess start(Contender.Side process, List<String> command)
                throws IOException, InterruptedException {
            EndProcess started = new EndProcess(command, process.cores());
            all.add(started);
            if (process.own()) {
                own.add(started);
            }
            return started;
        }

        void warmUp() throws IOException, InterruptedException {
            Duration enough = compiles || warmUp.compareTo(slice) < 0 ? warmUp : slice;
            for (Duration warmed = Duration.ZERO; warmed.compareTo(enough) < 0; warmed = warmed.plus(slice)) {
                driver.run(slice);
            }
        }

        Turn turn() throws IOException, InterruptedException {
            long before = processorNanos();
            Slice done = driver.run(slice);
            if (done.operations() == 0) {
                throw new IOException(name + " did nothing in " + slice.toMillis() + " ms");
            }
            return new Turn(done, processorNanos() - before);
        }

        private long processorNanos() throws IOException {
            long nanos = 0;
            for (EndProcess end : own) {
                nanos += end.processorNanos();
            }
            return nanos;
        }

        @Override
        public void close() {
            all.reversed().forEach(EndProcess::close);
        }
    }
}
