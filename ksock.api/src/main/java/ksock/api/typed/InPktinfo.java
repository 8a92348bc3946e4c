// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * {@code struct in_pktinfo}: where an IPv4 datagram came in and whom it was for; or, sent along, where it is to go out
 * and from which address.
 *
 * @param ifindex the interface's index; to send, 0 lets routing choose
 * @param local the local address' 32 bits: received at, or to be sent from; to send, 0 lets the host choose
 * @param destination the destination address' 32 bits in the header; not used to send
 */
public record InPktinfo(int ifindex, int local, int destination) {

    static final int SIZE = 12;

    private static final ValueLayout.OfInt NETWORK_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    static InPktinfo decode(MemorySegment value) {
        return new InPktinfo(value.get(ValueLayout.JAVA_INT_UNALIGNED, 0), value.get(NETWORK_INT, 4),
                value.get(NETWORK_INT, 8));
    }

    MemorySegment encode() {
        MemorySegment value = MemorySegment.ofArray(new byte[SIZE]);
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, ifindex);
        value.set(NETWORK_INT, 4, local);
        value.set(NETWORK_INT, 8, destination);
        return value;
    }
}
