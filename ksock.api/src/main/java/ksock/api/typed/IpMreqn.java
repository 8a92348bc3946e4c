// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import ksock.api.SockAddr;

/**
 * {@code struct ip_mreqn}: an IPv4 multicast group, and the interface it is joined on, left on, or sent through.
 *
 * @param group the group's 32 bits, {@code 0xe0000001} for 224.0.0.1; 0 in {@code IP_MULTICAST_IF}
 * @param address an address of the interface, 0 if the index says which, or the host shall choose
 * @param ifindex the interface's index, 0 if the address says which
 */
public record IpMreqn(int group, int address, int ifindex) {

    static final int SIZE = 12;

    private static final int ADDRESS_SIZE = 4;
    private static final ValueLayout.OfInt NETWORK_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * A group on an interface.
     *
     * @param group the group's address, {@code "239.1.2.3"}
     * @param ifindex the interface's index, 0 lets the host choose
     * @return the group
     * @throws IllegalArgumentException if it is no IPv4 address
     */
    public static IpMreqn of(String group, int ifindex) {
        if (SockAddr.inet(group, 0) instanceof SockAddr.Inet4 inet) {
            return new IpMreqn(inet.address(), 0, ifindex);
        }
        throw new IllegalArgumentException("'" + group + "' is no IPv4 address");
    }

    /** As {@code IP_MULTICAST_IF} is answered, too: by the interface's address alone. */
    static IpMreqn decode(MemorySegment value) {
        if (value.byteSize() < SIZE) {
            return new IpMreqn(0, value.get(NETWORK_INT, 0), 0);
        }
        return new IpMreqn(value.get(NETWORK_INT, 0), value.get(NETWORK_INT, ADDRESS_SIZE),
                value.get(ValueLayout.JAVA_INT_UNALIGNED, 2 * ADDRESS_SIZE));
    }

    MemorySegment encode() {
        MemorySegment value = MemorySegment.ofArray(new byte[SIZE]);
        value.set(NETWORK_INT, 0, group);
        value.set(NETWORK_INT, ADDRESS_SIZE, address);
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 2 * ADDRESS_SIZE, ifindex);
        return value;
    }
}
