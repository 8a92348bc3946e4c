// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.util.function.ToDoubleFunction;

/**
 * What a contender's own figure must stay under, whatever its peers do.
 *
 * @param contender whose
 * @param what is measured, and its unit
 * @param bound what it must stay under
 * @param value takes it from a turn
 */
record Limit(String contender, String what, double bound, ToDoubleFunction<Turns.Turn> value) {

    /** The time that all operations of a turn take together. */
    static Limit millisForAll(String contender, double bound) {
        return new Limit(contender, "ms for all", bound, turn -> turn.slice().nanos() / 1e6);
    }

    /** The time that one operation takes. */
    static Limit nanosEach(String contender, double bound) {
        return new Limit(contender, "ns", bound, Turns.Turn::nanosAnOperation);
    }

    /** The time that 999 of 1,000 operations stay below. */
    static Limit tailMillis(String contender, double bound) {
        return new Limit(contender, "ms, 99.9 %", bound, turn -> turn.slice().tailNanos() / 1e6);
    }
}
