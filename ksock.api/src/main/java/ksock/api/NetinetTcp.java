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

    /** A struct tcp_md5sig; a peer's key of RFC 2385. */
    public static final int TCP_MD5SIG = 14;

    /** An int: a stream of few packets is sent again without longer and longer pauses. */
    public static final int TCP_THIN_LINEAR_TIMEOUTS = 16;

    /** An int, milliseconds that sent data may stay unacknowledged. */
    public static final int TCP_USER_TIMEOUT = 18;

    /** An int: the connection is being taken down or built up without its peer; needs CAP_NET_ADMIN. */
    public static final int TCP_REPAIR = 19;

    /**
     * An int; which queue {@link #TCP_QUEUE_SEQ} and the calls mean while it is repaired: 0 none, 1 received, 2 sent.
     */
    public static final int TCP_REPAIR_QUEUE = 20;

    /** An unsigned int; the sequence number of that queue. */
    public static final int TCP_QUEUE_SEQ = 21;

    /** An array of struct tcp_repair_opt. */
    public static final int TCP_REPAIR_OPTIONS = 22;

    /** An int: pending fast opens of a listener. */
    public static final int TCP_FASTOPEN = 23;

    /** An unsigned int; the clock of this connection's timestamps. */
    public static final int TCP_TIMESTAMP = 24;

    /** An int: connect waits for the first send. */
    public static final int TCP_FASTOPEN_CONNECT = 30;

    /** Text; the protocol on top, {@code "tls"}. Cannot be taken back. */
    public static final int TCP_ULP = 31;

    /** A struct tcp_md5sig; as {@link #TCP_MD5SIG}, for a range of addresses. */
    public static final int TCP_MD5SIG_EXT = 32;

    /** Bytes, 16 or 32; the key of a listener's cookies. */
    public static final int TCP_FASTOPEN_KEY = 33;

    /** An int: fast opens without a cookie. */
    public static final int TCP_FASTOPEN_NO_COOKIE = 34;

    /** An int: what is received carries {@link #TCP_CM_INQ}. */
    public static final int TCP_INQ = 36;

    /** An int, bytes that are left to receive. */
    public static final int TCP_CM_INQ = 36;

    /** An int, microseconds that each packet is held back. */
    public static final int TCP_TX_DELAY = 37;

    /** An int, read only; whether it is one path of several. Since Linux 5.16. */
    public static final int TCP_IS_MPTCP = 43;

    /** An int, bytes not sent that still count as writable. */
    public static final int TCP_NOTSENT_LOWAT = 25;

    /** A union tcp_cc_info, read only; what the algorithm tells of itself. */
    public static final int TCP_CC_INFO = 26;

    /** An int: a listener keeps the headers of the SYN, 2 with those of the device. */
    public static final int TCP_SAVE_SYN = 27;

    /** Bytes, read only, and forgotten by it; the headers that {@link #TCP_SAVE_SYN} kept. */
    public static final int TCP_SAVED_SYN = 28;

    /** A struct tcp_repair_window. */
    public static final int TCP_REPAIR_WINDOW = 29;

    private NetinetTcp() {
    }
}
