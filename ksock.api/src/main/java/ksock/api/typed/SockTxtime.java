// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct sock_txtime}: by which clock {@link ControlTypes#SCM_TXTIME} says when to send.
 *
 * @param clockid the clock's number: 0 the time of day, 1 the monotonic clock, 11 atomic time
 * @param flags {@code SOF_TXTIME_} flags of {@link ksock.api.LinuxNetTstamp}
 */
public record SockTxtime(int clockid, int flags) {

    /** The time of day. */
    public static final int CLOCK_REALTIME = 0;

    /** The time since some moment, without jumps; {@link System#nanoTime} is this one. */
    public static final int CLOCK_MONOTONIC = 1;

    /** Atomic time: that of day, without leap seconds. */
    public static final int CLOCK_TAI = 11;

    static final int SIZE = 8;

    static SockTxtime decode(MemorySegment value) {
        return new SockTxtime(value.get(ValueLayout.JAVA_INT_UNALIGNED, 0),
                value.get(ValueLayout.JAVA_INT_UNALIGNED, Integer.BYTES));
    }

    MemorySegment encode() {
        return MemorySegment.ofArray(new int[] {clockid, flags});
    }
}
