// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What can be compared. */
final class Catalogue {

    static final String C = "C";
    /** C in a process of more than one thread, which the kernel charges for at each call. */
    static final String THREADED_C = "C with threads";
    static final String KSOCK = "ksock";
    static final String NETTY = "Netty";

    /** Open sockets of those that have hardly any. */
    private static final int FEW = 16;
    private static final int[] LOADS = {1, 100, 1_000, 10_000};

    private final Peers peers;
    private final Ends ends;
    private final String core;
    private final String otherCore;

    /**
     * Makes it for a machine.
     *
     * @param peers the programs in C
     * @param core where whatever is measured runs
     * @param otherCore where the load, or a stream's other end, runs
     */
    Catalogue(Peers peers, int core, int otherCore) {
        this.peers = peers;
        this.core = Integer.toString(core);
        this.otherCore = Integer.toString(otherCore);
        this.ends = new Ends(peers, this.core);
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
                List.of(new Contender(C, null, ends.c("wouldblock")),
                        new Contender(THREADED_C, null, ends.c("wouldblock", "threads")),
                        new Contender(KSOCK, null, ends.java("wouldblock"))),
                List.of(Target.timeAtMost(KSOCK, THREADED_C, 1.10), Target.timeAtMost(KSOCK, C, 1.10)),
                List.of(), Unit.NANOSECONDS, FEW, true));
        all.add(new Comparison("arm", "callbacks set on 10,000 new sockets, first time included",
                List.of(new Contender(C, null, ends.c("arm")), new Contender(KSOCK, null, ends.java("arm", "timed"))),
                List.of(new Target(KSOCK, C, Target.Measure.TIME, Double.NaN)),
                List.of(Limit.millisForAll(KSOCK, 50)), Unit.MILLISECONDS_FOR_10000,
                10_000, false));
        all.addAll(new BusCatalogue(ends, core, otherCore).comparisons());
        all.addAll(new GateCatalogue(ends, otherCore).comparisons());
        return List.copyOf(all);
    }

    /** The process that weighs idle sockets. */
    Contender.Side weigher() {
        return ends.java("arm", "weighed");
    }

    private Comparison roundTrip(String name, String threads, double bound) {
        return new Comparison(name, "64 bytes there and back, blocking " + threads + " threads, both ends on one core",
                List.of(new Contender(C, ends.c("roundtrip", "server"), ends.c("roundtrip", "client")),
                        new Contender(THREADED_C, ends.c("roundtrip", "threads", "server"),
                                ends.c("roundtrip", "threads", "client")),
                        new Contender(KSOCK, ends.java("roundtrip", "server", threads),
                                ends.java("roundtrip", "client", threads))),
                List.of(Target.timeAtMost(KSOCK, C, bound), Target.time(KSOCK, THREADED_C)), List.of(),
                Unit.MICROSECONDS, FEW, true);
    }

    private Comparison echo(String name, int connections, String loadCore, String where) {
        Contender.Side load = new Contender.Side(
                List.of(peers.program("load"), Integer.toString(connections)), loadCore, false, false);
        return new Comparison(name,
                "echo server by callbacks, %,d connections, load %s".formatted(connections, where),
                List.of(new Contender(C, ends.c("echo"), load),
                        new Contender(THREADED_C, ends.c("echo", "threads"), load),
                        new Contender(KSOCK, ends.java("echo", "ksock"), load),
                        new Contender(NETTY, ends.java("echo", "netty"), load)),
                List.of(Target.rateAtLeast(KSOCK, C, 0.97), Target.rateAtLeast(KSOCK, THREADED_C, 0.97),
                        Target.rateAtLeast(KSOCK, NETTY, 1), Target.rate(NETTY, C)),
                List.of(), Unit.THOUSANDS_A_SECOND, connections, true);
    }

    private Comparison bulk(String transport) {
        return new Comparison("bulk-" + transport,
                "64 KiB a send, one " + transport.toUpperCase(Locale.ROOT) + " stream, an end a core",
                List.of(new Contender(C, ends.c("bulk", "server", transport).on(otherCore),
                                ends.c("bulk", "client", transport)),
                        new Contender(THREADED_C, ends.c("bulk", "threads", "server", transport).on(otherCore),
                                ends.c("bulk", "threads", "client", transport)),
                        new Contender(KSOCK, ends.java("bulk", "server", transport).on(otherCore),
                                ends.java("bulk", "client", transport))),
                List.of(Target.rateAtLeast(KSOCK, C, 0.98), Target.rate(KSOCK, THREADED_C)), List.of(),
                Unit.GIGABYTES_A_SECOND, FEW, true);
    }

    private Comparison cycles() {
        return new Comparison("cycles", "connect, accept, 8 bytes, close; TCP, both ends on one core",
                List.of(new Contender(C, ends.c("cycles", "server"), ends.c("cycles", "client")),
                        new Contender(THREADED_C, ends.c("cycles", "threads", "server"),
                                ends.c("cycles", "threads", "client")),
                        new Contender(KSOCK, ends.java("cycles", "server"), ends.java("cycles", "client"))),
                List.of(Target.rateAtLeast(KSOCK, C, 0.9), Target.rate(KSOCK, THREADED_C)), List.of(),
                Unit.THOUSANDS_A_SECOND, FEW, true);
    }
}
