// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct tcp_info}: what the host knows of a TCP connection.
 *
 * <p>The accessors have the structure's names without their {@code tcpi_}. Kernels have added fields at its end: one
 * that this kernel does not have is 0, as for a C program that cleared its memory, and {@link #size()} says how many
 * bytes there are. What is unsigned in C and has 64 bits is the same bits here.
 *
 * <p>{@code socket.getsockopt(TcpOptions.TCP_INFO)} gives a copy, which never changes. To look again and again without
 * allocation, make one {@linkplain #in over memory of your own}:
 *
 * <pre>{@code
 * MemorySegment memory = arena.allocate(TcpInfo.SIZE);
 * TcpInfo info = TcpInfo.in(memory);
 * ...
 * socket.getsockopt(SOL_TCP, TCP_INFO, memory);
 * long microseconds = info.rtt();
 * }</pre>
 */
public final class TcpInfo {

    /** Room for all fields of the newest kernel known here, and for more, in bytes. */
    public static final int SIZE = 320;

    /** Both ways are open. */
    public static final int TCP_ESTABLISHED = 1;

    /** It is being made from here. */
    public static final int TCP_SYN_SENT = 2;

    /** It is being made from there. */
    public static final int TCP_SYN_RECV = 3;

    /** Shut from here, which is not acknowledged yet. */
    public static final int TCP_FIN_WAIT1 = 4;

    /** Shut from here. */
    public static final int TCP_FIN_WAIT2 = 5;

    /** Over; late segments are waited for. */
    public static final int TCP_TIME_WAIT = 6;

    /** There is no connection. */
    public static final int TCP_CLOSE = 7;

    /** Shut from there. */
    public static final int TCP_CLOSE_WAIT = 8;

    /** Shut from both sides, which is not acknowledged yet. */
    public static final int TCP_LAST_ACK = 9;

    /** A listener. */
    public static final int TCP_LISTEN = 10;

    /** Shut from both sides at once. */
    public static final int TCP_CLOSING = 11;

    private final MemorySegment fields;

    private TcpInfo(MemorySegment fields) {
        this.fields = fields;
    }

    /**
     * A view of memory that {@code getsockopt} writes, and not of what it held before.
     *
     * @param memory where the structure is or will be; up to {@link #SIZE} bytes of use
     * @return reads the memory anew at each question
     */
    public static TcpInfo in(MemorySegment memory) {
        return new TcpInfo(memory);
    }

    static TcpInfo decode(MemorySegment value) {
        return new TcpInfo(MemorySegment.ofArray(value.toArray(ValueLayout.JAVA_BYTE)));
    }

    MemorySegment encode() {
        return fields;
    }

    /** {@return how many bytes there are: of a copy, what the kernel gave; of a view, the memory's} */
    public long size() {
        return fields.byteSize();
    }

    /** {@return the shift of the peer's window} */
    public int sndWscale() {
        return (int) unsigned(6, 1) & 0xf;
    }

    /** {@return the shift of the window offered} */
    public int rcvWscale() {
        return (int) unsigned(6, 1) >> 4;
    }

    /** {@return whether the delivery rate was bounded by what there was to send} */
    public boolean deliveryRateAppLimited() {
        return (unsigned(7, 1) & 1) != 0;
    }

    /** {@return why fast open failed: 0 not known, 1 no cookie, 2 the SYN's data not acknowledged, 3 retransmitted} */
    public int fastopenClientFail() {
        return (int) unsigned(7, 1) >> 1 & 3;
    }

    /** {@return what the connection does: one of the {@code TCP_} constants} */
    public int state() {
        return (int) unsigned(0, 1);
    }

    /** {@return what congestion control does: 0 open, 1 disorder, 2 reduced, 3 recovery, 4 loss} */
    public int caState() {
        return (int) unsigned(1, 1);
    }

    /** {@return retransmissions of the oldest segment since it was last acknowledged} */
    public int retransmits() {
        return (int) unsigned(2, 1);
    }

    /** {@return probes of a closed window, or of an idle connection, without answer} */
    public int probes() {
        return (int) unsigned(3, 1);
    }

    /** {@return how often the retransmission time was doubled} */
    public int backoff() {
        return (int) unsigned(4, 1);
    }

    /**
     * {@return what was agreed on: bits 1 timestamps, 2 SACK, 4 window scale, 8 ECN, 16 ECN seen, 32 data in the SYN}
     */
    public int options() {
        return (int) unsigned(5, 1);
    }

    /** {@return the retransmission time, in microseconds} */
    public long rto() {
        return unsigned(8, 4);
    }

    /** {@return the time of a delayed acknowledgement, in microseconds} */
    public long ato() {
        return unsigned(12, 4);
    }

    /** {@return the segment size sent, in bytes} */
    public long sndMss() {
        return unsigned(16, 4);
    }

    /** {@return the segment size received, in bytes} */
    public long rcvMss() {
        return unsigned(20, 4);
    }

    /** {@return segments sent and not acknowledged; of a listener, connections that wait to be accepted} */
    public long unacked() {
        return unsigned(24, 4);
    }

    /** {@return segments acknowledged selectively; of a listener, its backlog} */
    public long sacked() {
        return unsigned(28, 4);
    }

    /** {@return segments thought to be lost} */
    public long lost() {
        return unsigned(32, 4);
    }

    /** {@return segments retransmitted and not acknowledged} */
    public long retrans() {
        return unsigned(36, 4);
    }

    /** {@return unused since Linux 4.15} */
    public long fackets() {
        return unsigned(40, 4);
    }

    /** {@return the time since data was last sent, in milliseconds} */
    public long lastDataSent() {
        return unsigned(44, 4);
    }

    /** {@return unused} */
    public long lastAckSent() {
        return unsigned(48, 4);
    }

    /** {@return the time since data last came, in milliseconds} */
    public long lastDataRecv() {
        return unsigned(52, 4);
    }

    /** {@return the time since an acknowledgement last came, in milliseconds} */
    public long lastAckRecv() {
        return unsigned(56, 4);
    }

    /** {@return the path's MTU, in bytes} */
    public long pmtu() {
        return unsigned(60, 4);
    }

    /** {@return the largest window to be offered now, in bytes} */
    public long rcvSsthresh() {
        return unsigned(64, 4);
    }

    /** {@return the smoothed round trip time, in microseconds} */
    public long rtt() {
        return unsigned(68, 4);
    }

    /** {@return its mean deviation, in microseconds} */
    public long rttvar() {
        return unsigned(72, 4);
    }

    /** {@return the slow start threshold, in segments} */
    public long sndSsthresh() {
        return unsigned(76, 4);
    }

    /** {@return the congestion window, in segments} */
    public long sndCwnd() {
        return unsigned(80, 4);
    }

    /** {@return the segment size that was offered, in bytes} */
    public long advmss() {
        return unsigned(84, 4);
    }

    /** {@return how far segments are expected to be out of order} */
    public long reordering() {
        return unsigned(88, 4);
    }

    /** {@return the receiver's estimate of the round trip time, in microseconds} */
    public long rcvRtt() {
        return unsigned(92, 4);
    }

    /** {@return the receive buffer that tuning aims at, in bytes} */
    public long rcvSpace() {
        return unsigned(96, 4);
    }

    /** {@return segments retransmitted in all} */
    public long totalRetrans() {
        return unsigned(100, 4);
    }

    /** {@return the pacing rate, in bytes a second; -1 is without bound} */
    public long pacingRate() {
        return unsigned(104, 8);
    }

    /** {@return its bound ({@code SO_MAX_PACING_RATE}), in bytes a second; -1 is without} */
    public long maxPacingRate() {
        return unsigned(112, 8);
    }

    /** {@return bytes acknowledged} */
    public long bytesAcked() {
        return unsigned(120, 8);
    }

    /** {@return bytes received in order} */
    public long bytesReceived() {
        return unsigned(128, 8);
    }

    /** {@return segments sent} */
    public long segsOut() {
        return unsigned(136, 4);
    }

    /** {@return segments received} */
    public long segsIn() {
        return unsigned(140, 4);
    }

    /** {@return bytes that wait to be sent for the first time} */
    public long notsentBytes() {
        return unsigned(144, 4);
    }

    /** {@return the least round trip time of late, in microseconds; 4294967295 if none was measured} */
    public long minRtt() {
        return unsigned(148, 4);
    }

    /** {@return segments with data received} */
    public long dataSegsIn() {
        return unsigned(152, 4);
    }

    /** {@return segments with data sent} */
    public long dataSegsOut() {
        return unsigned(156, 4);
    }

    /** {@return the rate at which data arrived at the peer, in bytes a second} */
    public long deliveryRate() {
        return unsigned(160, 8);
    }

    /** {@return the time in which there was something to send, in microseconds} */
    public long busyTime() {
        return unsigned(168, 8);
    }

    /** {@return of that, held up by the peer's window, in microseconds} */
    public long rwndLimited() {
        return unsigned(176, 8);
    }

    /** {@return of that, held up by the send buffer, in microseconds} */
    public long sndbufLimited() {
        return unsigned(184, 8);
    }

    /** {@return segments that arrived at the peer} */
    public long delivered() {
        return unsigned(192, 4);
    }

    /** {@return of these, acknowledged with a mark of congestion} */
    public long deliveredCe() {
        return unsigned(196, 4);
    }

    /** {@return bytes sent, retransmissions included} */
    public long bytesSent() {
        return unsigned(200, 8);
    }

    /** {@return bytes retransmitted} */
    public long bytesRetrans() {
        return unsigned(208, 8);
    }

    /** {@return segments that the peer got twice} */
    public long dsackDups() {
        return unsigned(216, 4);
    }

    /** {@return times that reordering was seen} */
    public long reordSeen() {
        return unsigned(220, 4);
    }

    /** {@return segments received out of order} */
    public long rcvOoopack() {
        return unsigned(224, 4);
    }

    /** {@return the peer's window, in bytes} */
    public long sndWnd() {
        return unsigned(228, 4);
    }

    /** {@return the window offered, in bytes} */
    public long rcvWnd() {
        return unsigned(232, 4);
    }

    /** {@return times that another path was tried} */
    public long rehash() {
        return unsigned(236, 4);
    }

    /** {@return retransmission timeouts} */
    public int totalRto() {
        return (int) unsigned(240, 2);
    }

    /** {@return times that the connection recovered from them} */
    public int totalRtoRecoveries() {
        return (int) unsigned(242, 2);
    }

    /** {@return the time spent on that, in milliseconds} */
    public long totalRtoTime() {
        return unsigned(244, 4);
    }

    private long unsigned(long at, int bytes) {
        if (at + bytes > fields.byteSize()) {
            return 0;
        }
        return switch (bytes) {
            case 1 -> Byte.toUnsignedLong(fields.get(ValueLayout.JAVA_BYTE, at));
            case 2 -> Short.toUnsignedLong(fields.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
            case 4 -> Integer.toUnsignedLong(fields.get(ValueLayout.JAVA_INT_UNALIGNED, at));
            default -> fields.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        };
    }

    /** {@return the state and the figures that say most: {@code state 1, rtt 53 us, cwnd 10, retrans 0/0}} */
    @Override
    public String toString() {
        return "state " + state() + ", rtt " + rtt() + " us, cwnd " + sndCwnd() + ", retrans " + retrans() + "/"
                + totalRetrans();
    }
}
