// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import ksock.api.NetinetIn;
import ksock.api.SocketOption;

/**
 * The options of {@code IPPROTO_IP} and {@code IPPROTO_IPV6} with their types; to be used in {@code getsockopt} and
 * {@code setsockopt}.
 */
public final class IpOptions {

    /** The type of service of what is sent, 0 to 255. */
    public static final SocketOption<Integer> IP_TOS =
            SocketOption.ofInt("IP_TOS", NetinetIn.IPPROTO_IP, NetinetIn.IP_TOS);

    /** Hops of what is sent, 1 to 255; -1 for the system's. */
    public static final SocketOption<Integer> IP_TTL =
            SocketOption.ofInt("IP_TTL", NetinetIn.IPPROTO_IP, NetinetIn.IP_TTL);

    /** Bytes; the known MTU of the path to the peer; read only. */
    public static final SocketOption<Integer> IP_MTU =
            SocketOption.ofInt("IP_MTU", NetinetIn.IPPROTO_IP, NetinetIn.IP_MTU);

    /** Whether the path's MTU is looked for: 0 never, 1 as it goes, 2 always, 3 and what is found is not used. */
    public static final SocketOption<Integer> IP_MTU_DISCOVER =
            SocketOption.ofInt("IP_MTU_DISCOVER", NetinetIn.IPPROTO_IP, NetinetIn.IP_MTU_DISCOVER);

    /** The sender writes the IP header. */
    public static final SocketOption<Boolean> IP_HDRINCL =
            SocketOption.ofBoolean("IP_HDRINCL", NetinetIn.IPPROTO_IP, NetinetIn.IP_HDRINCL);

    /** A bind may take an address that is not there yet. */
    public static final SocketOption<Boolean> IP_FREEBIND =
            SocketOption.ofBoolean("IP_FREEBIND", NetinetIn.IPPROTO_IP, NetinetIn.IP_FREEBIND);

    /** A bind may take foreign addresses; needs CAP_NET_ADMIN. */
    public static final SocketOption<Boolean> IP_TRANSPARENT =
            SocketOption.ofBoolean("IP_TRANSPARENT", NetinetIn.IPPROTO_IP, NetinetIn.IP_TRANSPARENT);

    /** Errors go to the error queue. */
    public static final SocketOption<Boolean> IP_RECVERR =
            SocketOption.ofBoolean("IP_RECVERR", NetinetIn.IPPROTO_IP, NetinetIn.IP_RECVERR);

    /** Datagrams carry {@link ControlTypes#IP_PKTINFO}. */
    public static final SocketOption<Boolean> IP_PKTINFO =
            SocketOption.ofBoolean("IP_PKTINFO", NetinetIn.IPPROTO_IP, NetinetIn.IP_PKTINFO);

    /** Datagrams carry {@link ControlTypes#IP_TTL}. */
    public static final SocketOption<Boolean> IP_RECVTTL =
            SocketOption.ofBoolean("IP_RECVTTL", NetinetIn.IPPROTO_IP, NetinetIn.IP_RECVTTL);

    /** Datagrams carry {@link ControlTypes#IP_TOS}. */
    public static final SocketOption<Boolean> IP_RECVTOS =
            SocketOption.ofBoolean("IP_RECVTOS", NetinetIn.IPPROTO_IP, NetinetIn.IP_RECVTOS);

    /** Hops of multicasts sent, 0 to 255; -1 for 1. */
    public static final SocketOption<Integer> IP_MULTICAST_TTL =
            SocketOption.ofInt("IP_MULTICAST_TTL", NetinetIn.IPPROTO_IP, NetinetIn.IP_MULTICAST_TTL);

    /** Whether this machine gets the multicasts it sends. */
    public static final SocketOption<Boolean> IP_MULTICAST_LOOP =
            SocketOption.ofBoolean("IP_MULTICAST_LOOP", NetinetIn.IPPROTO_IP, NetinetIn.IP_MULTICAST_LOOP);

