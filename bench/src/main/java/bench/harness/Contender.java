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

    /** Whether a machine is part of it that compiles what it runs while it runs. */
    boolean compiles() {
        return driver.compiles() || (server != null && server.compiles());
    }

    /** The same with its driver elsewhere. */
    Contender on(String cores) {
        return new Contender(name, server, driver.on(cores));
    }

    /**
     * One process of it.
     *
     * @param command what to run
     * @param cores where: one, or several with commas
     * @param own whether its processor time is the contender's, and not the load's
     * @param compiles whether it is compiled while it runs
     */
    record Side(List<String> command, String cores, boolean own, boolean compiles) {

        /** The same elsewhere. */
        Side on(String otherCores) {
            return new Side(command, otherCores, own, compiles);
        }
    }
}
