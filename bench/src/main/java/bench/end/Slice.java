// SPDX-License-Identifier: Apache-2.0
package bench.end;

/**
 * What was done in one go.
 *
 * @param operations how often: round trips, sends, connections
 * @param bytes how many bytes travelled and were seen to arrive
 * @param nanos how long it took
 */
public record Slice(long operations, long bytes, long nanos) {
}
