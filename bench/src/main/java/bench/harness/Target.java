// SPDX-License-Identifier: Apache-2.0
package bench.harness;

/**
 * A ratio that is stated, and what it should be.
 *
 * @param contender above the line
 * @param peer below it
 * @param measure of what
 * @param bound what it should be at most (time) or at least (rate); NaN if it is only stated
 */
record Target(String contender, String peer, Measure measure, double bound) {

    /** What a ratio is made of. */
    enum Measure {
        /** The time an operation takes: less is better. */
        TIME,
        /** The processor time that an operation takes of all the contender's own processes: less is better. */
        PROCESSOR,
        /** What is done in a second: more is better. */
        RATE
    }

    static Target processorAtMost(String contender, String peer, double bound) {
        return new Target(contender, peer, Measure.PROCESSOR, bound);
    }

    static Target processor(String contender, String peer) {
        return new Target(contender, peer, Measure.PROCESSOR, Double.NaN);
    }

    static Target timeAtMost(String contender, String peer, double bound) {
        return new Target(contender, peer, Measure.TIME, bound);
    }

    static Target time(String contender, String peer) {
        return new Target(contender, peer, Measure.TIME, Double.NaN);
    }

    static Target rateAtLeast(String contender, String peer, double bound) {
        return new Target(contender, peer, Measure.RATE, bound);
    }

    static Target rate(String contender, String peer) {
        return new Target(contender, peer, Measure.RATE, Double.NaN);
    }

    /** The ratio, of times that an operation took. */
    double ratio(double contenderNanos, double peerNanos) {
        return measure == Measure.RATE ? peerNanos / contenderNanos : contenderNanos / peerNanos;
    }

    /** What is asked, and whether it is met: decided only where the middle half of all ratios lies on one side. */
    String verdict(Spread spread) {
        if (Double.isNaN(bound)) {
            return "stated";
        }
        int met = (meets(spread.lowerQuartile()) ? 1 : 0) + (meets(spread.upperQuartile()) ? 1 : 0);
        return "%s %.2f: %s".formatted(measure == Measure.RATE ? "at least" : "at most", bound,
                met == 2 ? "met" : met == 0 ? "NOT met" : "undecided");
    }

    private boolean meets(double ratio) {
        return measure == Measure.RATE ? ratio >= bound : ratio <= bound;
    }

    @Override
    public String toString() {
        return contender + " : " + peer + switch (measure) {
            case TIME -> ", time";
            case PROCESSOR -> ", processor time";
            case RATE -> ", rate";
        };
    }
}
