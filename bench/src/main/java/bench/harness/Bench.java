// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** Measures what the command line asks for, and says what came out. */
public final class Bench {

    /** Set by bench/run: the module's folder. */
    private static final String HOME = "bench.home";

    private final PrintStream out = System.out;
    private final Options options;
    private final Peers peers;
    private final Catalogue catalogue;
    private final List<Figures> figures = new ArrayList<>();

    private Bench(Options options, Peers peers, Catalogue catalogue) {
        this.options = options;
        this.peers = peers;
        this.catalogue = catalogue;
    }

    /**
     * Does what the arguments say.
     *
     * @param arguments as {@link Options#USAGE} has them
     * @return the process' exit status: 0 if everything asked for was measured, 1 if not, 2 for wrong arguments
     * @throws IOException if an end fails
     * @throws InterruptedException if interrupted
     * @throws RunnerException if JMH fails
     */
    public static int run(String... arguments) throws IOException, InterruptedException, RunnerException {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(Options.USAGE);
            return 2;
        }
        Path home = Path.of(System.getProperty(HOME, "."));
        List<Integer> allowed = Machine.cores();
        List<Integer> cores = options.cores().isEmpty() ? allowed : options.cores();
        if (!allowed.containsAll(cores)) {
            System.err.println("of the cores " + cores + " only " + allowed + " are to be had");
            return 2;
        }
        Peers peers = Peers.compile(home);
        int otherCore = cores.get(cores.size() > 1 ? 1 : 0);
        Bench bench = new Bench(options, peers, new Catalogue(peers, cores.getFirst(), otherCore));
        if (options.list()) {
            bench.names().forEach(System.out::println);
            return 0;
        }
        if (bench.names().stream().noneMatch(bench::wants)) {
            System.err.println("none is named " + options.names() + "; there are " + bench.names());
            return 2;
        }
        if (cores.size() == 1) {
            System.out.println("Only one core: loads share it with what they load.");
        }
        boolean all = bench.measure();
        if (options.readme()) {
            Readme.write(home.resolve("README.md"), bench.figures, Machine.describe(peers), bench.names());
        }
        return all ? 0 : 1;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        catalogue.comparisons().forEach(comparison -> names.add(comparison.name()));
        names.add(Weight.NAME);
        names.add(Allocations.SOCKETS);
        names.add(Allocations.BUS);
        return names;
    }

    private boolean wants(String name) {
        return options.wants(name, names());
    }

    private boolean measure() throws IOException, InterruptedException, RunnerException {
        out.println(Machine.describe(peers));
        boolean all = true;
        for (Comparison comparison : catalogue.comparisons()) {
            if (wants(comparison.name())) {
                String obstacle = comparison.obstacle(peers);
                if (obstacle.isEmpty()) {
                    Map<String, List<Turns.Turn>> turns = options.turns().measure(comparison);
                    print(Figures.of(comparison, turns));
                } else {
                    out.println();
                    out.println(comparison.name() + ": not measured: " + obstacle);
                    all = false;
                }
            }
        }
        if (wants(Weight.NAME)) {
            print(List.of(Weight.figures(Weight.measure(catalogue, options.turns().pairs()))));
        }
        if (wants(Allocations.SOCKETS)) {
            print(Allocations.ofSockets());
        }
        if (wants(Allocations.BUS)) {
            print(Allocations.ofTheBus());
        }
        return all;
    }

    private void print(List<Figures> results) {
        Figures first = results.getFirst();
        out.println();
        out.println(first.name() + ": " + first.title() + (first.values().isEmpty() ? "" : "; " + first.values()));
        results.forEach(result -> out.println(result.text()));
        figures.addAll(results);
    }
}
