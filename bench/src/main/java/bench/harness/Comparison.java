// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.io.IOException;
import java.util.List;

/**
 * What is compared.
 *
 * @param name for the command line
 * @param title what is done, and where
 * @param contenders in the order of the first turn
 * @param targets the ratios that are stated
 * @param limits what contenders' own figures must stay under
 * @param unit of the contenders' own figures
 * @param descriptors how many sockets a process of it has open at once
 * @param processes how many processes its ends begin themselves
 * @param warm whether to warm up first
 */
record Comparison(String name, String title, List<Contender> contenders, List<Target> targets,
        List<Limit> limits, Unit unit, int descriptors, int processes, boolean warm) {

    /** What a process needs beside its connections. */
    private static final long OTHER_DESCRIPTORS = 200;

    /** One whose ends begin no processes. */
    Comparison(String name, String title, List<Contender> contenders, List<Target> targets, List<Limit> limits,
            Unit unit, int descriptors, boolean warm) {
        this(name, title, contenders, targets, limits, unit, descriptors, 0, warm);
    }

    /** {@return whether it takes a compiler for C} */
    boolean needsC() {
        return contenders.stream().anyMatch(contender -> contender.name().equals(Catalogue.C));
    }

    /** {@return why it cannot be measured here; empty if it can} */
    String obstacle(Peers peers) throws IOException {
        if (needsC() && !peers.available()) {
            return "its peer is in C and there is no C compiler (cc): install gcc or clang, or point CC at one";
        }
        long needed = descriptors + OTHER_DESCRIPTORS;
        if (Machine.descriptors() < needed) {
            return "a process may open only " + Machine.descriptors() + " files and it takes " + needed
                    + ": raise the limit (ulimit -n " + needed + ")";
        }
        if (Machine.processes() < processes) {
            return "there may be only " + Machine.processes() + " more processes and it takes " + processes
                    + ": raise the limit (ulimit -u, or pids.max of the control group)";
        }
        return "";
    }
}
