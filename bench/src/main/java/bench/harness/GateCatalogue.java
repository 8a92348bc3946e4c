// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import static bench.harness.Catalogue.C;

import java.util.ArrayList;
import java.util.List;

/** What can be compared of the gate. */
final class GateCatalogue {

    static final String GATE = "gate";
    /** The gate, and a load in Java. */
    static final String CN_SOCKET = "gate, CnSocket";
    static final String NETLINK = "netlink";
    static final String SEQPACKET = "gate, seqpacket";
    static final String C_SEQPACKET = "C, seqpacket";

    /** A gate in C that does nothing but write to its clients and hear them: the least that one over streams costs. */
    static final String BARE_GATE = "C, bare gate";

    private static final int FEW = 16;
    private static final String READERS = "1000";
    private static final int DESCRIPTORS = 1010;

    private final Ends ends;
    private final String otherCore;

    GateCatalogue(Ends ends, String otherCore) {
        this.ends = ends;
        this.otherCore = otherCore;
    }

    List<Comparison> comparisons() {
        List<Comparison> all = new ArrayList<>();
        all.add(new Comparison("gate-oneway",
                "process to bundle, 20 bytes of data, 64 messages a send; receiver on one core, sender on the other",
                List.of(new Contender(C, ends.c("gate", "server", "stream"), load(ends.c("gate", "load", "stream"))),
                        new Contender(GATE, ends.gate("server", "stream"), load(ends.c("gate", "load", "stream"))),
                        new Contender(CN_SOCKET, ends.gate("server", "stream"), load(ends.gate("load"))),
                        new Contender(NETLINK, ends.c("netlink", "server"), load(ends.c("netlink", "load")))),
                List.of(Target.timeAtMost(GATE, C, 1.25), Target.time(CN_SOCKET, C),
                        Target.timeAtMost(GATE, NETLINK, 0.1), Target.timeAtMost(CN_SOCKET, NETLINK, 0.1)),
                List.of(), Unit.NANOSECONDS, FEW, true));
        all.add(new Comparison("gate-roundtrip", "process to bundle and back, 20 bytes of data, both on one core",
                List.of(new Contender(C, ends.c("gate", "server", "stream"), ends.c("gate", "ping", "stream")),
                        new Contender(GATE, ends.gate("server", "stream"), ends.c("gate", "ping", "stream")),
                        new Contender(C_SEQPACKET, ends.c("gate", "server", "seqpacket"),
                                ends.c("gate", "ping", "seqpacket")),
                        new Contender(SEQPACKET, ends.gate("server", "seqpacket"),
                                ends.c("gate", "ping", "seqpacket"))),
                List.of(Target.timeAtMost(GATE, C, 1.25), Target.time(SEQPACKET, C_SEQPACKET),
                        Target.time(SEQPACKET, C)),
                List.of(), Unit.MICROSECONDS, FEW, true));
        all.add(toProcesses("gate-fanout-16", "16", 1));
        all.add(toProcesses("gate-fanout-1", "1", 2));
        all.add(toOneProcess("gate-fanout-one-16", "16", 1));
        all.add(toOneProcess("gate-fanout-one-1", "1", 2));
        return all;
    }

    private Comparison toProcesses(String name, String burst, double bound) {
        Contender.Side clients = ends.c("gateprocesses", "gate", READERS, burst).on(otherCore);
        return new Comparison(name, "to 1,000 processes, each of which waits in recv, messages in bursts of " + burst
                + ", sender on one core, readers on the other; for each process",
                List.of(new Contender(C, ends.c("gatefanout", "sender"),
                                ends.c("gateprocesses", "host", READERS, burst).on(otherCore)),
                        new Contender(GATE, ends.gate("server", "stream"), clients)),
                List.of(Target.processorAtMost(GATE, C, bound), Target.time(GATE, C)),
                List.of(), Unit.NANOSECONDS, DESCRIPTORS, 2 * Integer.parseInt(READERS), true);
    }

    private Comparison toOneProcess(String name, String burst, double bound) {
        Contender.Side clients = ends.c("gatefanout", "gate", READERS, burst).on(otherCore);
        return new Comparison(name, "to 1,000 ports in one other process, messages in bursts of " + burst
                + ", sender on one core, readers on the other; for each port",
                List.of(new Contender(C, ends.c("gatefanout", "sender"),
                                ends.c("gatefanout", "host", READERS, burst).on(otherCore)),
                        new Contender(GATE, ends.gate("server", "stream"), clients),
                        new Contender(BARE_GATE, ends.c("gatefanout", "writer", READERS), clients)),
                List.of(Target.processorAtMost(GATE, C, bound), Target.processor(BARE_GATE, C),
                        Target.processor(GATE, BARE_GATE), Target.time(GATE, C)),
                List.of(), Unit.NANOSECONDS, DESCRIPTORS, true);
    }

    private Contender.Side load(Contender.Side process) {
        return new Contender.Side(process.command(), otherCore, false, process.compiles());
    }
}
