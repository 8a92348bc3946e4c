// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/** An array of {@code struct pollfd}: int fd, short events, short revents. */
public final class PollFds {

    /** Bytes an element takes. */
    public static final long SIZE = 8;

    private static final long EVENTS = 4;
    private static final long REVENTS = 6;

    private PollFds() {
    }

    /** Writes element {@code index}, with no events returned yet. A negative {@code fd} is one the kernel skips. */
    public static void set(MemorySegment array, int index, int fd, int events) {
        array.set(JAVA_INT, index * SIZE, fd);
        array.set(JAVA_SHORT, index * SIZE + EVENTS, (short) events);
        array.set(JAVA_SHORT, index * SIZE + REVENTS, (short) 0);
    }

    /** What the kernel found at element {@code index}. */
    public static int revents(MemorySegment array, int index) {
        return Short.toUnsignedInt(array.get(JAVA_SHORT, index * SIZE + REVENTS));
    }
}
