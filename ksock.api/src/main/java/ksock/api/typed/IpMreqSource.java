// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import ksock.api.SockAddr;

/**
 * {@code struct ip_mreq_source}: an IPv4 multicast group, the interface that it is joined on, and one of those who send
 * to it.
 *
 * @param group the group's 32 bits, {@code 0xe8000001} for 232.0.0.1
 * @param address an address of the interface, 0 lets the host choose
 * @param source the address of who sends
 */
public record IpMreqSource(int group, int address, int source) {

    static final int SIZE = 12;

    private static final int ADDRESS_SIZE = 4;
    private static final ValueLayout.OfInt NETWORK_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * One source of a group, on an interface.
     *
     * @param group the group's address, {@code "232.1.2.3"}
     * @param address an address of the interface, {@code "0.0.0.0"} lets the host choose
     * @param source the address of who sends
     * @return the three
     * @throws IllegalArgumentException if one of them is no IPv4 address
     */
    public static IpMreqSource of(String group, String address, String source) {
        return new IpMreqSource(number(group), number(address), number(source));
    }

    private static int number(String address) {
        if (SockAddr.inet(address, 0) instanceof SockAddr.Inet4 inet) {
            return inet.address();
        }
        throw new IllegalArgumentException("'" + address + "' is no IPv4 address");
    }

    static IpMreqSource decode(MemorySegment value) {
        return new IpMreqSource(value.get(NETWORK_INT, 0), value.get(NETWORK_INT, ADDRESS_SIZE),
                value.get(NETWORK_INT, 2 * ADDRESS_SIZE));
    }

    MemorySegment encode() {
        MemorySegment value = MemorySegment.ofArray(new byte[SIZE]);
        value.set(NETWORK_INT, 0, group);
        value.set(NETWORK_INT, ADDRESS_SIZE, address);
        value.set(NETWORK_INT, 2 * ADDRESS_SIZE, source);
        return value;
    }
}
