// SPDX-License-Identifier: Apache-2.0
package ksock.api;

/**
 * The names of {@code <linux/net_tstamp.h>}: what {@link SysSocket#SO_TIMESTAMPING} and {@link SysSocket#SO_TXTIME} ask
 * for.
 */
public final class LinuxNetTstamp {

    /** The device times what is sent. */
    public static final int SOF_TIMESTAMPING_TX_HARDWARE = 0x1;

    /** The host times what is sent, as it gives it to the device. */
    public static final int SOF_TIMESTAMPING_TX_SOFTWARE = 0x2;

    /** The device times what is received. */
    public static final int SOF_TIMESTAMPING_RX_HARDWARE = 0x4;

    /** The host times what is received, as it takes it from the device. */
    public static final int SOF_TIMESTAMPING_RX_SOFTWARE = 0x8;

    /** The host's times are told. */
    public static final int SOF_TIMESTAMPING_SOFTWARE = 0x10;

    /** Of no effect any more. */
    public static final int SOF_TIMESTAMPING_SYS_HARDWARE = 0x20;

    /** The device's times are told. */
    public static final int SOF_TIMESTAMPING_RAW_HARDWARE = 0x40;

    /** What is told of a send carries its number. */
    public static final int SOF_TIMESTAMPING_OPT_ID = 0x80;

    /** The host times what is sent, as it takes it up. */
    public static final int SOF_TIMESTAMPING_TX_SCHED = 0x100;

    /** The host times when what was sent is acknowledged; of TCP. */
    public static final int SOF_TIMESTAMPING_TX_ACK = 0x200;

    /** What is told of a send carries IP_PKTINFO, too. */
    public static final int SOF_TIMESTAMPING_OPT_CMSG = 0x400;

    /** What is told of a send does not repeat it. */
    public static final int SOF_TIMESTAMPING_OPT_TSONLY = 0x800;

    /** What is told of a send carries SCM_TIMESTAMPING_OPT_STATS. */
    public static final int SOF_TIMESTAMPING_OPT_STATS = 0x1000;

    /** What is received carries SCM_TIMESTAMPING_PKTINFO. */
    public static final int SOF_TIMESTAMPING_OPT_PKTINFO = 0x2000;

    /** A send that the device times is timed by the host, too. */
    public static final int SOF_TIMESTAMPING_OPT_TX_SWHW = 0x4000;

    /** Times are those of one of the device's clocks. */
    public static final int SOF_TIMESTAMPING_BIND_PHC = 0x8000;

    /**
     * With {@link #SOF_TIMESTAMPING_OPT_ID}, TCP counts from the bytes sent, not those acknowledged. Since Linux 6.2.
     */
    public static final int SOF_TIMESTAMPING_OPT_ID_TCP = 0x10000;

    /** The time to send at is the latest. */
    public static final int SOF_TXTIME_DEADLINE_MODE = 0x1;

    /** What is too late is told by the error queue. */
    public static final int SOF_TXTIME_REPORT_ERRORS = 0x2;

    private LinuxNetTstamp() {
    }
}
