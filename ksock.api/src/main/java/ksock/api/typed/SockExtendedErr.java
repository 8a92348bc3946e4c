// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import ksock.api.Errno;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;

/**
 * {@code struct sock_extended_err}: a message of the error queue ({@code IP_RECVERR}, {@code MSG_ERRQUEUE}).
 *
 * @param errno the error number, 0 where it is no error but a notice
 * @param origin who says so: one of the {@code SO_EE_ORIGIN_} constants
 * @param type the type of the ICMP message
 * @param code its code
 * @param info the path's MTU of EMSGSIZE; the first of the sends that {@code MSG_ZEROCOPY} has done with
 * @param data the last of these
 * @param offender whose the error is, {@code null} if that is not known
 */
public record SockExtendedErr(int errno, int origin, int type, int code, int info, int data, SockAddr offender) {

    /** The error is not from the network. */
    public static final int SO_EE_ORIGIN_NONE = 0;

    /** This machine says so. */
    public static final int SO_EE_ORIGIN_LOCAL = 1;

    /** ICMP says so. */
    public static final int SO_EE_ORIGIN_ICMP = 2;

    /** ICMPv6 says so. */
    public static final int SO_EE_ORIGIN_ICMP6 = 3;

    /** Timestamps of what was sent. */
    public static final int SO_EE_ORIGIN_TIMESTAMPING = 4;

    /** Memory that was sent with {@code MSG_ZEROCOPY} is free again. */
    public static final int SO_EE_ORIGIN_ZEROCOPY = 5;

    static final int SIZE = 16;

    /** {@return the error, {@link Errno#UNKNOWN} if its number has no name} */
    public Errno error() {
        return Errno.of(errno);
    }

    static SockExtendedErr decode(MemorySegment value) {
        SockAddrBuffer offender = new SockAddrBuffer();
        long room = Math.min(value.byteSize() - SIZE, SockAddrBuffer.CAPACITY);
        MemorySegment.copy(value, SIZE, offender.segment(), 0, room);
        offender.length((int) room);
        return new SockExtendedErr(value.get(ValueLayout.JAVA_INT_UNALIGNED, 0), unsignedByte(value, 4),
                unsignedByte(value, 5), unsignedByte(value, 6), value.get(ValueLayout.JAVA_INT_UNALIGNED, 8),
                value.get(ValueLayout.JAVA_INT_UNALIGNED, 12), offender.family() == 0 ? null : offender.get());
    }

    /** Without the offender. */
    MemorySegment encode() {
        MemorySegment value = MemorySegment.ofArray(new byte[SIZE]);
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, errno);
        value.set(ValueLayout.JAVA_BYTE, 4, (byte) origin);
        value.set(ValueLayout.JAVA_BYTE, 5, (byte) type);
        value.set(ValueLayout.JAVA_BYTE, 6, (byte) code);
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 8, info);
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 12, data);
        return value;
    }

    private static int unsignedByte(MemorySegment value, long at) {
        return Byte.toUnsignedInt(value.get(ValueLayout.JAVA_BYTE, at));
    }
}
