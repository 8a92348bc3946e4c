// SPDX-License-Identifier: Apache-2.0
package bench.harness;

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
 * @param warm whether to warm up first
 */
record Comparison(String name, String title, List<Contender> contenders, List<Target> targets,
        List<Limit> limits, Unit unit, int descriptors, boolean warm) {

    /** {@return whether it takes a compiler for C} */
    boolean needsC() {
        return contenders.stream().anyMatch(contender -> contender.name().equals(Catalogue.C));
    }
}
