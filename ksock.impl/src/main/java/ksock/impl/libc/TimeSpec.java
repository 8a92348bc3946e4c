// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** {@code struct timespec}: time_t seconds, long nanoseconds. */
public final class TimeSpec {

    /** Bytes it takes. */
    public static final long SIZE = 16;

    private static final long NANOSECONDS = 8;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private TimeSpec() {
    }

    /** Writes a span of time; a negative one becomes zero. Returns {@code timespec}. */
    public static MemorySegment set(MemorySegment timespec, long nanos) {
        long span = Math.max(0, nanos);
        timespec.set(JAVA_LONG, 0, span / NANOS_PER_SECOND);
        timespec.set(JAVA_LONG, NANOSECONDS, span % NANOS_PER_SECOND);
        return timespec;
    }
}
