// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * An array of {@code struct epoll_event}: u32 events, u64 data. It is packed on x86-64 (12 bytes) and padded on aarch64
 * (16 bytes, data at 8).
 */
public final class EpollEvents {

    /** Bytes an element takes. */
    public static final long SIZE = Linux.X86_64 ? 12 : 16;

    private static final long DATA = Linux.X86_64 ? 4 : 8;

    private EpollEvents() {
    }

    /** The events of element {@code index}: a set of {@code EPOLL*}. */
    public static int events(MemorySegment array, int index) {
        return array.get(JAVA_INT, index * SIZE);
    }

    /** The data of element {@code index}, as {@link #set} gave it to the kernel. */
    public static long data(MemorySegment array, int index) {
        return array.get(JAVA_LONG_UNALIGNED, index * SIZE + DATA);
    }

    /** Writes element 0, for {@link EpollCalls#epollCtl}. */
    public static void set(MemorySegment event, int events, long data) {
        event.set(JAVA_INT, 0, events);
        event.set(JAVA_LONG_UNALIGNED, DATA, data);
    }
}
