// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.util.Arrays;

/**
 * How values lie.
 *
 * @param count how many there are
 * @param min the smallest
 * @param lowerQuartile a quarter of them lie below
 * @param median half of them lie below
 * @param upperQuartile a quarter of them lie above
 * @param max the largest
 */
record Spread(int count, double min, double lowerQuartile, double median, double upperQuartile, double max) {

    /**
     * Computes it, quartiles by linear interpolation.
     *
     * @param values at least one
     * @return their spread
     */
    public static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(sorted.length, sorted[0], quantile(sorted, 0.25), quantile(sorted, 0.5),
                quantile(sorted, 0.75), sorted[sorted.length - 1]);
    }

    /**
     * Judges a bound that is to be kept below: decided only where the middle half of the values lies on one side of it.
     *
     * @param limit the bound
     * @return what is asked, and whether it is met
     */
    String under(double limit) {
        String verdict = upperQuartile < limit ? "met" : lowerQuartile >= limit ? "NOT met" : "undecided";
        return "under %.0f: %s".formatted(limit, verdict);
    }

    private static double quantile(double[] sorted, double fraction) {
        double position = fraction * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
