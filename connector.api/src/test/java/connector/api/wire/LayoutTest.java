// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every frame against bytes written down by hand, in the order of a little-endian machine. */
class LayoutTest {

    @BeforeEach
    void vectorsAreLittleEndian() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the vectors are written for little-endian");
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("[^0-9a-f]", ""));
    }

    private static byte[] written(ByteBuffer frame) {
        byte[] bytes = new byte[frame.position()];
        frame.get(0, bytes);
        return bytes;
    }

    @Test
    void shouldEncodeTheNotificationRequestOfCnTest() {
        byte[] request = CnCtlMsg.data(1, new int[] {0x123, 10}, new int[] {0x456, 10, 0x46a, 10});
        ByteBuffer frame = NlMsgHdr.buffer(76);
        NlMsgHdr.put(frame, 76, NlMsgHdr.NLMSG_DONE, 0, 0x123, 0);
        CnMsgHdr.put(frame, CnMsgHdr.CN_CONNECTOR, CnMsgHdr.CN_CONNECTOR, 0x123, 0x345, request.length, 0);
        frame.put(request);

        byte[] golden = bytes("""
                4c000000 0300 0000 23010000 00000000
                ffffffff ffffffff 23010000 45030000 2800 0000
                01000000 02000000 01000000 18000000
                23010000 0a000000 56040000 0a000000 6a040000 0a000000""");
        assertThat(written(frame)).isEqualTo(golden);
        assertThat(CnMsgHdr.frame(0, -1, -1, 0x123, 0x345, 0, request)).isEqualTo(golden);
    }

    @Test
    void shouldEncodeTheLegacyEventInTwentyBytesOfConnectorHeader() {
        assertThat(CnMsgHdr.frame(0, 0x123, 0x456, 0, 1, 0, new byte[0])).isEqualTo(bytes("""
                24000000 0300 0000 00000000 00000000
                23010000 56040000 00000000 01000000 0000 0000"""));
    }

    @Test
    void shouldPadDataToFourWithoutCountingIt() {
        byte[] frame = CnMsgHdr.frame(
                NlMsgHdr.NLM_F_ACK, 14, 0x457, 7, 0, 0, "counter = 7\0x".getBytes(StandardCharsets.US_ASCII));

        assertThat(frame).isEqualTo(bytes("""
                31000000 0300 0400 07000000 00000000
                0e000000 57040000 07000000 00000000 0d00 0000
                636f756e 74657220 3d203700 78 000000"""));
    }

    @Test
    void shouldEncodeAnErrorWithTextOffsetAndCookie() {
        ByteBuffer request = NlMsgHdr.buffer(36);
        NlMsgHdr.put(request, 0x24, 3, 4, 9, 0);

        byte[] frame = NlMsgErr.frame(
                request, 0, 0x1234, NetlinkErrno.ENODEV, "no 5.6", 16, new byte[] {1, 2, 3, 4, 5});

        assertThat(frame).isEqualTo(bytes("""
                44000000 0200 0003 09000000 34120000
                edffffff 24000000 0300 0400 09000000 00000000
                0b00 0100 6e6f2035 2e3600 00
                0800 0200 10000000
                0900 0300 01020304 05 000000"""));
        ByteBuffer read = NlMsgHdr.buffer(frame);
        assertThat(NlMsgErr.errno(read, 0)).isEqualTo(19);
        assertThat(NlMsgErr.text(read, 0, frame.length)).isEqualTo("no 5.6");
        assertThat(NlMsgErr.offset(read, 0, frame.length)).isEqualTo(16);
        assertThat(NlMsgErr.cookie(read, 0, frame.length)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void shouldEncodeABareAcknowledgementInThirtySixBytes() {
        ByteBuffer request = NlMsgHdr.buffer(16);
        NlMsgHdr.put(request, 16, 0xFF05, 1, 2, 0);

        byte[] frame = NlMsgErr.frame(request, 0, 3, 0, null, NlMsgErr.NO_OFFSET, null);

        assertThat(frame).isEqualTo(bytes("""
                24000000 0200 0001 02000000 03000000
                00000000 10000000 05ff 0100 02000000 00000000"""));
        assertThat(NlMsgErr.isWhole(frame.length)).isTrue();
        assertThat(NlMsgErr.isWhole(frame.length - 1)).isFalse();
    }

    @Test
    void shouldEncodeAnOverrun() {
        ByteBuffer frame = NlMsgHdr.buffer(NlMsgOverrun.LENGTH);
        NlMsgOverrun.put(frame, 5, 14, 3, 0x100000001L, 0x100000003L);

        assertThat(written(frame)).isEqualTo(bytes("""
                30000000 0400 0000 00000000 05000000
                0e000000 00000000 0300000000000000
                0100000001000000 0300000001000000"""));
        assertThat(NlMsgOverrun.group(frame, 0)).isEqualTo(14);
        assertThat(NlMsgOverrun.lost(frame, 0)).isEqualTo(3);
        assertThat(NlMsgOverrun.first(frame, 0)).isEqualTo(0x100000001L);
        assertThat(NlMsgOverrun.last(frame, 0)).isEqualTo(0x100000003L);
    }

    @Test
    void shouldEncodeControlFrames() {
        ByteBuffer frame = NlMsgHdr.buffer(256);
        GateControl.putPair(frame, GateControl.TO, 1, 7, 14);
        GateControl.putPair(frame, GateControl.BIND, 2, 0, 1);
        GateControl.putSetSockOpt(frame, 3, GateControl.SOL_NETLINK, GateControl.NETLINK_ADD_MEMBERSHIP, 12345);
        GateControl.putFrom(frame, 7, 14, 2);

        assertThat(written(frame)).isEqualTo(bytes("""
                18000000 00ff 0100 01000000 00000000 07000000 0e000000
                18000000 02ff 0100 02000000 00000000 00000000 01000000
                1c000000 03ff 0100 03000000 00000000 0e010000 01000000 39300000
                20000000 01ff 0000 00000000 00000000 07000000 0e000000 0200000000000000"""));
    }

    @Test
    void shouldEncodeAnExtendedEvent() {
        byte[] data = CnEvent.data(
                CnEvent.REGISTERED, CnEvent.REASON_UPDATED, 9, 2, "cn_test", "agent.cntest", null, 7);

        assertThat(data).isEqualTo(bytes("""
                01000000 02000000 0900000000000000 0200000000000000
                0c00 0100 636e5f74 65737400
                1100 0200 6167656e 742e636e 74657374 00 000000
                0c00 0400 0700000000000000"""));
        ByteBuffer read = NlMsgHdr.buffer(data);
        assertThat(NlAttr.string(read, CnEvent.ATTRIBUTES, data.length, CnEvent.ATTR_BUNDLE)).isEqualTo("agent.cntest");
        assertThat(NlAttr.string(read, CnEvent.ATTRIBUTES, data.length, CnEvent.ATTR_VERSION)).isNull();
        assertThat(NlAttr.number(read, CnEvent.ATTRIBUTES, data.length, CnEvent.ATTR_BUNDLE_ID, -1)).isEqualTo(7);
    }

    @Test
    void shouldEncodeARequestForExtendedEventsWithEveryIdInTheRange() {
        byte[] request = CnCtlMsg.data(1, new int[] {0, -1}, new int[] {-1, 1});

        assertThat(CnMsgHdr.frame(NlMsgHdr.NLM_F_ACK, CnMsgHdr.CN_CONNECTOR, CnMsgHdr.CN_CONNECTOR, 1, 0,
                CnMsgHdr.CN_EXTENDED, request)).isEqualTo(bytes("""
                44000000 0300 0400 01000000 00000000
                ffffffff ffffffff 01000000 00000000 2000 0100
                01000000 01000000 01000000 10000000
                00000000 ffffffff ffffffff 01000000"""));
    }

    @Test
    void shouldEncodeTheRequestForStatisticsAndWhatIsAnswered() {
        assertThat(CnMsgHdr.frame(NlMsgHdr.NLM_F_DUMP, CnMsgHdr.CN_CONNECTOR, CnMsgHdr.CN_CONNECTOR, 5, 0,
                CnMsgHdr.CN_STATISTICS, new byte[0])).isEqualTo(bytes("""
                24000000 0300 0003 05000000 00000000
                ffffffff ffffffff 05000000 00000000 0000 0200"""));

        ByteBuffer data = NlMsgHdr.buffer(256);
        CnStat.put(data, CnStat.USER, 0x1122334455667788L);
        CnStat.put(data, CnStat.Attribute.NAME, "cn_test");
        CnStat.put(data, CnStat.Attribute.BUNDLE, null);
        CnStat.putId(data, CnStat.Attribute.UID, 0);
        CnStat.putId(data, CnStat.Attribute.GID, -1);
        CnStat.put(data, CnStat.Attribute.QUEUED, 3);
        CnStat.put(data, CnStat.Attribute.STUCK, 0);
        assertThat(written(data)).isEqualTo(bytes("""
                02000000 00000000 8877665544332211
                0c00 0100 636e5f74 65737400
                0c00 1200 0000000000000000
                0c00 1500 0300000000000000"""));
    }

    @Test
    void shouldEncodeSeveralMessagesInOneFrame() {
        ByteBuffer frame = NlMsgHdr.buffer(256);
        NlMsgHdr.put(frame, 60, NlMsgHdr.NLMSG_DONE, 0, 1, 0);
        CnMsgHdr.put(frame, 14, 0x456, 1, 0, 4, 0);
        frame.putInt(0x64636261);
        CnMsgHdr.put(frame, 14, 0x457, 2, 0, 0, 0);

        assertThat(written(frame)).isEqualTo(bytes("""
                3c000000 0300 0000 01000000 00000000
                0e000000 56040000 01000000 00000000 0400 0000 61626364
                0e000000 57040000 02000000 00000000 0000 0000"""));
        assertThat(CnMsgHdr.isWhole(frame, 0, 60)).isTrue();
    }

    @Test
    void shouldReadAProcessEventOfTheHostWithWhatThePlatformAdds() {
        byte[] exit = bytes("""
                00000080 01000000 0807060504030201
                d2040000 d2040000 00010000 11000000 01000000 01000000
                0a00 0100 736c6565 7000 0000
                0c00 0200 0500000000000000""");
        ByteBuffer data = NlMsgHdr.buffer(exit);

        assertThat(data.getInt(ProcEvent.WHAT)).isEqualTo(ProcEvent.PROC_EVENT_EXIT);
        assertThat(data.getInt(ProcEvent.CPU)).isEqualTo(1);
        assertThat(data.getLong(ProcEvent.TIMESTAMP_NS)).isEqualTo(0x0102030405060708L);
        assertThat(data.getInt(ProcEvent.EVENT_DATA + 8)).as("exit_code").isEqualTo(256);
        assertThat(NlAttr.string(data, ProcEvent.ATTRIBUTES, exit.length, ProcEvent.ATTR_NAME)).isEqualTo("sleep");
        assertThat(NlAttr.number(data, ProcEvent.ATTRIBUTES, exit.length, ProcEvent.ATTR_LOST, -1)).isEqualTo(5);
    }

    @Test
    void shouldReadBackEveryHeaderFieldUnsigned() {
        ByteBuffer frame = NlMsgHdr.buffer(36);
        NlMsgHdr.put(frame, 36, 0xFFFE, 0xFFFD, -3, -4);
        CnMsgHdr.put(frame, -5, -6, -7, -8, 0xFFF7, 0xFFF6);

        assertThat(NlMsgHdr.length(frame, 0)).isEqualTo(36);
        assertThat(NlMsgHdr.type(frame, 0)).isEqualTo(0xFFFE);
        assertThat(NlMsgHdr.flags(frame, 0)).isEqualTo(0xFFFD);
        assertThat(NlMsgHdr.seq(frame, 0)).isEqualTo(-3);
        assertThat(NlMsgHdr.pid(frame, 0)).isEqualTo(-4);
        assertThat(CnMsgHdr.idx(frame, 16)).isEqualTo(-5);
        assertThat(CnMsgHdr.val(frame, 16)).isEqualTo(-6);
        assertThat(CnMsgHdr.seq(frame, 16)).isEqualTo(-7);
        assertThat(CnMsgHdr.ack(frame, 16)).isEqualTo(-8);
        assertThat(CnMsgHdr.dataLength(frame, 16)).isEqualTo(0xFFF7);
        assertThat(CnMsgHdr.flags(frame, 16)).isEqualTo(0xFFF6);
    }

    @Test
    void shouldTellAMessageWhoseLengthIsFalse() {
        byte[] frame = CnMsgHdr.frame(0, 1, 1, 0, 0, 0, new byte[8]);
        ByteBuffer buffer = NlMsgHdr.buffer(frame);

        assertThat(CnMsgHdr.isWhole(buffer, 0, 44)).isTrue();
        assertThat(CnMsgHdr.isWhole(buffer, 0, 43)).isFalse();
        assertThat(CnMsgHdr.isWhole(buffer, 0, 35)).isFalse();
        buffer.putShort(16 + CnMsgHdr.DATA_LEN, (short) 0xFFFF);
        assertThat(CnMsgHdr.isWhole(buffer, 0, 44)).isFalse();
    }

    @Test
    void shouldNameTheFieldThatIsWrongInANotificationRequest() {
        byte[] data = CnCtlMsg.data(1, new int[] {1, 1}, new int[] {2, 1});
        ByteBuffer request = NlMsgHdr.buffer(data);
        assertThat(CnCtlMsg.wrongField(request, 0, data.length)).isEqualTo(-1);
        assertThat(CnCtlMsg.wrongField(request, 0, 15)).isEqualTo(CnCtlMsg.IDX_NUM);

        request.putInt(CnCtlMsg.REQUESTS_LEN, 8);
        assertThat(CnCtlMsg.wrongField(request, 0, data.length)).isEqualTo(CnCtlMsg.REQUESTS_LEN);

        // The sum of these two wraps to 0 in 32 bits, which once passed for an empty request.
        request.putInt(CnCtlMsg.IDX_NUM, 0x8000_0000).putInt(CnCtlMsg.VAL_NUM, 0x8000_0000);
        assertThat(CnCtlMsg.wrongField(request, 0, 16)).isEqualTo(CnCtlMsg.IDX_NUM);
    }

    @Test
    void shouldNotFollowAttributesWhoseLengthIsFalse() {
        ByteBuffer list = NlMsgHdr.buffer(16);
        list.putShort((short) 3).putShort((short) 9).putShort((short) 8).putShort((short) 1).putInt(5);
        assertThat(NlAttr.find(list, 0, 12, 1)).as("length below its own header").isEqualTo(-1);

        list.putShort(0, (short) 400);
        assertThat(NlAttr.find(list, 0, 12, 9)).as("length beyond the end").isEqualTo(-1);

        list.putShort(0, (short) 4);
        assertThat(NlAttr.number(list, 0, 12, 1, -1)).isEqualTo(5);
        assertThat(NlAttr.number(list, 0, 12, 2, -1)).isEqualTo(-1);
    }

    @Test
    void shouldRefuseDataThatNoMessageCarries() {
        assertThatThrownBy(() -> CnMsgHdr.frame(0, 1, 1, 0, 0, 0, new byte[CnMsgHdr.MAX_DATA + 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16385")
                .hasMessageContaining("16384");
    }

    @Test
    void shouldCutAnOverlongTextBetweenCharacters() {
        ByteBuffer request = NlMsgHdr.buffer(16);
        byte[] frame = NlMsgErr.frame(request, 0, 0, 22, "\uD83D\uDE00".repeat(500), NlMsgErr.NO_OFFSET, null);

        String text = NlMsgErr.text(NlMsgHdr.buffer(frame), 0, frame.length);
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(NlMsgErr.MAX_TEXT);
        assertThat(text.replace("\uD83D\uDE00", "")).isEmpty();
    }
}
