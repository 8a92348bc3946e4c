// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * {@code struct scm_timestamping}: when a message came, or was sent; of the two, what was asked for and is known.
 *
 * @param software the host's time, {@code null} if there is none
 * @param hardware the device's time, by its own clock; {@code null} if there is none
 */
public record ScmTimestamping(Instant software, Instant hardware) {

    static final int SIZE = 3 * Timeval.SIZE;

    static ScmTimestamping decode(MemorySegment value) {
        return new ScmTimestamping(at(value, 0), at(value, 2));
    }

    MemorySegment encode() {
        MemorySegment value = MemorySegment.ofArray(new long[6]);
        put(value, 0, software);
        put(value, 2, hardware);
        return value;
    }

    private static Instant at(MemorySegment value, int index) {
        Instant time = Timeval.instantOfNanos(value.asSlice((long) index * Timeval.SIZE, Timeval.SIZE));
        return time.equals(Instant.EPOCH) ? null : time;
    }

    private static void put(MemorySegment value, int index, Instant time) {
        if (time != null) {
            value.asSlice((long) index * Timeval.SIZE, Timeval.SIZE).copyFrom(Timeval.encodeNanos(time));
        }
    }
}
