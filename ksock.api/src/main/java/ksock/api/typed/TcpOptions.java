// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import ksock.api.NetinetIn;
import ksock.api.NetinetTcp;
import ksock.api.SocketOption;

/**
 * The options of {@code IPPROTO_TCP} with their types; to be used in {@code getsockopt} and {@code setsockopt}.
 */
public final class TcpOptions {

    /** Sends small segments at once. */
    public static final SocketOption<Boolean> TCP_NODELAY =
            SocketOption.ofBoolean("TCP_NODELAY", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_NODELAY);

    /** Holds back partial segments, for at most 200 ms. */
    public static final SocketOption<Boolean> TCP_CORK =
            SocketOption.ofBoolean("TCP_CORK", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_CORK);

    /** Acknowledges at once; not permanent. */
    public static final SocketOption<Boolean> TCP_QUICKACK =
            SocketOption.ofBoolean("TCP_QUICKACK", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_QUICKACK);

    /** Connect waits for the first send. */
    public static final SocketOption<Boolean> TCP_FASTOPEN_CONNECT =
            SocketOption.ofBoolean("TCP_FASTOPEN_CONNECT", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_FASTOPEN_CONNECT);

    /** Fast opens without a cookie. */
    public static final SocketOption<Boolean> TCP_FASTOPEN_NO_COOKIE =
            SocketOption.ofBoolean("TCP_FASTOPEN_NO_COOKIE", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_FASTOPEN_NO_COOKIE);

    /** A stream of few packets is sent again without longer and longer pauses. */
    public static final SocketOption<Boolean> TCP_THIN_LINEAR_TIMEOUTS =
            SocketOption.ofBoolean("TCP_THIN_LINEAR_TIMEOUTS", NetinetIn.IPPROTO_TCP,
            NetinetTcp.TCP_THIN_LINEAR_TIMEOUTS);

    /** What {@code recvmsg} gives carries {@link ControlTypes#TCP_CM_INQ}. */
    public static final SocketOption<Boolean> TCP_INQ =
            SocketOption.ofBoolean("TCP_INQ", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_INQ);

    /** Whether it is one path of several; read only, since Linux 5.16. */
    public static final SocketOption<Boolean> TCP_IS_MPTCP =
            SocketOption.ofBoolean("TCP_IS_MPTCP", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_IS_MPTCP);

    /** Bytes; the largest segment. */
    public static final SocketOption<Integer> TCP_MAXSEG =
            SocketOption.ofInt("TCP_MAXSEG", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_MAXSEG);

    /** Seconds until the first probe, 1 to 32767. */
    public static final SocketOption<Integer> TCP_KEEPIDLE =
            SocketOption.ofInt("TCP_KEEPIDLE", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_KEEPIDLE);

    /** Seconds between probes, 1 to 32767. */
    public static final SocketOption<Integer> TCP_KEEPINTVL =
            SocketOption.ofInt("TCP_KEEPINTVL", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_KEEPINTVL);

    /** Probes until the connection is given up, 1 to 127. */
    public static final SocketOption<Integer> TCP_KEEPCNT =
            SocketOption.ofInt("TCP_KEEPCNT", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_KEEPCNT);

    /** Retransmissions of a SYN, 1 to 255. */
    public static final SocketOption<Integer> TCP_SYNCNT =
            SocketOption.ofInt("TCP_SYNCNT", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_SYNCNT);

    /** Seconds in FIN_WAIT2; less than 0 for not at all. */
    public static final SocketOption<Integer> TCP_LINGER2 =
            SocketOption.ofInt("TCP_LINGER2", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_LINGER2);

    /** Seconds; a connection is accepted when data has come, or after that time. */
    public static final SocketOption<Integer> TCP_DEFER_ACCEPT =
            SocketOption.ofInt("TCP_DEFER_ACCEPT", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_DEFER_ACCEPT);

    /** Bytes; the largest window offered. */
    public static final SocketOption<Integer> TCP_WINDOW_CLAMP =
            SocketOption.ofInt("TCP_WINDOW_CLAMP", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_WINDOW_CLAMP);

    /** Milliseconds that sent data may stay unacknowledged, 0 for the system's. */
    public static final SocketOption<Integer> TCP_USER_TIMEOUT =
            SocketOption.ofInt("TCP_USER_TIMEOUT", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_USER_TIMEOUT);

    /** How many fast opens of a listener may be pending. */
    public static final SocketOption<Integer> TCP_FASTOPEN =
            SocketOption.ofInt("TCP_FASTOPEN", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_FASTOPEN);

    /** Bytes not sent that still count as writable. */
    public static final SocketOption<Integer> TCP_NOTSENT_LOWAT =
            SocketOption.ofInt("TCP_NOTSENT_LOWAT", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_NOTSENT_LOWAT);

    /** Microseconds that each packet is held back; for tests. */
    public static final SocketOption<Integer> TCP_TX_DELAY =
            SocketOption.ofInt("TCP_TX_DELAY", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_TX_DELAY);

    /**
     * The name of the protocol on top, {@code "tls"}, empty for none; cannot be taken back. ENOENT if the host does not
     * know it, ENOTCONN of one that needs a connection.
     */
    public static final SocketOption<String> TCP_ULP =
            SocketOption.of("TCP_ULP", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_ULP, 0, Text.SIZE, Text::decode,
            Text::encode);

    /** The name of the congestion control, {@code "cubic"}. */
    public static final SocketOption<String> TCP_CONGESTION =
            SocketOption.of("TCP_CONGESTION", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_CONGESTION, 0, Text.SIZE,
                    Text::decode,
            Text::encode);

    /** What the host knows of the connection; read only. */
    public static final SocketOption<TcpInfo> TCP_INFO =
            SocketOption.of("TCP_INFO", NetinetIn.IPPROTO_TCP, NetinetTcp.TCP_INFO, 0, TcpInfo.SIZE, TcpInfo::decode,
            TcpInfo::encode);

    private TcpOptions() {
    }
}
