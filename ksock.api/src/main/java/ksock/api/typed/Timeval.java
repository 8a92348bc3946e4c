// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.Instant;

/** {@code struct timeval} and {@code struct timespec}: seconds, and micro- or nanoseconds, both long. */
final class Timeval {

    static final int SIZE = 16;

    private static final int NANOS_PER_MICRO = 1_000;
    private static final int MICROS_PER_SECOND = 1_000_000;

    private Timeval() {
    }

    static Duration decode(MemorySegment value) {
        return Duration.ofSeconds(seconds(value), fraction(value) * NANOS_PER_MICRO);
    }

    /**
     * Rounded away from zero to microseconds: the little that is left, or lacking, must not become none, which means
     * without end.
     */
    static MemorySegment encode(Duration time) {
        long seconds = time.getSeconds();
        long nanos = time.getNano();
        long micros = (seconds < 0 ? nanos : nanos + NANOS_PER_MICRO - 1) / NANOS_PER_MICRO;
        if (micros == MICROS_PER_SECOND && seconds < Long.MAX_VALUE) {
            return MemorySegment.ofArray(new long[] {seconds + 1, 0});
        }
        return MemorySegment.ofArray(new long[] {seconds, Math.min(micros, MICROS_PER_SECOND - 1)});
    }

    static Instant instantOfMicros(MemorySegment value) {
        return Instant.ofEpochSecond(seconds(value), fraction(value) * NANOS_PER_MICRO);
    }

    static Instant instantOfNanos(MemorySegment value) {
        return Instant.ofEpochSecond(seconds(value), fraction(value));
    }

    static MemorySegment encodeMicros(Instant time) {
        return MemorySegment.ofArray(new long[] {time.getEpochSecond(), time.getNano() / NANOS_PER_MICRO});
    }

    static MemorySegment encodeNanos(Instant time) {
        return MemorySegment.ofArray(new long[] {time.getEpochSecond(), time.getNano()});
    }

    private static long seconds(MemorySegment value) {
        return value.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    private static long fraction(MemorySegment value) {
        return value.get(ValueLayout.JAVA_LONG_UNALIGNED, Long.BYTES);
    }
}
