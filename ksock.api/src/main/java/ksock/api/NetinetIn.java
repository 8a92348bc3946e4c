// SPDX-License-Identifier: Apache-2.0
package ksock.api;

/**
 * The names of {@code <netinet/in.h>}: Internet protocols, addresses, options of IP and IPv6.
 *
 * <p>Addresses are in host byte order, as {@link SockAddr.Inet4} takes them.
 */
public final class NetinetIn {

    /** Chosen by the socket type. */
    public static final int IPPROTO_IP = 0;

    /** ICMP. */
    public static final int IPPROTO_ICMP = 1;

    /** TCP. */
    public static final int IPPROTO_TCP = 6;

    /** UDP. */
    public static final int IPPROTO_UDP = 17;

    /** IPv6. */
    public static final int IPPROTO_IPV6 = 41;

    /** ICMPv6. */
    public static final int IPPROTO_ICMPV6 = 58;

    /** SCTP. */
    public static final int IPPROTO_SCTP = 132;

    /** UDP-Lite. */
    public static final int IPPROTO_UDPLITE = 136;

    /** Raw IP packets. */
    public static final int IPPROTO_RAW = 255;

    /** Multipath TCP. */
    public static final int IPPROTO_MPTCP = 262;

    /** 0.0.0.0, any local address. */
    public static final int INADDR_ANY = 0;

    /** 255.255.255.255. */
    public static final int INADDR_BROADCAST = 0xffffffff;

    /** 127.0.0.1. */
    public static final int INADDR_LOOPBACK = 0x7f000001;

    /** An int. */
    public static final int IP_TOS = 1;

    /** An int, hops. */
    public static final int IP_TTL = 2;

    /** An int: the sender writes the IP header. */
    public static final int IP_HDRINCL = 3;

    /** Bytes. */
    public static final int IP_OPTIONS = 4;

    /** An int: errors go to the error queue. */
    public static final int IP_RECVERR = 11;

    /** An int: datagrams carry struct in_pktinfo. */
    public static final int IP_PKTINFO = 8;

    /** An int. */
    public static final int IP_MTU_DISCOVER = 10;

    /** An int, bytes, read only. */
    public static final int IP_MTU = 14;

    /** An int: a bind may take an address that is not there yet. */
    public static final int IP_FREEBIND = 15;

    /** An int, needs CAP_NET_ADMIN. */
    public static final int IP_TRANSPARENT = 19;

    /** An int: datagrams carry IP_TOS. */
    public static final int IP_RECVTOS = 13;

    /** An int: datagrams carry IP_TTL. */
    public static final int IP_RECVTTL = 12;

    /** A struct ip_mreqn. */
    public static final int IP_MULTICAST_IF = 32;

    /** An int, hops. */
    public static final int IP_MULTICAST_TTL = 33;

    /** An int. */
    public static final int IP_MULTICAST_LOOP = 34;

    /** A struct ip_mreqn. */
    public static final int IP_ADD_MEMBERSHIP = 35;

    /** A struct ip_mreqn. */
    public static final int IP_DROP_MEMBERSHIP = 36;

    /** A struct ip_mreq_source. */
    public static final int IP_UNBLOCK_SOURCE = 37;

    /** A struct ip_mreq_source. */
    public static final int IP_BLOCK_SOURCE = 38;

    /** A struct ip_mreq_source. */
    public static final int IP_ADD_SOURCE_MEMBERSHIP = 39;

    /** A struct ip_mreq_source. */
    public static final int IP_DROP_SOURCE_MEMBERSHIP = 40;

    /** A struct group_source_req, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_BLOCK_SOURCE = 43;

    /** A struct group_source_req, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_UNBLOCK_SOURCE = 44;

    /** A struct group_source_req, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_JOIN_SOURCE_GROUP = 46;

    /** A struct group_source_req, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_LEAVE_SOURCE_GROUP = 47;

    /** An int. */
    public static final int IPV6_UNICAST_HOPS = 16;

    /** An int, interface index. */
    public static final int IPV6_MULTICAST_IF = 17;

    /** An int. */
    public static final int IPV6_MULTICAST_HOPS = 18;

    /** An int. */
    public static final int IPV6_MULTICAST_LOOP = 19;

    /** A struct ipv6_mreq. */
    public static final int IPV6_JOIN_GROUP = 20;

    /** A struct ipv6_mreq. */
    public static final int IPV6_LEAVE_GROUP = 21;

    /** An int, bytes. */
    public static final int IPV6_MTU = 24;

    /** An int: errors go to the error queue. */
    public static final int IPV6_RECVERR = 25;

    /** An int: no IPv4 through mapped addresses. */
    public static final int IPV6_V6ONLY = 26;

    /** An int: datagrams carry struct in6_pktinfo. */
    public static final int IPV6_RECVPKTINFO = 49;

    /** A struct in6_pktinfo. */
    public static final int IPV6_PKTINFO = 50;

    /** An int: datagrams carry IPV6_HOPLIMIT. */
    public static final int IPV6_RECVHOPLIMIT = 51;

    /** An int, hops. */
    public static final int IPV6_HOPLIMIT = 52;

    /** An int. */
    public static final int IPV6_TCLASS = 67;

    /** An int. */
    public static final int IPV6_RECVTCLASS = 66;

    private NetinetIn() {
    }
}
