// SPDX-License-Identifier: Apache-2.0
package connector.client.pcapng;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import connector.api.wire.CnCtlMsg;
import connector.api.wire.CnEvent;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.NlMsgOverrun;
import connector.api.wire.ProcEvent;
import connector.client.TapFrames;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dissector in Lua, in the real tshark where that is installed. */
@Timeout(300)
class DissectorTest {

    private static final Path DISSECTOR = Path.of("wireshark", "cn_msg.lua");

    @TempDir
    private Path directory;

    private List<String> tshark(Path capture, String... options) throws Exception {
        List<String> command = Stream.concat(
                Stream.of("tshark", "-X", "lua_script:" + DISSECTOR.toAbsolutePath(), "-r", capture.toString()),
                Stream.of(options)).toList();
        Process process = new ProcessBuilder(command).redirectError(directory.resolve("errors").toFile()).start();
        List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor()).as("%s", Files.readString(directory.resolve("errors"))).isZero();
        assertThat(lines).as("the dissector's own errors").noneMatch(line -> line.contains("Lua Error"));
        return lines;
    }

    private static void assumeTshark() {
        boolean there = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "tshark")));
        assumeTrue(there, "tshark is not installed: the dissector is not run");
    }

    private Path capture(byte[]... packets) throws IOException {
        Path file = directory.resolve("capture.pcapng");
        try (CaptureWriter writer = new CaptureWriter(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE), "cn", "gate",
                Instant.ofEpochSecond(1_700_000_000))) {
            for (byte[] packet : packets) {
                writer.packet(Instant.ofEpochSecond(1_700_000_000, 123_456_789), false, NlMsgHdr.buffer(packet));
            }
        }
        return file;
    }

    private static byte[] message(int idx, int val, int flags, byte... data) {
        return CnMsgHdr.frame(0, idx, val, 0x123, 0x345, flags, data);
    }

    private static byte[] process(int what, int... words) {
        ByteBuffer data = NlMsgHdr.buffer(ProcEvent.ATTRIBUTES + NlAttr.sizeOf("bash"));
        data.putInt(what).putInt(3).putLong(123456789);
        for (int word : words) {
            data.putInt(word);
        }
        NlAttr.putString(data.position(ProcEvent.ATTRIBUTES), ProcEvent.ATTR_NAME, "bash");
        byte[] bytes = new byte[data.capacity()];
        data.get(0, bytes);
        return message(1, 1, 0, bytes);
    }

    @Test
    void shouldShowMessagesOfEachKindInALine() throws Exception {
        assumeTshark();
        byte[] from = new byte[GateControl.FROM_LENGTH + 40];
        GateControl.putFrom(NlMsgHdr.buffer(from), 77, 291, 5);
        System.arraycopy(message(291, 1110, 0, "hey".getBytes(StandardCharsets.US_ASCII)), 0, from,
                GateControl.FROM_LENGTH, 40);
        byte[] overrun = new byte[NlMsgOverrun.LENGTH];
        NlMsgOverrun.put(NlMsgHdr.buffer(overrun), 1, 14, 3, 10, 12);
        ByteBuffer stat = NlMsgHdr.buffer(CnStat.ATTRIBUTES + 12);
        CnStat.put(stat, CnStat.USER, 99);
        CnStat.put(stat, CnStat.Attribute.DELIVERED, 42);
        byte[] statistics = new byte[stat.capacity()];
        stat.get(0, statistics);
        byte[] refused = NlMsgErr.frame(NlMsgHdr.buffer(message(5, 1, 0)), 0, 1, NetlinkErrno.ENODEV,
                "nobody has that id", NlMsgErr.NO_OFFSET, null);

        List<String> lines = tshark(capture(
                from,
                message(-1, -1, 0, CnCtlMsg.data(1, new int[] {0x123, 10}, new int[] {0x456, 10, 0x46a, 10})),
                message(-1, -1, CnMsgHdr.CN_EXTENDED, CnCtlMsg.data(1, new int[] {1, 1}, new int[0])),
                message(-1, -1, CnMsgHdr.CN_EXTENDED, CnEvent.data(CnEvent.SNAPSHOT_END, CnEvent.REASON_NONE, 9, 0,
                        null, null, null, -1)),
                message(14, 1110, CnMsgHdr.CN_EXTENDED, CnEvent.data(CnEvent.REGISTERED, CnEvent.REASON_UPDATED, 9, 2,
                        "cn_test", "agent.cntest", "1.0.0", 7)),
                message(14, 1110, CnMsgHdr.CN_STATISTICS, statistics),
                process(ProcEvent.PROC_EVENT_EXEC, 20, 20),
                overrun,
                refused,
                message(14, 1, 0, (byte) 1, (byte) 0xff)), "-T", "fields", "-e", "_ws.col.Info");

        assertThat(lines).containsExactly(
                "291.1110  seq 291 ack 837  hey  (group 291 #5)",
                "4294967295.4294967295  subscribe",
                "4294967295.4294967295  subscribe",
                "4294967295.4294967295  snapshot-end",
                "14.1110  registered cn_test UPDATED",
                "14.1110  statistics of user",
                "1.1  exec pid 20 bash",
                "OVERRUN, 3 lost",
                "ERROR ENODEV: nobody has that id",
                "14.1  seq 291 ack 837");
    }

    @Test
    void shouldShowWhichWayWhatWasTappedWentAndWhatBecameOfIt() throws Exception {
        assumeTshark();
        byte[] hey = message(14, 1, 0, "hey!".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = NlMsgErr.frame(NlMsgHdr.buffer(hey), 0, 77, NetlinkErrno.ENODEV, "nobody has that id",
                NlMsgErr.NO_OFFSET, null);

        Path capture = capture(
                TapFrames.tapped(77, 0, 0, NetlinkErrno.ENODEV, CnTap.TO_CONNECTOR, hey),
                TapFrames.tapped(77, 0, 0, 0, CnTap.TO_CONNECTOR | CnTap.QUEUED, hey),
                TapFrames.tapped(0, 77, 0, 0, 0, answer),
                TapFrames.tapped(0, 0, 14, 0, 0, hey));
        List<String> lines = tshark(capture, "-T", "fields", "-E", "separator=|", "-e", "_ws.col.Source",
                "-e", "_ws.col.Destination", "-e", "_ws.col.Info", "-e", "cn_msg.tap.errno", "-e", "cn_msg.tap.number");

        assertThat(lines).containsExactly(
                "port 77|platform|14.1  seq 291 ack 837  hey!  (ENODEV)|19|5",
                "port 77|platform|14.1  seq 291 ack 837  hey!  (queued)|0|5",
                "platform|port 77|ERROR ENODEV: nobody has that id|0|5",
                "platform|group 14|14.1  seq 291 ack 837  hey!  (#17, 1 took it)|0|5");
        assertThat(tshark(capture, "-Y", "cn_msg.refused && cn_msg.tap.flags.to_connector==1")).hasSize(1);
    }

    @Test
    void shouldShowWhatAGateDroppedAndWhatAMailboxDroppedLater() throws Exception {
        assumeTshark();
        byte[] hey = message(14, 1, 0, "hey!".getBytes(StandardCharsets.US_ASCII));
        byte[] header = new byte[NlMsgHdr.SIZE];
        NlMsgHdr.put(NlMsgHdr.buffer(header), header.length, NlMsgHdr.NLMSG_DONE, 0, 291, 0);
        byte[] control = new byte[CnTap.LENGTH + 8];
        NlMsgHdr.put(NlMsgHdr.buffer(control), control.length, GateControl.TAP, 0, 291, 0);
        int gate = CnTap.GATE | CnTap.TO_CONNECTOR;

        Path capture = capture(
                TapFrames.tapped(77, 0, 0, NetlinkErrno.EAGAIN, gate, hey.length, "one too many", hey),
                TapFrames.tapped(77, 0, 0, NetlinkErrno.EINVAL, gate, 3, "nlmsg_len 3", header),
                TapFrames.tapped(0, 0, 0, NetlinkErrno.EOPNOTSUPP, gate, control),
                TapFrames.tapped(77, 0, 0, NetlinkErrno.ENOBUFS, CnTap.LATE | CnTap.TO_CONNECTOR, hey.length,
                        "it made room", hey));
        List<String> lines = tshark(capture, "-T", "fields", "-E", "separator=|", "-e", "_ws.col.Source",
                "-e", "_ws.col.Destination", "-e", "_ws.col.Info", "-e", "cn_msg.tap.claimed_length",
                "-e", "cn_msg.tap.text");

        assertThat(lines).containsExactly(
                "port 77|gate|14.1  seq 291 ack 837  hey!  (EAGAIN: one too many)|40|one too many",
                "port 77|gate|DONE  (EINVAL: nlmsg_len 3)|3|nlmsg_len 3",
                "a client|gate|TAP  (EOPNOTSUPP)|80|",
                "port 77|platform|14.1  seq 291 ack 837  hey!  (dropped after it was queued, ENOBUFS: it made room)"
                        + "|40|it made room");
        assertThat(tshark(capture, "-Y", "cn_msg.tap.flags.late==1")).hasSize(1);
        assertThat(tshark(capture, "-Y", "cn_msg.tap.flags.gate==1")).hasSize(3);
    }

    @Test
    void shouldShowTheFieldsOfANotificationRequest() throws Exception {
        assumeTshark();
        byte[] golden = CnCtlMsg.data(1, new int[] {0x123, 10}, new int[] {0x456, 10, 0x46a, 10});

        assertThat(tshark(capture(message(-1, -1, 0, golden)), "-T", "fields", "-e", "frame.time_epoch",
                "-e", "cn_msg.nlmsg.len", "-e", "cn_msg.nlmsg.type", "-e", "cn_msg.idx", "-e", "cn_msg.seq",
                "-e", "cn_msg.ack", "-e", "cn_msg.len", "-e", "cn_msg.ctl.group", "-e", "cn_msg.ctl.idx.first",
                "-e", "cn_msg.ctl.idx.range", "-e", "cn_msg.ctl.val.first", "-e", "cn_msg.ctl.len"))
                .containsExactly("1700000000.123456789\t76\t0x0003\t4294967295\t291\t837\t40\t"
                        + "1\t291\t10\t1110,1130\t24");
    }

    @Test
    void shouldShowTheFieldsOfProcessEvents() throws Exception {
        assumeTshark();
        Path capture = capture(
                process(ProcEvent.PROC_EVENT_FORK, 10, 11, 20, 21),
                process(ProcEvent.PROC_EVENT_UID, 20, 21, 0, 1000),
                process(ProcEvent.PROC_EVENT_EXIT, 20, 21, 256, 17, 10, 11));

        assertThat(tshark(capture, "-T", "fields", "-E", "separator=/s",
                "-e", "cn_msg.proc.what", "-e", "cn_msg.proc.cpu",
                "-e", "cn_msg.proc.timestamp_ns", "-e", "cn_msg.proc.pid", "-e", "cn_msg.proc.child_tgid",
                "-e", "cn_msg.proc.parent_pid", "-e", "cn_msg.proc.euid", "-e", "cn_msg.proc.exit_code",
                "-e", "cn_msg.proc.name")).containsExactly(
                        "0x00000001 3 123456789  21 10   bash",
                        "0x00000004 3 123456789 20   1000  bash",
                        "0x80000000 3 123456789 20  10  256 bash");
    }

    @Test
    void shouldMarkWhatIsMalformedAndGoOn() throws Exception {
        assumeTshark();
        byte[] longer = message(5, 1, 0, (byte) 1);
        NlMsgHdr.buffer(longer).putShort(NlMsgHdr.SIZE + CnMsgHdr.DATA_LEN, (short) 999);
        byte[] falseLength = message(5, 1, 0);
        NlMsgHdr.buffer(falseLength).putInt(0, 1000);

        List<String> lines = tshark(capture(longer, falseLength, message(5, 2, 0)),
                "-T", "fields", "-E", "separator=|", "-e", "_ws.col.Info", "-e", "cn_msg.short");
        assertThat(lines.get(0)).startsWith("malformed");
        assertThat(lines.get(1)).startsWith("false nlmsg_len");
        assertThat(lines.get(2)).startsWith("5.2  seq 291 ack 837");
    }

    /** No tshark needed: what the dissector has by heart is what the wire contract has. */
    @Test
    void shouldKnowTheNamesOfAllAttributesAndErrnos() throws Exception {
        String script = Files.readString(DISSECTOR);
        for (CnStat.Attribute attribute : CnStat.Attribute.values()) {
            assertThat(script).contains(
                    "[" + attribute.type() + "] = \"" + attribute.name().toLowerCase(Locale.ROOT) + "\"");
        }
        for (Field errno : NetlinkErrno.class.getFields()) {
            assertThat(script).contains("[" + errno.getInt(null) + "] = \"" + errno.getName() + "\"");
        }
    }
}
