// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.util.List;

/**
 * One of those that are compared.
 *
 * @param name as it is printed
 * @param server started first; null if there is none
 * @param driver given the server's address as its last argument; counts
 */
record Contender(String name, Side server, Side driver) {

    /**
     * One process of it.
     *
     * @param command what to run
     * @param core where
     * @param own whether its processor time is the contender's, and not the load's
     */
    record Side(List<String> command, int core, boolean own) {
    }
}
