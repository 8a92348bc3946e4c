// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import ksock.api.SockAddr;
import ksock.api.typed.ControlTypes;
import ksock.api.typed.GroupSourceReq;
import ksock.api.typed.IpOptions;
import ksock.api.typed.SockExtendedErr;
import ksock.api.typed.TcpInfo;
import ksock.impl.libc.CCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Structures that {@link ksock.api.typed} reads and writes, beside those of this host's C headers: of most fields no
 * test could bring the kernel to give a value that no other field has.
 */
class LayoutTest {

    private static final Map<String, ToLongFunction<TcpInfo>> TCP_INFO = Map.ofEntries(
            entry("state", TcpInfo::state), entry("ca_state", TcpInfo::caState),
            entry("retransmits", TcpInfo::retransmits), entry("probes", TcpInfo::probes),
            entry("backoff", TcpInfo::backoff), entry("options", TcpInfo::options),
            entry("snd_wscale", TcpInfo::sndWscale), entry("rcv_wscale", TcpInfo::rcvWscale),
            entry("delivery_rate_app_limited", info -> info.deliveryRateAppLimited() ? 1 : 0),
            entry("fastopen_client_fail", TcpInfo::fastopenClientFail),
            entry("rto", TcpInfo::rto), entry("ato", TcpInfo::ato),
            entry("snd_mss", TcpInfo::sndMss), entry("rcv_mss", TcpInfo::rcvMss),
            entry("unacked", TcpInfo::unacked), entry("sacked", TcpInfo::sacked),
            entry("lost", TcpInfo::lost), entry("retrans", TcpInfo::retrans), entry("fackets", TcpInfo::fackets),
            entry("last_data_sent", TcpInfo::lastDataSent), entry("last_ack_sent", TcpInfo::lastAckSent),
            entry("last_data_recv", TcpInfo::lastDataRecv), entry("last_ack_recv", TcpInfo::lastAckRecv),
            entry("pmtu", TcpInfo::pmtu), entry("rcv_ssthresh", TcpInfo::rcvSsthresh),
            entry("rtt", TcpInfo::rtt), entry("rttvar", TcpInfo::rttvar),
            entry("snd_ssthresh", TcpInfo::sndSsthresh), entry("snd_cwnd", TcpInfo::sndCwnd),
            entry("advmss", TcpInfo::advmss), entry("reordering", TcpInfo::reordering),
            entry("rcv_rtt", TcpInfo::rcvRtt), entry("rcv_space", TcpInfo::rcvSpace),
            entry("total_retrans", TcpInfo::totalRetrans),
            entry("pacing_rate", TcpInfo::pacingRate), entry("max_pacing_rate", TcpInfo::maxPacingRate),
            entry("bytes_acked", TcpInfo::bytesAcked), entry("bytes_received", TcpInfo::bytesReceived),
            entry("segs_out", TcpInfo::segsOut), entry("segs_in", TcpInfo::segsIn),
            entry("notsent_bytes", TcpInfo::notsentBytes), entry("min_rtt", TcpInfo::minRtt),
            entry("data_segs_in", TcpInfo::dataSegsIn), entry("data_segs_out", TcpInfo::dataSegsOut),
            entry("delivery_rate", TcpInfo::deliveryRate), entry("busy_time", TcpInfo::busyTime),
            entry("rwnd_limited", TcpInfo::rwndLimited), entry("sndbuf_limited", TcpInfo::sndbufLimited),
            entry("delivered", TcpInfo::delivered), entry("delivered_ce", TcpInfo::deliveredCe),
            entry("bytes_sent", TcpInfo::bytesSent), entry("bytes_retrans", TcpInfo::bytesRetrans),
            entry("dsack_dups", TcpInfo::dsackDups), entry("reord_seen", TcpInfo::reordSeen),
            entry("rcv_ooopack", TcpInfo::rcvOoopack), entry("snd_wnd", TcpInfo::sndWnd),
            entry("rcv_wnd", TcpInfo::rcvWnd), entry("rehash", TcpInfo::rehash),
            entry("total_rto", TcpInfo::totalRto), entry("total_rto_recoveries", TcpInfo::totalRtoRecoveries),
            entry("total_rto_time", TcpInfo::totalRtoTime));

