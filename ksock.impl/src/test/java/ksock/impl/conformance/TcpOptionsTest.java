// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static ksock.api.Errno.*;
import static ksock.api.NetinetIn.*;
import static ksock.api.NetinetTcp.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.TCP;
import static ksock.impl.conformance.SocketKind.TCP4;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.Stream;
import ksock.api.Errno;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_ip_tcp_generic and tcp_socket: options of level IPPROTO_TCP. */
class TcpOptionsTest {

    private static final int TCP_ZEROCOPY_RECEIVE = 35;
    /** In {@code struct tcp_zerocopy_receive}. */
    private static final long RECV_SKIP_HINT = 12;

    @TestFactory
    Stream<DynamicContainer> defaults() {
        return each(TCP, kind -> Stream.of(
                row("NoDelayDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_TCP, TCP_NODELAY), 0),
                row("TCPCorkDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_TCP, TCP_CORK), 0),
                row("TCPQuickAckDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_TCP, TCP_QUICKACK), 1),
                row("TCPKeepidleDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_TCP, TCP_KEEPIDLE), 7200),
                row("TCPKeepintvlDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_TCP, TCP_KEEPINTVL), 75),
                row("TCPKeepcountDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_TCP, TCP_KEEPCNT), 9),
                row("TCPLingerTimeoutDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_TCP, TCP_LINGER2), 60),
                row("TCPUserTimeoutDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT), 0),
                row("MaxSegDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_TCP, TCP_MAXSEG), 536),
                row("GetTCPSynCntDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_TCP, TCP_SYNCNT), 6),
                row("GetTCPDeferAcceptDefault", g -> g.socket(kind),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT), 0)));
    }

    @TestFactory
    Stream<DynamicContainer> valuesThatAreTaken() {
        return onBothThreads("valuesThatAreTaken", () -> Stream.of(
                taken("SetNoDelay", TCP_NODELAY, 1, 1),
                taken("SetTCPCork", TCP_CORK, 1, 1),
                taken("SetTCPCorkOff", TCP_CORK, 0, 0),
                taken("SetTCPQuickAck", TCP_QUICKACK, 0, 0),
                taken("SetTCPKeepidleToMax", TCP_KEEPIDLE, 32767, 32767),
                taken("SetTCPKeepintvlToMax", TCP_KEEPINTVL, 32767, 32767),
                taken("SetTCPKeepcountToMax", TCP_KEEPCNT, 127, 127),
                taken("SetTCPKeepcountToOne", TCP_KEEPCNT, 1, 1),
                taken("SetTCPLingerTimeoutLessThanZero", TCP_LINGER2, -7, -1),
                taken("SetTCPLingerTimeoutZero", TCP_LINGER2, 0, 60),
                taken("SetTCPLingerTimeout", TCP_LINGER2, 10, 10),
                taken("SetTCPUserTimeoutZero", TCP_USER_TIMEOUT, 0, 0),
                taken("SetTCPUserTimeoutAboveZero", TCP_USER_TIMEOUT, 10, 10),
                taken("SetTCPSynCntGreaterThanOne", TCP_SYNCNT, 20, 20),
                taken("SetTCPDeferAcceptNeg", TCP_DEFER_ACCEPT, -1, 0)));
    }

    @TestFactory
    Stream<DynamicContainer> valuesThatAreRefused() {
        return onBothThreads("valuesThatAreRefused", () -> Stream.of(
                refused("SetTCPKeepidleZero", TCP_KEEPIDLE, 0, EINVAL),
                refused("SetTCPKeepidleAboveMax", TCP_KEEPIDLE, 32768, EINVAL),
                refused("SetTCPKeepintvlZero", TCP_KEEPINTVL, 0, EINVAL),
                refused("SetTCPKeepintvlAboveMax", TCP_KEEPINTVL, 32768, EINVAL),
                refused("SetTCPKeepcountZero", TCP_KEEPCNT, 0, EINVAL),
                refused("SetTCPKeepcountAboveMax", TCP_KEEPCNT, 128, EINVAL),
                refused("SetTCPKeepcountToNegative", TCP_KEEPCNT, -5, EINVAL),
                refused("SetTCPUserTimeoutBelowZero", TCP_USER_TIMEOUT, -1, EINVAL),
                refused("SetMaxSegFailsForInvalidMSSValues, small", TCP_MAXSEG, 10, EINVAL),
                refused("SetMaxSegFailsForInvalidMSSValues, large", TCP_MAXSEG, 65536, EINVAL),
                refused("SetTCPSynCntLessThanOne", TCP_SYNCNT, 0, EINVAL),
                refused("SetTCPSynCntAboveMax", TCP_SYNCNT, 256, EINVAL),
                refused("SetTCPInfo", TCP_INFO, 1, ENOPROTOOPT),
                refused("unknown option", 4711, 1, ENOPROTOOPT)));
    }

    @TestFactory
    Stream<DynamicContainer> sizes() {
        return onBothThreads("sizes", () -> Stream.of(
                row("an int of one byte is refused", g -> g.socket(TCP4),
                        s -> s.setsockopt(IPPROTO_TCP, TCP_NODELAY, MemorySegment.ofArray(new byte[1])), EINVAL),
                row("an int of no bytes is refused", g -> g.socket(TCP4),
                        s -> s.setsockopt(IPPROTO_TCP, TCP_NODELAY, MemorySegment.ofArray(new byte[0])), EINVAL),
                row("an int in more room than it needs", g -> g.socket(TCP4),
                        s -> s.setsockopt(IPPROTO_TCP, TCP_NODELAY, MemorySegment.ofArray(new long[] {1})), OK),
                row("IntegerOptGetsockoptSmallBuffer", g -> g.socket(TCP4),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_NODELAY, MemorySegment.ofArray(new byte[1])), 1),
                row("IntegerOptGetsockoptSmallBuffer, none", g -> g.socket(TCP4),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_NODELAY, MemorySegment.ofArray(new byte[0])), 0),
                row("TcpInfoSucceeds", g -> g.connected(TCP4).near(), s -> {
                    MemorySegment info = MemorySegment.ofArray(new byte[104]);
                    assertThat(s.getsockopt(IPPROTO_TCP, TCP_INFO, info)).isEqualTo(104);
                    // Established.
                    assertThat(info.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
                }, OK),
                row("ShortTcpInfoSucceeds", g -> g.socket(TCP4),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_INFO, MemorySegment.ofArray(new byte[1])), 1),
                row("ZeroTcpInfoSucceeds", g -> g.socket(TCP4),
                        s -> s.getsockopt(IPPROTO_TCP, TCP_INFO, MemorySegment.ofArray(new byte[0])), 0),
                row("SetGetTCPCongestionShortReadBuffer", g -> g.socket(TCP4), s -> {
                    s.setsockopt(IPPROTO_TCP, TCP_CONGESTION, text("reno"));
                    byte[] name = new byte[2];
                    assertThat(s.getsockopt(IPPROTO_TCP, TCP_CONGESTION, MemorySegment.ofArray(name))).isEqualTo(2);
                    assertThat(new String(name, US_ASCII)).isEqualTo("re");
                }, OK),
                row("SetGetTCPCongestionLargeReadBuffer", g -> g.socket(TCP4), s -> {
                    s.setsockopt(IPPROTO_TCP, TCP_CONGESTION, text("reno"));
                    byte[] name = new byte[64];
                    assertThat(s.getsockopt(IPPROTO_TCP, TCP_CONGESTION, MemorySegment.ofArray(name))).isEqualTo(16);
                    assertThat(new String(name, US_ASCII).trim()).isEqualTo("reno");
                }, OK),
                row("a value that is read before it is written: TCP_ZEROCOPY_RECEIVE", g -> g.connected(TCP4), pair -> {
                    Ground.send(pair.far(), "ten bytes.");
                    assertThat(pair.near().recv(new byte[1], 0, 1, MSG_PEEK)).isEqualTo(1);
                    // What goes through the same memory, before.
                    byte[] ones = new byte[64];
                    Arrays.fill(ones, (byte) -1);
                    assertThat(pair.near().send(ones, 0, ones.length, 0)).isEqualTo(ones.length);
                    MemorySegment request = MemorySegment.ofArray(new byte[64]);
                    pair.near().getsockopt(IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, request);
                    assertThat(request.get(ValueLayout.JAVA_INT_UNALIGNED, RECV_SKIP_HINT)).isEqualTo(10);
                }, OK),
                row("SetCongestionControlFailsForUnsupported", g -> g.socket(TCP4),
                        s -> s.setsockopt(IPPROTO_TCP, TCP_CONGESTION, text("invalid_ca_cc")), ENOENT),
                row("level of another protocol", g -> g.socket(TCP4), s -> s.setsockopt(IPPROTO_UDP, 1, 1),
                        ENOPROTOOPT),
                row("level of nothing", g -> g.socket(TCP4), s -> s.getsockopt(4711, 1), EOPNOTSUPP)));
    }

    private static DynamicTest taken(String name, int option, int value, long expected) {
        return row(name, g -> g.socket(TCP4), s -> {
            s.setsockopt(IPPROTO_TCP, option, value);
            return s.getsockopt(IPPROTO_TCP, option);
        }, expected);
    }

    private static DynamicTest refused(String name, int option, int value, Errno expected) {
        return row(name, g -> g.socket(TCP4), s -> s.setsockopt(IPPROTO_TCP, option, value), expected);
    }

    private static MemorySegment text(String text) {
        return MemorySegment.ofArray(text.getBytes(US_ASCII));
    }
}
