// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.wire.CnCtlMsg;
import connector.api.wire.CnEvent;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.ProcEvent;
import connector.client.CnMessage;
import connector.client.CnNotification;
import connector.client.CnTapped;
import connector.client.TapFrames;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputTest {

    private static String printed(boolean json, CnMessage message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        new Output(stream, stream, json).message(message);
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    private static CnMessage event(int what, String name, int... words) {
        ByteBuffer data = NlMsgHdr.buffer(ProcEvent.ATTRIBUTES + (name == null ? 0 : NlAttr.sizeOf(name)));
        data.putInt(what).putInt(1).putLong(123456789);
        for (int word : words) {
            data.putInt(word);
        }
        if (name != null) {
            NlAttr.putString(data.position(ProcEvent.ATTRIBUTES), ProcEvent.ATTR_NAME, name);
        }
        byte[] bytes = new byte[data.capacity()];
        data.get(0, bytes);
        return new CnMessage(1, 1, 5, 0, bytes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0x1        | 10,10,20,20         |      | fork     pid 20  parent 10",
        "0x1        | 10,10,21,20         |      | fork     pid 20 thread 21  parent 10",
        "0x2        | 20,20               | bash | exec     pid 20  bash",
        "0x4        | 20,20,0,1000        |      | uid      pid 20  uid 0  euid 1000",
        "0x40       | 20,20,0,1000        |      | gid      pid 20  gid 0  egid 1000",
        "0x80       | 20,20               |      | sid      pid 20",
        "0x100      | 20,20,7,7           |      | ptrace   pid 20  tracer 7",
        "0x100      | 20,20,0,0           |      | ptrace   pid 20  detached",
        "0x40000000 | 20,20,10,10         |      | coredump pid 20  parent 10",
        "0x80000000 | 20,20,256,17,10,10  | true | exit     pid 20  code 1  parent 10  true",
        "0x80000000 | 20,20,9,17,10,10    |      | exit     pid 20  signal 9  parent 10",
        "0x0        | 22                  |      | none     error 22"})
    void shouldTellProcessEventsToPeople(String what, String words, String name, String line) {
        CnMessage message = event(Integer.decode(what.equals("0x80000000") ? "-0x80000000" : what), name,
                Arrays.stream(words.split(",")).mapToInt(Integer::parseInt).toArray());

        assertThat(printed(false, message)).endsWith("  1.1  " + line);
    }

    @Test
    void shouldTellProcessEventsToPrograms() {
        assertThat(printed(true, event(2, "a \"b\"", 20, 20))).contains(
                "\"event\":\"exec\"", "\"cpu\":1", "\"timestamp_ns\":123456789", "\"pid\":20,\"tgid\":20",
                "\"name\":\"a \\\"b\\\"\"");
    }

    /** Each word of an event under the name that it has there, as the kernel's header calls it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0x1        | fork     | \"parent_pid\":11,\"parent_tgid\":12,\"pid\":13,\"tgid\":14",
        "0x2        | exec     | \"pid\":11,\"tgid\":12",
        "0x4        | uid      | \"pid\":11,\"tgid\":12,\"ruid\":13,\"euid\":14",
        "0x40       | gid      | \"pid\":11,\"tgid\":12,\"rgid\":13,\"egid\":14",
        "0x80       | sid      | \"pid\":11,\"tgid\":12",
        "0x100      | ptrace   | \"pid\":11,\"tgid\":12,\"tracer_pid\":13,\"tracer_tgid\":14",
        "0x200      | comm     | \"pid\":11,\"tgid\":12,\"comm\":\"abcd\"",
        "0x40000000 | coredump | \"pid\":11,\"tgid\":12,\"parent_pid\":13,\"parent_tgid\":14",
        "-0x80000000 | exit    | \"pid\":11,\"tgid\":12,\"exit_code\":13,\"exit_signal\":14,\"parent_pid\":15,"
                + "\"parent_tgid\":16",
        "0x0        | none     | \"err\":11"})
    void shouldTellProgramsEachWordOfAProcessEvent(String what, String name, String words) {
        int[] numbers = {11, 12, 13, 14, 15, 16};
        if (name.equals("comm")) {
            numbers = new int[] {11, 12, NlMsgHdr.buffer("abcd".getBytes(StandardCharsets.US_ASCII)).getInt(), 0};
        }
        assertThat(printed(true, event(Integer.decode(what), null, numbers)))
                .contains("\"event\":\"" + name + "\",\"cpu\":1,\"timestamp_ns\":123456789," + words + "}");
    }

    @Test
    void shouldTellHowManyProcessEventsWereLostBeforeOne() {
        CnMessage event = event(2, null, 20, 20);
        ByteBuffer data = NlMsgHdr.buffer(Arrays.copyOf(event.data(), event.data().length + 12));
        NlAttr.putLong(data.position(ProcEvent.ATTRIBUTES), ProcEvent.ATTR_LOST, 5);
        byte[] bytes = new byte[data.capacity()];
        data.get(0, bytes);
        CnMessage lossy = new CnMessage(1, 1, 0, 0, bytes);

        assertThat(printed(false, lossy)).endsWith("(5 events lost) exec     pid 20");
        assertThat(printed(true, lossy)).endsWith("\"lost\":5}");
        assertThat(printed(true, event)).doesNotContain("lost");
    }

    @Test
    void shouldTakeTheShorterEventOfAnOlderKernel() {
        CnMessage whole = event(2, null, 20, 20);
        CnMessage cut = new CnMessage(1, 1, 0, 0, Arrays.copyOf(whole.data(), 24));

        assertThat(printed(false, cut)).endsWith("exec     pid 20");
    }

    @Test
    void shouldShowTextAsTextAndBytesAsDigits() {
        assertThat(printed(false, new CnMessage(14, 1111, 3, 0, "counter = 3\0".getBytes(StandardCharsets.US_ASCII))))
                .endsWith("14.1111  seq 3 ack 0  counter = 3");
        assertThat(printed(false, new CnMessage(14, 1111, -1, 0, new byte[] {1, (byte) 0xff})))
                .endsWith("14.1111  seq 4294967295 ack 0  2 bytes 01ff");
        assertThat(printed(false, new CnMessage(-1, -1, 0, 0, new byte[0]))).contains("4294967295.4294967295");
    }

    @Test
    void shouldEscapeWhatNoTerminalAndNoParserShouldSee() {
        assertThat(printed(false, new CnMessage(5, 1, 0, 0, new byte[] {0x1b, '[', '2', 'J'}))).endsWith("1b5b324a");
        assertThat(printed(true, new CnMessage(5, 1, 0, 0, "a\n\u2028\"".getBytes(StandardCharsets.UTF_8))))
                .endsWith("\"text\":\"a\\n\\u2028\\\"\"}");
    }

    /** To move a cursor, to begin a sequence in the way of C1, to begin a line, and to write from right to left. */
    private static final String HOSTILE = "\u001b[2J\u009b2J\r\n\u202e\u2028x";

    @Test
    void shouldLetNobodyDriveTheTerminalByAName() {
        byte[] came = CnEvent.data(CnEvent.PRESENT, CnEvent.REASON_NONE, 9, 2, HOSTILE, HOSTILE, HOSTILE, 7);
        CnMessage notified = new CnMessage(14, 1110, 0, 0, 1, came, 0, 0, 0);
        byte[] refusal = NlMsgErr.frame(NlMsgHdr.buffer(NlMsgHdr.SIZE), 0, 0, NetlinkErrno.EINVAL, HOSTILE,
                NlMsgErr.NO_OFFSET, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        for (boolean json : new boolean[] {false, true}) {
            Output output = new Output(stream, stream, json);
            output.notification(CnNotification.of(notified));
            output.user(CnNotification.of(notified));
            output.remark("cn: " + HOSTILE);
            output.message(event(ProcEvent.PROC_EVENT_EXEC, HOSTILE, 20, 20));
            output.message(event(ProcEvent.PROC_EVENT_COMM, "x", 20, 20, 0x4a325b1b));
            output.message(new CnMessage(5, 1, 0, 0, HOSTILE.getBytes(StandardCharsets.UTF_8)));
            stream.print(tapped(json, 0, 77, 0, 0, 0, CnMsgHdr.frame(0, 14, 1, 0, 1, CnMsgHdr.CN_EXTENDED, came))
                    + "\n" + tapped(json, 77, 0, 0, NetlinkErrno.EOPNOTSUPP, CnTap.GATE, refusal) + "\n");
        }
        String printed = out.toString(StandardCharsets.UTF_8);
        assertThat(printed.chars().filter(c -> c != '\n' && (Character.isISOControl(c) || c == 0x2028)))
                .as(printed).isEmpty();
        assertThat(printed.lines().filter(line -> !line.startsWith("{"))).noneMatch(line -> line.contains("\u202e"));
        assertThat(printed).contains("\\x1b[2J\\x9b2J\\r\\n\\u202e\\u2028x");
    }

    @Test
    void shouldTellWhoCameAndWhy() {
        byte[] data = CnEvent.data(
                CnEvent.REGISTERED, CnEvent.REASON_UPDATED, 9, 2, "cn_test", "agent.cntest", "1.0.0", 7);
        CnNotification event = CnNotification.of(new CnMessage(14, 1110, 0, 0, 1, data, 0, 0, 0));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        new Output(stream, stream, false).notification(event);
        new Output(stream, stream, true).notification(event);

        assertThat(out.toString(StandardCharsets.UTF_8)).contains(
                "registered   14.1110  cn_test  agent.cntest 1.0.0 [7]  UPDATED",
                "{\"event\":\"registered\",\"idx\":14,\"val\":1110,\"name\":\"cn_test\",\"bundle\":\"agent.cntest\","
                        + "\"version\":\"1.0.0\",\"bundleId\":7,\"generation\":2,\"reason\":\"UPDATED\",\"epoch\":9}");
    }

    private static String tapped(boolean json, int from, int to, int group, int errno, int flags, byte[] frame) {
        return tapped(json, TapFrames.tapped(from, to, group, errno, flags, frame));
    }

    private static String tapped(boolean json, byte[] both) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        new Output(stream, stream, json).tapped(
                CnTapped.of(NlMsgHdr.buffer(both), NlMsgHdr.buffer(both)
                        .position(NlMsgHdr.length(NlMsgHdr.buffer(both), 0))));
        String printed = out.toString(StandardCharsets.UTF_8).strip();
        return json ? printed : printed.substring(printed.indexOf("  ") + 2);
    }

    private static byte[] message(int idx, int val, int flags, String text) {
        return CnMsgHdr.frame(0, idx, val, 7, 1, flags, text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldTellPeopleWhichWayAMessageWentAndWhatBecameOfIt() {
        byte[] hey = message(14, 1, 0, "hey!");
        assertThat(tapped(false, 77, 0, 0, 0, CnTap.TO_CONNECTOR, hey))
                .isEqualTo("14.1  seq 7 ack 1  port 77 > platform  hey!");
        assertThat(tapped(false, 77, 0, 0, 0, CnTap.TO_CONNECTOR | CnTap.QUEUED, hey))
                .isEqualTo("14.1  seq 7 ack 1  port 77 > platform  [queued]  hey!");
        assertThat(tapped(false, 77, 0, 0, NetlinkErrno.ENODEV, CnTap.TO_CONNECTOR, hey))
                .isEqualTo("14.1  seq 7 ack 1  port 77 > platform  [ENODEV]  hey!");
        assertThat(tapped(false, 0, 77, 0, 0, 0, hey)).isEqualTo("14.1  seq 7 ack 1  platform > port 77  hey!");
        assertThat(tapped(false, 0, 0, 14, 0, 0, hey))
                .isEqualTo("14.1  seq 7 ack 1  platform > group 14 #17  [1 port]  hey!");
        assertThat(tapped(false, 0, 77, 0, 0, 0, NlMsgErr.frame(NlMsgHdr.buffer(hey), 0, 77, NetlinkErrno.ENODEV,
                "nobody has that id", NlMsgErr.NO_OFFSET, null)))
                .isEqualTo("answer to 7  platform > port 77  ENODEV: nobody has that id");
        byte[] short1 = header(20, NlMsgHdr.NLMSG_DONE, 20);
        assertThat(tapped(false, 77, 0, 0, NetlinkErrno.EINVAL, CnTap.TO_CONNECTOR, short1)).isEqualTo(
                "no message  port 77 > platform  [EINVAL]  20 bytes 1400000003000000070000000000000000000000");
    }

    private static byte[] header(int length, int type, int capacity) {
        byte[] frame = new byte[capacity];
        NlMsgHdr.put(NlMsgHdr.buffer(frame), length, type, 0, 7, 0);
        return frame;
    }

    @Test
    void shouldTellWhatAGateDroppedAndWhatAMailboxDroppedLater() {
        byte[] hey = message(14, 1, 0, "hey!");
        int gate = CnTap.GATE | CnTap.TO_CONNECTOR;
        byte[] limited = TapFrames.tapped(77, 0, 0, NetlinkErrno.EAGAIN, gate, hey.length, "one too many", hey);
        byte[] broken = TapFrames.tapped(77, 0, 0, NetlinkErrno.EINVAL, gate, 3, "nlmsg_len 3", header(16, 3, 16));
        byte[] control = TapFrames.tapped(
                0, 0, 0, NetlinkErrno.EOPNOTSUPP, gate, 40, null, header(40, GateControl.TAP + 1, 40));
        byte[] late = TapFrames.tapped(77, 0, 0, NetlinkErrno.ENOBUFS, CnTap.LATE | CnTap.TO_CONNECTOR, hey.length,
                "it made room", hey);

        assertThat(tapped(false, limited))
                .isEqualTo("14.1  seq 7 ack 1  port 77 > gate  [EAGAIN: one too many]  hey!");
        assertThat(tapped(false, broken)).isEqualTo("no message  port 77 > gate  [EINVAL: nlmsg_len 3]  "
                + "16 bytes 03000000030000000700000000000000");
        assertThat(tapped(false, control))
                .startsWith("control frame 0xff07  a client > gate  [EOPNOTSUPP]  40 bytes 28");
        assertThat(tapped(false, late)).isEqualTo(
                "14.1  seq 7 ack 1  port 77 > platform  [dropped after it was queued, ENOBUFS: it made room]  hey!");
        assertThat(tapped(true, limited)).contains("\"port\":77,\"to\":\"gate\",\"verdict\":\"EAGAIN\","
                + "\"why\":\"one too many\"", "\"text\":\"hey!\"");
        assertThat(tapped(true, late)).contains("\"to\":\"platform\",\"verdict\":\"ENOBUFS\"", "\"late\":1");
    }

    @Test
    void shouldTellPeopleWhatIsSaidToAndByTheConnector() {
        assertThat(tapped(false, 77, 0, 0, 0, CnTap.TO_CONNECTOR, message(-1, -1, 0, "")))
                .endsWith("asks who is there");
        assertThat(tapped(false, 77, 0, 0, 0, CnTap.TO_CONNECTOR, message(-1, -1, CnMsgHdr.CN_STATISTICS, "")))
                .endsWith("asks for statistics");
        assertThat(tapped(false, 77, 0, 0, 0, CnTap.TO_CONNECTOR, CnMsgHdr.frame(0, -1, -1, 7, 1, 0,
                CnCtlMsg.data(3, new int[] {1, 1}, new int[] {2, 1, 4, 1}))))
                .endsWith("subscribes group 3 to 1 ranges of idx and 2 of val");
        assertThat(tapped(false, 0, 77, 0, 0, 0, CnMsgHdr.frame(0, 14, 1, 0, 1, CnMsgHdr.CN_EXTENDED,
                CnEvent.data(CnEvent.REGISTERED, CnEvent.REASON_UPDATED, 9, 2, "hello", null, null, -1))))
                .endsWith("registered hello UPDATED");
    }

    @Test
    void shouldTellProgramsWhichWayAMessageWentAndWhatBecameOfIt() {
        byte[] hey = message(14, 1, 0, "hey!");
        assertThat(tapped(true, 77, 0, 0, NetlinkErrno.EAGAIN, CnTap.TO_CONNECTOR, hey)).isEqualTo(
                "{\"time\":\"2023-11-14T22:13:20.123456789Z\",\"idx\":14,\"val\":1,\"seq\":7,\"ack\":1,\"port\":77,"
                        + "\"to\":\"platform\",\"verdict\":\"EAGAIN\",\"took\":0,\"dropped\":0,\"len\":4,"
                        + "\"data\":\"68657921\",\"text\":\"hey!\"}");
        assertThat(tapped(true, 0, 0, 14, 0, 0, message(14, 1, 0, "hey!"))).contains(
                "\"port\":0,\"to\":\"group\",\"group\":14,\"sequence\":17,\"verdict\":\"OK\",\"took\":1");
    }

    @Test
    void shouldNotTakeAnOrdinaryMessageForANotification() {
        assertThat(CnNotification.of(new CnMessage(1, 1, 0, 0, new byte[100]))).isNull();
        assertThat(CnNotification.of(new CnMessage(1, 1, 0, 0, 1, new byte[23], 0, 0, 0))).isNull();
    }
}
