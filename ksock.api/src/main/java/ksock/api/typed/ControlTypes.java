// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import ksock.api.ControlType;
import ksock.api.LinuxNetlink;
import ksock.api.NetinetIn;
import ksock.api.NetinetTcp;
import ksock.api.NetinetUdp;
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

    /** When it came, or, from the error queue, was sent; by {@link SocketOptions#SO_TIMESTAMPING}. Only received. */
    public static final ControlType<ScmTimestamping> SCM_TIMESTAMPING =
            ControlType.of("SCM_TIMESTAMPING", SysSocket.SOL_SOCKET, SysSocket.SCM_TIMESTAMPING, ScmTimestamping.SIZE,
            ScmTimestamping::decode, ScmTimestamping::encode);

    /** When to send it: nanoseconds of the clock that {@link SocketOptions#SO_TXTIME} names. Only sent. */
    public static final ControlType<Long> SCM_TXTIME =
            ControlType.of("SCM_TXTIME", SysSocket.SOL_SOCKET, SysSocket.SCM_TXTIME, Long.BYTES,
            data -> data.get(ValueLayout.JAVA_LONG_UNALIGNED, 0),
            value -> MemorySegment.ofArray(new long[] {value}));

    /** Its routing mark. To send it needs CAP_NET_ADMIN. */
    public static final ControlType<Integer> SO_MARK =
            ControlType.ofInt("SO_MARK", SysSocket.SOL_SOCKET, SysSocket.SO_MARK);

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

    /** Bytes: what is sent is parted into datagrams of this length, 1 to 65535. Only sent. */
    public static final ControlType<Integer> UDP_SEGMENT =
            ControlType.of("UDP_SEGMENT", NetinetIn.IPPROTO_UDP, NetinetUdp.UDP_SEGMENT, Short.BYTES,
            data -> Short.toUnsignedInt(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0)),
            value -> MemorySegment.ofArray(new short[] {value.shortValue()}));

    /** Bytes: the length of each datagram of which it was put together; there is none if it is one. Only received. */
    public static final ControlType<Integer> UDP_GRO =
            ControlType.ofInt("UDP_GRO", NetinetIn.IPPROTO_UDP, NetinetUdp.UDP_GRO);

    /** Bytes that are left to receive. Only received. */
    public static final ControlType<Integer> TCP_CM_INQ =
            ControlType.ofInt("TCP_CM_INQ", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_CM_INQ);

    /** The group it was sent to, unsigned, 0 for none. Only received. */
    public static final ControlType<Integer> NETLINK_PKTINFO =
            ControlType.of("NETLINK_PKTINFO", SysSocket.SOL_NETLINK, LinuxNetlink.NETLINK_PKTINFO, Integer.BYTES,
            data -> data.get(ValueLayout.JAVA_INT_UNALIGNED, 0), value -> MemorySegment.ofArray(new int[] {value}));

    private ControlTypes() {
    }
}
