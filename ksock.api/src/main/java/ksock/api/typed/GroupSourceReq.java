// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import ksock.api.SockAddr;
import ksock.api.SysSocket;

/**
 * {@code struct group_source_req}: an IPv6 multicast group, the interface that it is joined on, and one of those who
 * send to it.
 *
 * @param ifindex the interface's index, 0 lets the host choose
 * @param group the group, its port of no matter
 * @param source who sends, its port of no matter
 */
public record GroupSourceReq(int ifindex, SockAddr.Inet6 group, SockAddr.Inet6 source) {

    /** As on every host of 64 bits: each address in a sockaddr_storage, which is aligned to 8. */
    static final int SIZE = 264;

    private static final int GROUP = 8;
    private static final int SOURCE = 136;
    // Within a struct sockaddr_in6.
    private static final int PORT = 2;
    private static final int FLOW = 4;
    private static final int HIGH = 8;
    private static final int LOW = 16;
    private static final int SCOPE = 24;

    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * One source of a group, on an interface.
     *
     * @param group the group's address, {@code "ff35::1"}
     * @param source the address of who sends
     * @param ifindex the interface's index, 0 lets the host choose
     * @return the three
     * @throws IllegalArgumentException if one of the two is no IPv6 address
     */
    public static GroupSourceReq of(String group, String source, int ifindex) {
        return new GroupSourceReq(ifindex, inet6(group), inet6(source));
    }

    private static SockAddr.Inet6 inet6(String address) {
        if (SockAddr.inet(address, 0) instanceof SockAddr.Inet6 inet) {
            return inet;
        }
        throw new IllegalArgumentException("'" + address + "' is no IPv6 address");
    }

    static GroupSourceReq decode(MemorySegment value) {
        return new GroupSourceReq(value.get(ValueLayout.JAVA_INT_UNALIGNED, 0), address(value, GROUP),
                address(value, SOURCE));
    }

    MemorySegment encode() {
        MemorySegment value = MemorySegment.ofArray(new byte[SIZE]);
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, ifindex);
        put(value, GROUP, group);
        put(value, SOURCE, source);
        return value;
    }

    private static SockAddr.Inet6 address(MemorySegment value, int at) {
        return new SockAddr.Inet6(value.get(NETWORK_LONG, at + HIGH), value.get(NETWORK_LONG, at + LOW),
                Short.toUnsignedInt(value.get(NETWORK_SHORT, at + PORT)), value.get(NETWORK_INT, at + FLOW),
                value.get(ValueLayout.JAVA_INT_UNALIGNED, at + SCOPE));
    }

    private static void put(MemorySegment value, int at, SockAddr.Inet6 address) {
        value.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) SysSocket.AF_INET6);
        value.set(NETWORK_SHORT, at + PORT, (short) address.port());
        value.set(NETWORK_INT, at + FLOW, address.flowInfo());
        value.set(NETWORK_LONG, at + HIGH, address.high());
        value.set(NETWORK_LONG, at + LOW, address.low());
        value.set(ValueLayout.JAVA_INT_UNALIGNED, at + SCOPE, address.scopeId());
    }
}
