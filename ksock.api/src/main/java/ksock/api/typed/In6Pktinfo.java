// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * {@code struct in6_pktinfo}: where an IPv6 datagram came in and whom it was for; or, sent along, where it is to go out
 * and from which address.
 *
 * @param high the first 64 bits of the local address; to send, an address of zeros lets the host choose
 * @param low the last 64 bits
 * @param ifindex the interface's index; to send, 0 lets routing choose
 */
public record In6Pktinfo(long high, long low, int ifindex) {

    static final int SIZE = 20;

    private static final ValueLayout.OfLong NETWORK_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    static In6Pktinfo decode(MemorySegment value) {
        return new In6Pktinfo(value.get(NETWORK_LONG, 0), value.get(NETWORK_LONG, Long.BYTES),
                value.get(ValueLayout.JAVA_INT_UNALIGNED, 2 * Long.BYTES));
    }

    MemorySegment encode() {
        MemorySegment value = MemorySegment.ofArray(new byte[SIZE]);
        value.set(NETWORK_LONG, 0, high);
        value.set(NETWORK_LONG, Long.BYTES, low);
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 2 * Long.BYTES, ifindex);
        return value;
    }
}
