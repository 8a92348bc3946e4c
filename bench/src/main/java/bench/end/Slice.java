// SPDX-License-Identifier: Apache-2.0
package bench.end;

/**
 * What was done in one go.
 *
 * @param operations how often: round trips, sends, connections
 * @param bytes how many bytes travelled and were seen to arrive
 * @param nanos how long it took
 * @param tailNanos what 999 of 1,000 operations stayed below, in nanoseconds; 0 where that is not measured
 */
public record Slice(long operations, long bytes, long nanos, long tailNanos) {

    /** Makes one without a measured tail. */
    public Slice(long operations, long bytes, long nanos) {
        this(operations, bytes, nanos, 0);
    }
}
