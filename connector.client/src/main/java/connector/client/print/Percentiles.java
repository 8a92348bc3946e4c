// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import java.util.Arrays;
import java.util.Locale;

/** Times, told by their percentiles. */
public final class Percentiles {

    private static final double[] TOLD = {50, 90, 99, 99.9};
    private static final double NANOS_PER_MICRO = 1000;
    private static final double HUNDRED = 100;
    private static final double ROUNDING = 1e-6;

    private final long[] sorted;

    /**
     * Takes the times.
     *
     * @param nanos in nanoseconds, at least one; sorted by this
     */
    public Percentiles(long... nanos) {
        sorted = nanos;
        Arrays.sort(sorted);
    }

    /** {@return the least time that so many of a hundred do not exceed, in microseconds} */
    double micros(double percent) {
        // A rank that is whole must not become the next one by the last bit of a fraction.
        int rank = (int) Math.ceil(percent / HUNDRED * sorted.length - ROUNDING);
        return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)] / NANOS_PER_MICRO;
    }

    /**
     * Prints them.
     *
     * @param output where to
     * @param what was measured
     * @param bytes of data in each message
     */
    public void printTo(Output output, String what, int bytes) {
        if (output.isJson()) {
            Json json = new Json().put("bench", what).put("bytes", bytes).put("count", sorted.length)
                    .put("min_us", micros(0), 1);
            for (double percent : TOLD) {
                json.put("p" + number(percent) + "_us", micros(percent), 1);
            }
            output.line(json.put("max_us", micros(HUNDRED), 1).toString());
            return;
        }
        output.line(what + ", " + bytes + " bytes, " + sorted.length + " times, in microseconds:");
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  min %.1f", micros(0)));
        for (double percent : TOLD) {
            line.append(String.format(Locale.ROOT, ", %s%% %.1f", number(percent), micros(percent)));
        }
        output.line(line.append(String.format(Locale.ROOT, ", max %.1f", micros(HUNDRED))).toString());
    }

    private static String number(double percent) {
        return percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
    }
}