    /** Through which interface multicasts go; read, it is the address alone. */
    public static final SocketOption<IpMreqn> IP_MULTICAST_IF =
            SocketOption.of("IP_MULTICAST_IF", NetinetIn.IPPROTO_IP, NetinetIn.IP_MULTICAST_IF, Integer.BYTES,
                    IpMreqn.SIZE, IpMreqn::decode,
            IpMreqn::encode);

    /** Joins a group; write only. */
    public static final SocketOption<IpMreqn> IP_ADD_MEMBERSHIP =
            SocketOption.of("IP_ADD_MEMBERSHIP", NetinetIn.IPPROTO_IP, NetinetIn.IP_ADD_MEMBERSHIP, IpMreqn.SIZE,
                    IpMreqn::decode,
            IpMreqn::encode);

    /** Leaves a group; write only. */
    public static final SocketOption<IpMreqn> IP_DROP_MEMBERSHIP =
            SocketOption.of("IP_DROP_MEMBERSHIP", NetinetIn.IPPROTO_IP, NetinetIn.IP_DROP_MEMBERSHIP, IpMreqn.SIZE,
                    IpMreqn::decode,
            IpMreqn::encode);

    /** Joins a group for what one source sends to it, further sources one by one; write only. */
    public static final SocketOption<IpMreqSource> IP_ADD_SOURCE_MEMBERSHIP =
            source("IP_ADD_SOURCE_MEMBERSHIP", NetinetIn.IP_ADD_SOURCE_MEMBERSHIP);

    /** Ends what {@link #IP_ADD_SOURCE_MEMBERSHIP} began; with its last source the group is left; write only. */
    public static final SocketOption<IpMreqSource> IP_DROP_SOURCE_MEMBERSHIP =
            source("IP_DROP_SOURCE_MEMBERSHIP", NetinetIn.IP_DROP_SOURCE_MEMBERSHIP);

    /** Leaves out one source of a group that was joined by {@link #IP_ADD_MEMBERSHIP}; write only. */
    public static final SocketOption<IpMreqSource> IP_BLOCK_SOURCE =
            source("IP_BLOCK_SOURCE", NetinetIn.IP_BLOCK_SOURCE);

    /** Ends {@link #IP_BLOCK_SOURCE}; write only. */
    public static final SocketOption<IpMreqSource> IP_UNBLOCK_SOURCE =
            source("IP_UNBLOCK_SOURCE", NetinetIn.IP_UNBLOCK_SOURCE);

    /** No IPv4 through mapped addresses; before bind. */
    public static final SocketOption<Boolean> IPV6_V6ONLY =
            SocketOption.ofBoolean("IPV6_V6ONLY", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_V6ONLY);

    /** Hops of what is sent, 0 to 255; -1 for the system's. */
    public static final SocketOption<Integer> IPV6_UNICAST_HOPS =
            SocketOption.ofInt("IPV6_UNICAST_HOPS", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_UNICAST_HOPS);

    /** The traffic class of what is sent, 0 to 255; -1 for the system's. */
    public static final SocketOption<Integer> IPV6_TCLASS =
            SocketOption.ofInt("IPV6_TCLASS", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_TCLASS);

    /** Bytes; the known MTU of the path to the peer. */
    public static final SocketOption<Integer> IPV6_MTU =
            SocketOption.ofInt("IPV6_MTU", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_MTU);

    /** Errors go to the error queue. */
    public static final SocketOption<Boolean> IPV6_RECVERR =
            SocketOption.ofBoolean("IPV6_RECVERR", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_RECVERR);

    /** Datagrams carry {@link ControlTypes#IPV6_PKTINFO}. */
    public static final SocketOption<Boolean> IPV6_RECVPKTINFO =
            SocketOption.ofBoolean("IPV6_RECVPKTINFO", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_RECVPKTINFO);

