// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What can be compared. */
public final class Catalogue {

    static final String C = "C";
    /** C in a process of more than one thread, which the kernel charges for at each call. */
    static final String THREADED_C = "C with threads";
    static final String KSOCK = "ksock";
    static final String NETTY = "Netty";

    /** Open sockets of those that have hardly any. */
    private static final int FEW = 16;
    private static final int[] LOADS = {1, 100, 1_000, 10_000};

    private final Peers peers;
    private final int core;
    private final int otherCore;

    /**
     * Makes it for a machine.
     *
     * @param peers the programs in C
     * @param core where whatever is measured runs
     * @param otherCore where the load, or a stream's other end, runs
     */
    public Catalogue(Peers peers, int core, int otherCore) {
        this.peers = peers;
        this.core = core;
        this.otherCore = otherCore;
    }

    /**
     * All of them.
     *
     * @return in the order in which they are printed
     */
    public List<Comparison> comparisons() {
        List<Comparison> all = new ArrayList<>();
        all.add(roundTrip("roundtrip", "platform", 1.05));
        all.add(roundTrip("roundtrip-virtual", "virtual", 3));
        all.add(echo("echo-1-core", 1, core, "on the same core"));
        for (int load : LOADS) {
            all.add(echo("echo-" + load, load, otherCore, "on the other core"));
        }
        all.add(bulk("tcp"));
        all.add(bulk("unix"));
        all.add(cycles());
        all.add(new Comparison("wouldblock", "recv(MSG_DONTWAIT) of nothing",
                List.of(new Contender(C, null, c("wouldblock")),
                        new Contender(THREADED_C, null, c("wouldblock", "threads")),
                        new Contender(KSOCK, null, java("wouldblock"))),
                List.of(Target.timeAtMost(KSOCK, THREADED_C, 1.10), Target.timeAtMost(KSOCK, C, 1.10)),
                Double.NaN, Unit.NANOSECONDS, FEW, true));
        all.add(new Comparison("arm", "callbacks set on 10,000 new sockets, first time included",
                List.of(new Contender(C, null, c("arm")), new Contender(KSOCK, null, java("arm", "timed"))),
                List.of(new Target(KSOCK, C, Target.Measure.TIME, Double.NaN)), 50, Unit.MILLISECONDS_FOR_10000,
                10_000, false));
        return List.copyOf(all);
    }

    /** The process that weighs idle sockets. */
    Contender.Side weigher() {
        return java("arm", "weighed");
    }

    private Comparison roundTrip(String name, String threads, double bound) {
        return new Comparison(name, "64 bytes there and back, blocking " + threads + " threads, both ends on one core",
                List.of(new Contender(C, c("roundtrip", "server"), c("roundtrip", "client")),
                        new Contender(KSOCK, java("roundtrip", "server", threads),
                                java("roundtrip", "client", threads))),
                List.of(Target.timeAtMost(KSOCK, C, bound)), Double.NaN, Unit.MICROSECONDS, FEW, true);
    }

    private Comparison echo(String name, int connections, int loadCore, String where) {
        Contender.Side load = new Contender.Side(
                List.of(peers.program("load"), Integer.toString(connections)), loadCore, false);
        return new Comparison(name,
                "echo server by callbacks, %,d connections, load %s".formatted(connections, where),
                List.of(new Contender(C, c("echo"), load), new Contender(KSOCK, java("echo", "ksock"), load),
                        new Contender(NETTY, java("echo", "netty"), load)),
                List.of(Target.rateAtLeast(KSOCK, C, 0.97), Target.rateAtLeast(KSOCK, NETTY, 1),
                        Target.rate(NETTY, C)),
                Double.NaN, Unit.THOUSANDS_A_SECOND, connections, true);
    }

    private Comparison bulk(String transport) {
        return new Comparison("bulk-" + transport,
                "64 KiB a send, one " + transport.toUpperCase(Locale.ROOT) + " stream, an end a core",
                List.of(new Contender(C, on(otherCore, c("bulk", "server", transport)),
                                c("bulk", "client", transport)),
                        new Contender(KSOCK, on(otherCore, java("bulk", "server", transport)),
                                java("bulk", "client", transport))),
                List.of(Target.rateAtLeast(KSOCK, C, 0.98)), Double.NaN, Unit.GIGABYTES_A_SECOND, FEW, true);
    }

    private Comparison cycles() {
        return new Comparison("cycles", "connect, accept, 8 bytes, close; TCP, both ends on one core",
                List.of(new Contender(C, c("cycles", "server"), c("cycles", "client")),
                        new Contender(KSOCK, java("cycles", "server"), java("cycles", "client"))),
                List.of(Target.rateAtLeast(KSOCK, C, 0.9)), Double.NaN, Unit.THOUSANDS_A_SECOND, FEW, true);
    }

    private static Contender.Side on(int core, Contender.Side process) {
        return new Contender.Side(process.command(), core, process.own());
    }

    private Contender.Side c(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(peers.program(program)));
        command.addAll(List.of(arguments));
        return new Contender.Side(command, core, true);
    }

    private Contender.Side java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC",
                // What is weighed is the heap after System.gc(): no gaps must stay there that count as used.
                "-XX:MarkSweepAlwaysCompactCount=1",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp", System.getProperty("java.class.path"), "bench.end.EndMain"));
        command.addAll(List.of(arguments));
        return new Contender.Side(command, core, true);
    }
}
