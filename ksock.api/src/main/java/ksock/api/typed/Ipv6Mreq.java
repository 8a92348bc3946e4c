// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import ksock.api.SockAddr;

/**
 * {@code struct ipv6_mreq}: an IPv6 multicast group, and the interface it is joined or left on.
 *
 * @param high the first 64 bits of the group's address
 * @param low the last 64 bits
 * @param ifindex the interface's index, 0 lets the host choose
 */
public record Ipv6Mreq(long high, long low, int ifindex) {

    static final int SIZE = 20;

    private static final ValueLayout.OfLong NETWORK_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * A group on an interface.
     *
     * @param group the group's address, {@code "ff02::1"}
     * @param ifindex the interface's index, 0 lets the host choose
     * @return the group
     * @throws IllegalArgumentException if it is no IPv6 address
     */
    public static Ipv6Mreq of(String group, int ifindex) {
        if (SockAddr.inet(group, 0) instanceof SockAddr.Inet6 inet) {
            return new Ipv6Mreq(inet.high(), inet.low(), ifindex);
        }
        throw new IllegalArgumentException("'" + group + "' is no IPv6 address");
    }

    static Ipv6Mreq decode(MemorySegment value) {
        return new Ipv6Mreq(value.get(NETWORK_LONG, 0), value.get(NETWORK_LONG, Long.BYTES),
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
