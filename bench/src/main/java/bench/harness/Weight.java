// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import bench.end.Slice;
import java.io.IOException;
import java.time.Duration;

/** What an idle socket with callbacks weighs on the heap. */
final class Weight {

    static final String NAME = "idle-heap";
    static final String TITLE = "heap of an idle socket with callbacks, of 10,000";

    private static final int LIMIT = 1024;

    private Weight() {
    }

    /**
     * Measures.
     *
     * @param catalogue has the process that does it
     * @param times how often
     * @return bytes a socket
     * @throws IOException if the process fails
     * @throws InterruptedException if interrupted
     */
    public static double[] measure(Catalogue catalogue, int times) throws IOException, InterruptedException {
        double[] bytes = new double[times];
        Contender.Side weigher = catalogue.weigher();
        try (EndProcess process = new EndProcess(weigher.command(), weigher.cores())) {
            // What is loaded and kept at the first use of all is no socket's.
            process.run(Duration.ZERO);
            for (int i = 0; i < times; i++) {
                Slice slice = process.run(Duration.ZERO);
                bytes[i] = (double) slice.bytes() / slice.operations();
            }
        }
        return bytes;
    }

    static Figures figures(double... bytes) {
        Spread spread = Spread.of(bytes);
        return new Figures(NAME, TITLE, "bytes a socket", spread, spread.under(LIMIT), Double.NaN, "");
    }
}
