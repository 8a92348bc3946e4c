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

    /** IGMP. */
    public static final int IPPROTO_IGMP = 2;

    /** IPv4 in IP. */
    public static final int IPPROTO_IPIP = 4;

    /** TCP. */
    public static final int IPPROTO_TCP = 6;

    /** UDP. */
    public static final int IPPROTO_UDP = 17;

    /** DCCP. */
    public static final int IPPROTO_DCCP = 33;

    /** IPv6. */
    public static final int IPPROTO_IPV6 = 41;

    /** GRE. */
    public static final int IPPROTO_GRE = 47;

    /** IPsec, encrypted. */
    public static final int IPPROTO_ESP = 50;

    /** IPsec, authenticated. */
    public static final int IPPROTO_AH = 51;

    /** ICMPv6. */
    public static final int IPPROTO_ICMPV6 = 58;

    /** PIM. */
    public static final int IPPROTO_PIM = 103;

    /** L2TP. */
    public static final int IPPROTO_L2TP = 115;

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

    /** An int: raw sockets take what carries the router alert option. */
    public static final int IP_ROUTER_ALERT = 5;

    /** An int: datagrams carry their IP options. */
    public static final int IP_RECVOPTS = 6;

    /** An int: datagrams carry the IP options for an answer. */
    public static final int IP_RETOPTS = 7;

    /** An int: errors go to the error queue. */
    public static final int IP_RECVERR = 11;

    /** An int: datagrams carry struct in_pktinfo. */
    public static final int IP_PKTINFO = 8;

    /** An int. */
    public static final int IP_MTU_DISCOVER = 10;

    /** Of {@link #IP_MTU_DISCOVER} and {@link #IPV6_MTU_DISCOVER}: never. */
    public static final int IP_PMTUDISC_DONT = 0;

    /** Of {@link #IP_MTU_DISCOVER} and {@link #IPV6_MTU_DISCOVER}: as the route says. */
    public static final int IP_PMTUDISC_WANT = 1;

    /** Of {@link #IP_MTU_DISCOVER} and {@link #IPV6_MTU_DISCOVER}: always. */
    public static final int IP_PMTUDISC_DO = 2;

    /** Of {@link #IP_MTU_DISCOVER} and {@link #IPV6_MTU_DISCOVER}: always, and what is found is not used. */
    public static final int IP_PMTUDISC_PROBE = 3;

    /** Of {@link #IP_MTU_DISCOVER} and {@link #IPV6_MTU_DISCOVER}: never, and the device's MTU is used. */
    public static final int IP_PMTUDISC_INTERFACE = 4;

    /**
     * Of {@link #IP_MTU_DISCOVER} and {@link #IPV6_MTU_DISCOVER}: as {@link #IP_PMTUDISC_INTERFACE}, and what is longer
     * is sent in fragments.
     */
    public static final int IP_PMTUDISC_OMIT = 5;

    /** An int, bytes, read only. */
    public static final int IP_MTU = 14;

    /** An int: a bind may take an address that is not there yet. */
    public static final int IP_FREEBIND = 15;

    /** An int, needs CAP_NET_ADMIN. */
    public static final int IP_TRANSPARENT = 19;

    /** An int: datagrams carry IP_ORIGDSTADDR. */
    public static final int IP_RECVORIGDSTADDR = 20;

    /** A struct sockaddr_in; where a datagram was sent to, before it was turned aside. */
    public static final int IP_ORIGDSTADDR = 20;

    /** An int, hops; what comes with fewer is dropped. */
    public static final int IP_MINTTL = 21;

    /** An int: raw sockets take fragments as they are. */
    public static final int IP_NODEFRAG = 22;

    /** An int: datagrams carry their checksum. */
    public static final int IP_CHECKSUM = 23;

    /** An int: a bind to port 0 leaves the port to connect. */
    public static final int IP_BIND_ADDRESS_NO_PORT = 24;

    /** An int: datagrams carry the length of their longest fragment. */
    public static final int IP_RECVFRAGSIZE = 25;

    /** An int: the error queue tells of the extensions of RFC 4884, too. */
    public static final int IP_RECVERR_RFC4884 = 26;

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

    /** A struct ip_msfilter. */
    public static final int IP_MSFILTER = 41;

    /** A struct group_req, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_JOIN_GROUP = 42;

    /** A struct group_source_req, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_BLOCK_SOURCE = 43;

    /** A struct group_source_req, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_UNBLOCK_SOURCE = 44;

    /** A struct group_req, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_LEAVE_GROUP = 45;

    /** A struct group_source_req, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_JOIN_SOURCE_GROUP = 46;

    /** A struct group_source_req, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_LEAVE_SOURCE_GROUP = 47;

    /** A struct group_filter, of {@link #IPPROTO_IP} and {@link #IPPROTO_IPV6}. */
    public static final int MCAST_MSFILTER = 48;

    /** An int: takes the multicasts of every group that somebody on this machine joined; 0 for those of its own. */
    public static final int IP_MULTICAST_ALL = 49;

    /** An int, an interface index in network byte order; where datagrams go out. */
    public static final int IP_UNICAST_IF = 50;

    /** An int, the lowest port and, 16 bits higher, the highest that the host may choose. */
    public static final int IP_LOCAL_PORT_RANGE = 51;

    /** An int, read only; the protocol. */
    public static final int IP_PROTOCOL = 52;

    /** An int, where in a raw packet the host writes the checksum; -1 for nowhere. */
    public static final int IPV6_CHECKSUM = 7;

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

    /** An int; raw sockets take what carries the router alert option with this number. */
    public static final int IPV6_ROUTER_ALERT = 22;

    /** An int, one of the IP_PMTUDISC_ numbers. */
    public static final int IPV6_MTU_DISCOVER = 23;

    /** An int, bytes. */
    public static final int IPV6_MTU = 24;

    /** An int: errors go to the error queue. */
    public static final int IPV6_RECVERR = 25;

    /** An int: no IPv4 through mapped addresses. */
    public static final int IPV6_V6ONLY = 26;

    /** A struct ipv6_mreq. */
    public static final int IPV6_JOIN_ANYCAST = 27;

    /** A struct ipv6_mreq. */
    public static final int IPV6_LEAVE_ANYCAST = 28;

    /** An int; as {@link #IP_MULTICAST_ALL}. */
    public static final int IPV6_MULTICAST_ALL = 29;

    /** An int: the error queue tells of the extensions of RFC 4884, too. */
    public static final int IPV6_RECVERR_RFC4884 = 31;

    /** A struct in6_flowlabel_req. */
    public static final int IPV6_FLOWLABEL_MGR = 32;

    /** An int: the flow label of the address is sent. */
    public static final int IPV6_FLOWINFO_SEND = 33;

    /** An int: the sender writes the IPv6 header. */
    public static final int IPV6_HDRINCL = 36;

    /** An int: datagrams carry struct in6_pktinfo. */
    public static final int IPV6_RECVPKTINFO = 49;

    /** A struct in6_pktinfo. */
    public static final int IPV6_PKTINFO = 50;

    /** An int: datagrams carry IPV6_HOPLIMIT. */
    public static final int IPV6_RECVHOPLIMIT = 51;

    /** An int, hops. */
    public static final int IPV6_HOPLIMIT = 52;

    /** An int: datagrams carry IPV6_HOPOPTS. */
    public static final int IPV6_RECVHOPOPTS = 53;

    /** Bytes; the hop-by-hop options. */
    public static final int IPV6_HOPOPTS = 54;

    /** Bytes; the destination options before a routing header. */
    public static final int IPV6_RTHDRDSTOPTS = 55;

    /** An int: datagrams carry IPV6_RTHDR. */
    public static final int IPV6_RECVRTHDR = 56;

    /** Bytes; the routing header. */
    public static final int IPV6_RTHDR = 57;

    /** An int: datagrams carry IPV6_DSTOPTS. */
    public static final int IPV6_RECVDSTOPTS = 58;

    /** Bytes; the destination options. */
    public static final int IPV6_DSTOPTS = 59;

    /** An int: the socket is told of a smaller path MTU by IPV6_PATHMTU. */
    public static final int IPV6_RECVPATHMTU = 60;

    /** A struct ip6_mtuinfo; of a connected socket. */
    public static final int IPV6_PATHMTU = 61;

    /** An int: what is longer than the MTU is not sent. */
    public static final int IPV6_DONTFRAG = 62;

    /** An int. */
    public static final int IPV6_TCLASS = 67;

    /** An int. */
    public static final int IPV6_RECVTCLASS = 66;

    /** An int: the host chooses a flow label. */
    public static final int IPV6_AUTOFLOWLABEL = 70;

    /** An int of flags; which of the own addresses to prefer. */
    public static final int IPV6_ADDR_PREFERENCES = 72;

    /** An int, hops; what comes with fewer is dropped. */
    public static final int IPV6_MINHOPCOUNT = 73;

    /** An int: datagrams carry IPV6_ORIGDSTADDR. */
    public static final int IPV6_RECVORIGDSTADDR = 74;

    /** A struct sockaddr_in6; where a datagram was sent to, before it was turned aside. */
    public static final int IPV6_ORIGDSTADDR = 74;

    /** An int, needs CAP_NET_ADMIN. */
    public static final int IPV6_TRANSPARENT = 75;

    /** An int, an interface index in network byte order; where datagrams go out. */
    public static final int IPV6_UNICAST_IF = 76;

    /** An int: datagrams carry the length of their longest fragment. */
    public static final int IPV6_RECVFRAGSIZE = 77;

    /** An int: a bind may take an address that is not there yet. */
    public static final int IPV6_FREEBIND = 78;

    private NetinetIn() {
    }
}
