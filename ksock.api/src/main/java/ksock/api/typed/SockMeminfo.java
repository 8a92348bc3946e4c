// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What {@code SO_MEMINFO} tells: the memory that a socket uses, in bytes as the host counts them, which is more than
 * the data.
 *
 * @param rmemAlloc received and not yet taken
 * @param rcvbuf the most of it, as {@code SO_RCVBUF} gives it
 * @param wmemAlloc sent and on its way to the device
 * @param sndbuf the most to be sent, as {@code SO_SNDBUF} gives it
 * @param fwdAlloc set aside for what comes next
 * @param wmemQueued sent and still kept, on its way or not acknowledged
 * @param optmem of options, filters and memberships
 * @param backlog came while the socket was busy, and waits to be looked at
 * @param drops how many messages were dropped, modulo 2^32
 */
public record SockMeminfo(long rmemAlloc, long rcvbuf, long wmemAlloc, long sndbuf, long fwdAlloc, long wmemQueued,
        long optmem, long backlog, long drops) {

    static final int SIZE = 9 * Integer.BYTES;

    static SockMeminfo decode(MemorySegment value) {
        return new SockMeminfo(at(value, 0), at(value, 1), at(value, 2), at(value, 3), at(value, 4), at(value, 5),
                at(value, 6), at(value, 7), at(value, 8));
    }

    MemorySegment encode() {
        return MemorySegment.ofArray(new int[] {(int) rmemAlloc, (int) rcvbuf, (int) wmemAlloc, (int) sndbuf,
            (int) fwdAlloc, (int) wmemQueued, (int) optmem, (int) backlog, (int) drops});
    }

    private static long at(MemorySegment value, int index) {
        return Integer.toUnsignedLong(value.get(ValueLayout.JAVA_INT_UNALIGNED, (long) index * Integer.BYTES));
    }
}