    /** Datagrams carry {@link ControlTypes#IPV6_HOPLIMIT}. */
    public static final SocketOption<Boolean> IPV6_RECVHOPLIMIT =
            SocketOption.ofBoolean("IPV6_RECVHOPLIMIT", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_RECVHOPLIMIT);

    /** Datagrams carry {@link ControlTypes#IPV6_TCLASS}. */
    public static final SocketOption<Boolean> IPV6_RECVTCLASS =
            SocketOption.ofBoolean("IPV6_RECVTCLASS", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_RECVTCLASS);

    /** The index of the interface that multicasts go through, 0 for routing to choose. */
    public static final SocketOption<Integer> IPV6_MULTICAST_IF =
            SocketOption.ofInt("IPV6_MULTICAST_IF", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_MULTICAST_IF);

    /** Hops of multicasts sent, 0 to 255; -1 for 1. */
    public static final SocketOption<Integer> IPV6_MULTICAST_HOPS =
            SocketOption.ofInt("IPV6_MULTICAST_HOPS", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_MULTICAST_HOPS);

    /** Whether this machine gets the multicasts it sends. */
    public static final SocketOption<Boolean> IPV6_MULTICAST_LOOP =
            SocketOption.ofBoolean("IPV6_MULTICAST_LOOP", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_MULTICAST_LOOP);

    /** Joins a group; write only. */
    public static final SocketOption<Ipv6Mreq> IPV6_JOIN_GROUP =
            SocketOption.of("IPV6_JOIN_GROUP", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_JOIN_GROUP, Ipv6Mreq.SIZE,
                    Ipv6Mreq::decode,
            Ipv6Mreq::encode);

    /** Leaves a group; write only. */
    public static final SocketOption<Ipv6Mreq> IPV6_LEAVE_GROUP =
            SocketOption.of("IPV6_LEAVE_GROUP", NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_LEAVE_GROUP, Ipv6Mreq.SIZE,
                    Ipv6Mreq::decode,
            Ipv6Mreq::encode);

    /** Joins an IPv6 group for what one source sends to it, further sources one by one; write only. */
    public static final SocketOption<GroupSourceReq> MCAST_JOIN_SOURCE_GROUP =
            source6("MCAST_JOIN_SOURCE_GROUP", NetinetIn.MCAST_JOIN_SOURCE_GROUP);

    /** Ends what {@link #MCAST_JOIN_SOURCE_GROUP} began; with its last source the group is left; write only. */
    public static final SocketOption<GroupSourceReq> MCAST_LEAVE_SOURCE_GROUP =
            source6("MCAST_LEAVE_SOURCE_GROUP", NetinetIn.MCAST_LEAVE_SOURCE_GROUP);

    /** Leaves out one source of an IPv6 group that was joined by {@link #IPV6_JOIN_GROUP}; write only. */
    public static final SocketOption<GroupSourceReq> MCAST_BLOCK_SOURCE =
            source6("MCAST_BLOCK_SOURCE", NetinetIn.MCAST_BLOCK_SOURCE);

    /** Ends {@link #MCAST_BLOCK_SOURCE}; write only. */
    public static final SocketOption<GroupSourceReq> MCAST_UNBLOCK_SOURCE =
            source6("MCAST_UNBLOCK_SOURCE", NetinetIn.MCAST_UNBLOCK_SOURCE);

    private IpOptions() {
    }

    private static SocketOption<IpMreqSource> source(String name, int number) {
        return SocketOption.of(name, NetinetIn.IPPROTO_IP, number, IpMreqSource.SIZE, IpMreqSource::decode,
                IpMreqSource::encode);
    }

    private static SocketOption<GroupSourceReq> source6(String name, int number) {
        return SocketOption.of(name, NetinetIn.IPPROTO_IPV6, number, GroupSourceReq.SIZE, GroupSourceReq::decode,
                GroupSourceReq::encode);
    }
}
