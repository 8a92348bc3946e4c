// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import ksock.api.NetinetIn;
import ksock.api.NetinetUdp;
import ksock.api.SocketOption;

/**
 * The options of {@code IPPROTO_UDP} with their types; to be used in {@code getsockopt} and {@code setsockopt}.
 */
public final class UdpOptions {

    /** Gathers what is sent into one datagram, until it is taken back. */
    public static final SocketOption<Boolean> UDP_CORK =
            SocketOption.ofBoolean("UDP_CORK", NetinetIn.IPPROTO_UDP, NetinetUdp.UDP_CORK);

    /**
     * Bytes, 0 for not at all, at most 65535: one send is parted into datagrams of this length, the last of which may
     * be shorter. A send of more than the host parts is EMSGSIZE or EINVAL. {@link ControlTypes#UDP_SEGMENT} is of one
     * send.
     */
    public static final SocketOption<Integer> UDP_SEGMENT =
            SocketOption.ofInt("UDP_SEGMENT", NetinetIn.IPPROTO_UDP, NetinetUdp.UDP_SEGMENT);

    /**
     * Datagrams of one sender and one length may be received as one, with {@link ControlTypes#UDP_GRO} to tell their
     * length.
     */
    public static final SocketOption<Boolean> UDP_GRO =
            SocketOption.ofBoolean("UDP_GRO", NetinetIn.IPPROTO_UDP, NetinetUdp.UDP_GRO);

    /** Sends over IPv6 without a checksum. */
    public static final SocketOption<Boolean> UDP_NO_CHECK6_TX =
            SocketOption.ofBoolean("UDP_NO_CHECK6_TX", NetinetIn.IPPROTO_UDP, NetinetUdp.UDP_NO_CHECK6_TX);

    /** Takes datagrams over IPv6 without a checksum. */
    public static final SocketOption<Boolean> UDP_NO_CHECK6_RX =
            SocketOption.ofBoolean("UDP_NO_CHECK6_RX", NetinetIn.IPPROTO_UDP, NetinetUdp.UDP_NO_CHECK6_RX);

    private UdpOptions() {
    }
}