    /** Those that came with Linux 6.2 and 6.7, which older headers do not have. */
    private static final int NEWER_TCP_INFO = 5;

    private static final Map<String, ToLongFunction<SockExtendedErr>> SOCK_EXTENDED_ERR = Map.of(
            "errno", error -> Integer.toUnsignedLong(error.errno()), "origin", SockExtendedErr::origin,
            "type", SockExtendedErr::type, "code", SockExtendedErr::code,
            "info", error -> Integer.toUnsignedLong(error.info()),
            "data", error -> Integer.toUnsignedLong(error.data()));

    @TempDir
    private Path folder;

    /** A line of what the program in C says. */
    private record Field(String name, long greatest, MemorySegment structure) {
    }

    @Test
    void shouldReadEachFieldOfTcpInfoWhereTheHostHasIt() throws Exception {
        List<Field> fields = fields("tcp_info");

        assertThat(fields).hasSizeBetween(TCP_INFO.size() - NEWER_TCP_INFO, TCP_INFO.size());
        assertOnlyEachIsRead(fields, TCP_INFO, TcpInfo::in);
    }

    @Test
    void shouldReadEachFieldOfAnExtendedErrorWhereTheHostHasIt() throws Exception {
        List<Field> fields = fields("sock_extended_err");

        assertThat(fields).hasSameSizeAs(SOCK_EXTENDED_ERR.keySet());
        assertOnlyEachIsRead(fields, SOCK_EXTENDED_ERR, ControlTypes.IP_RECVERR::decode);
    }

    @Test
    void shouldWriteAnExtendedErrorAsTheHostHasIt() throws Exception {
        for (Field field : fields("sock_extended_err")) {
            SockExtendedErr error = ControlTypes.IP_RECVERR.decode(field.structure());

            assertThat(hex(ControlTypes.IP_RECVERR.encode(error))).as(field.name()).isEqualTo(hex(field.structure()));
        }
    }

    @Test
    void shouldWriteAndReadAGroupsSourceAsTheHostHasIt() throws Exception {
        GroupSourceReq source = new GroupSourceReq(7,
                new SockAddr.Inet6(0xffL << 56, 1, 0x1234, 0x56789, 3),
                new SockAddr.Inet6(0xffL << 56, 2, 0x1235, 0x5678a, 4));

        MemorySegment structure = fields("group_source_req").getFirst().structure();

        assertThat(IpOptions.MCAST_JOIN_SOURCE_GROUP.decode(structure)).isEqualTo(source);
        assertThat(hex(IpOptions.MCAST_JOIN_SOURCE_GROUP.encode(source))).isEqualTo(hex(structure));
    }

    private static <T> void assertOnlyEachIsRead(List<Field> fields, Map<String, ToLongFunction<T>> accessors,
            Function<MemorySegment, T> decoder) {
        for (Field field : fields) {
            T decoded = decoder.apply(field.structure());

            accessors.forEach((name, accessor) -> assertThat(accessor.applyAsLong(decoded))
                    .as("%s, where only %s is set", name, field.name())
                    .isEqualTo(name.equals(field.name()) ? field.greatest() : 0));
        }
    }

    private static String hex(MemorySegment bytes) {
        return HexFormat.of().formatHex(bytes.toArray(JAVA_BYTE));
    }

    private List<Field> fields(String structure) throws IOException, InterruptedException {
        Path program = CCompiler.build("layouts.c", folder.resolve("layouts"));
        assumeTrue(program != null, "no C compiler (cc) on this machine to ask for the layouts");
        Process process = new ProcessBuilder(program.toString(), structure).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).isZero();
        return Arrays.stream(said.split("\n")).map(line -> line.split(" ")).map(words -> new Field(words[0],
                Long.parseUnsignedLong(words[1]), MemorySegment.ofArray(HexFormat.of().parseHex(words[2])))).toList();
    }
}
