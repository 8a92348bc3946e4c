// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import ksock.api.ControlType;
import ksock.api.LinuxNetlink;
import ksock.api.NetinetIn;
import ksock.api.SysSocket;

/**
 * Control messages with their types; to be used in {@link ksock.api.ControlBuffer}.
 *
 * <p>To send one that is only received is EINVAL, as the host has it.
 */
public final class ControlTypes {

    /**
     * Who sent it, over a UNIX or netlink socket with {@link SocketOptions#SO_PASSCRED}. To send as another needs a
     * privilege.
     */
    public static final ControlType<Ucred> SCM_CREDENTIALS =
            ControlType.of("SCM_CREDENTIALS", SysSocket.SOL_SOCKET, SysSocket.SCM_CREDENTIALS, Ucred.SIZE,
            Ucred::decode, Ucred::encode);

    /** When it came, in microseconds. Only received. */
    public static final ControlType<Instant> SCM_TIMESTAMP =
            ControlType.of("SCM_TIMESTAMP", SysSocket.SOL_SOCKET, SysSocket.SCM_TIMESTAMP, Timeval.SIZE,
            Timeval::instantOfMicros, Timeval::encodeMicros);

    /** When it came, in nanoseconds. Only received. */
    public static final ControlType<Instant> SCM_TIMESTAMPNS =
            ControlType.of("SCM_TIMESTAMPNS", SysSocket.SOL_SOCKET, SysSocket.SCM_TIMESTAMPNS, Timeval.SIZE,
            Timeval::instantOfNanos, Timeval::encodeNanos);

    /** How many were dropped before it, modulo 2^32. Only received. */
    public static final ControlType<Long> SO_RXQ_OVFL =
            ControlType.of("SO_RXQ_OVFL", SysSocket.SOL_SOCKET, SysSocket.SO_RXQ_OVFL, Integer.BYTES,
            data -> Integer.toUnsignedLong(data.get(ValueLayout.JAVA_INT_UNALIGNED, 0)),
            value -> MemorySegment.ofArray(new int[] {value.intValue()}));

    /** Where it came in or is to go out, and its addresses. */
    public static final ControlType<InPktinfo> IP_PKTINFO =
            ControlType.of("IP_PKTINFO", NetinetIn.IPPROTO_IP, NetinetIn.IP_PKTINFO, InPktinfo.SIZE,
            InPktinfo::decode, InPktinfo::encode);

    /** Its hops. */
    public static final ControlType<Integer> IP_TTL =
            ControlType.ofInt("IP_TTL", NetinetIn.IPPROTO_IP, NetinetIn.IP_TTL);

    /** Its type of service, 0 to 255. */
    public static final ControlType<Integer> IP_TOS =
            ControlType.of("IP_TOS", NetinetIn.IPPROTO_IP, NetinetIn.IP_TOS, 1,
            data -> Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, 0)),
            value -> MemorySegment.ofArray(new int[] {value}));

    /** What {@code MSG_ERRQUEUE} takes off an IPv4 socket. Only received. */
    public static final ControlType<SockExtendedErr> IP_RECVERR =
            ControlType.of("IP_RECVERR", NetinetIn.IPPROTO_IP, NetinetIn.IP_RECVERR, SockExtendedErr.SIZE,
            SockExtendedErr::decode, SockExtendedErr::encode);

    /** Where it came in or is to go out, and its local address. */
    public static final ControlType<In6Pktinfo> IPV6_PKTINFO =
            ControlType.of("IPV6_PKTINFO", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_PKTINFO, In6Pktinfo.SIZE,
            In6Pktinfo::decode, In6Pktinfo::encode);

    /** Its hops. */
    public static final ControlType<Integer> IPV6_HOPLIMIT =
            ControlType.ofInt("IPV6_HOPLIMIT", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_HOPLIMIT);

    /** Its traffic class, 0 to 255. */
    public static final ControlType<Integer> IPV6_TCLASS =
            ControlType.ofInt("IPV6_TCLASS", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_TCLASS);

    /** What {@code MSG_ERRQUEUE} takes off an IPv6 socket. Only received. */
    public static final ControlType<SockExtendedErr> IPV6_RECVERR =
            ControlType.of("IPV6_RECVERR", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_RECVERR, SockExtendedErr.SIZE,
            SockExtendedErr::decode, SockExtendedErr::encode);

    /** The group it was sent to, unsigned, 0 for none. Only received. */
    public static final ControlType<Integer> NETLINK_PKTINFO =
            ControlType.of("NETLINK_PKTINFO", SysSocket.SOL_NETLINK, LinuxNetlink.NETLINK_PKTINFO, Integer.BYTES,
            data -> data.get(ValueLayout.JAVA_INT_UNALIGNED, 0), value -> MemorySegment.ofArray(new int[] {value}));

    private ControlTypes() {
    }
}
