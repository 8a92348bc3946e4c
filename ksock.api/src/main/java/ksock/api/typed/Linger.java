// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct linger}: whether {@code close} waits for what was sent to be taken, and how long.
 *
 * <p>On, with no time: {@code close} drops what was not sent and resets the connection.
 *
 * @param on whether at all
 * @param seconds how long at most, 0 or more
 */
public record Linger(boolean on, int seconds) {

    /** Close returns at once, the host goes on sending. */
    public static final Linger OFF = new Linger(false, 0);

    /** Close resets the connection. */
    public static final Linger RESET = new Linger(true, 0);

    static final int SIZE = 8;

    /**
     * Checks the time.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Linger {
        if (seconds < 0) {
            throw new IllegalArgumentException("a time to linger is 0 seconds or more, not " + seconds);
        }
    }

    static Linger decode(MemorySegment value) {
        int seconds = value.get(ValueLayout.JAVA_INT_UNALIGNED, Integer.BYTES);
        // What C set by an unsigned number beyond ours is longer than anybody waits.
        return new Linger(value.get(ValueLayout.JAVA_INT_UNALIGNED, 0) != 0, seconds < 0 ? Integer.MAX_VALUE : seconds);
    }

    MemorySegment encode() {
        return MemorySegment.ofArray(new int[] {on ? 1 : 0, seconds});
    }
}
