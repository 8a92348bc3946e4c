// SPDX-License-Identifier: Apache-2.0
package ksock.api;

/**
 * The names of {@code <netinet/tcp.h>} and {@code <linux/tcp.h>}: options of level {@link NetinetIn#IPPROTO_TCP}.
 */
public final class NetinetTcp {

    /** An int: sends small segments at once. */
    public static final int TCP_NODELAY = 1;

    /** An int, bytes. */
    public static final int TCP_MAXSEG = 2;

    /** An int: holds back partial segments. */
    public static final int TCP_CORK = 3;

    /** An int, seconds until the first probe. */
    public static final int TCP_KEEPIDLE = 4;

    /** An int, seconds between probes. */
    public static final int TCP_KEEPINTVL = 5;

    /** An int, probes until the connection is given up. */
    public static final int TCP_KEEPCNT = 6;

    /** An int, retransmissions of a SYN. */
    public static final int TCP_SYNCNT = 7;

    /** An int, seconds in FIN_WAIT2. */
    public static final int TCP_LINGER2 = 8;

    /** An int, seconds; accepted when data has come. */
    public static final int TCP_DEFER_ACCEPT = 9;

    /** An int, bytes. */
    public static final int TCP_WINDOW_CLAMP = 10;

    /** A struct tcp_info, read only. */
    public static final int TCP_INFO = 11;

    /** An int: acknowledges at once, not permanent. */
    public static final int TCP_QUICKACK = 12;

    /** Bytes; the name of the algorithm. */
    public static final int TCP_CONGESTION = 13;

    /** An int, milliseconds that sent data may stay unacknowledged. */
    public static final int TCP_USER_TIMEOUT = 18;

    /** An int: pending fast opens of a listener. */
    public static final int TCP_FASTOPEN = 23;

    /** An int: connect waits for the first send. */
    public static final int TCP_FASTOPEN_CONNECT = 30;

    /** An int, bytes not sent that still count as writable. */
    public static final int TCP_NOTSENT_LOWAT = 25;

    private NetinetTcp() {
    }
}
