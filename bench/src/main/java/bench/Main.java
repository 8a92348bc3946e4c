// SPDX-License-Identifier: Apache-2.0
package bench;

import bench.harness.Bench;

/** The command {@code bench/run}. */
public final class Main {

    private Main() {
    }

    /**
     * Measures.
     *
     * @param arguments names of measurements, all if there are none, and options
     * @throws Exception if a process fails
     */
    public static void main(String[] arguments) throws Exception {
        System.exit(Bench.run(arguments));
    }
}
