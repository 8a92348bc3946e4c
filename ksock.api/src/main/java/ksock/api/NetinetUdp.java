// SPDX-License-Identifier: Apache-2.0
package ksock.api;

/**
 * The names of {@code <netinet/udp.h>}: options of level {@link NetinetIn#IPPROTO_UDP}.
 */
public final class NetinetUdp {

    /** An int: gathers what is sent into one datagram, until it is taken back. */
    public static final int UDP_CORK = 1;

    /** An int; what datagrams enclose, for IPsec, L2TP and GTP. */
    public static final int UDP_ENCAP = 100;

    /** An int: sends over IPv6 without a checksum. */
    public static final int UDP_NO_CHECK6_TX = 101;

    /** An int: takes datagrams over IPv6 without a checksum. */
    public static final int UDP_NO_CHECK6_RX = 102;

    /**
     * An int, bytes, 0 for not at all: one send is parted into datagrams of this length, the last may be shorter; as a
     * control message, 16 bits, of one send.
     */
    public static final int UDP_SEGMENT = 103;

    /**
     * An int: datagrams of one sender and one length may be received as one; as a control message, an int, the length
     * of each.
     */
    public static final int UDP_GRO = 104;

    private NetinetUdp() {
    }
}
