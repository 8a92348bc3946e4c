// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.NotifyEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CnTextTest {

    @ParameterizedTest
    @CsvSource({"1, registered", "2, unregistered", "3, present", "4, snapshot-end", "5, changed", "6, expired",
        "0, 0", "7, 7", "-1, 4294967295"})
    void shouldTellEachKindOfNotification(int kind, String text) {
        assertThat(CnText.message(14, 1, CnMsgHdr.CN_EXTENDED, CnEvent.data(kind, 0, 1, 1, "hello", null, null, -1)))
                .isEqualTo(text + " hello");
        assertThat(CnText.message(14, 1, CnMsgHdr.CN_EXTENDED, CnEvent.data(kind, 0, 1, 1, null, null, null, -1)))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1, STARTED", "2, UPDATED", "3, REFRESHED", "4, TOOK_OVER", "16, WITHDRAWN", "17, STOPPED",
        "18, SUSPENDED", "5, 5", "-1, 4294967295"})
    void shouldTellEachReason(int reason, String text) {
        assertThat(CnText.message(14, 1, CnMsgHdr.CN_EXTENDED,
                CnEvent.data(CnEvent.REGISTERED, reason, 1, 1, "hello", null, null, -1)))
                .isEqualTo("registered hello " + text);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCallKindsAsTheApiDoes(NotifyEvent.Kind kind) {
        assertThat(CnEvent.kindName(kind.code()))
                .isEqualTo(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    @ParameterizedTest
    @EnumSource
    void shouldCallReasonsAsTheApiDoes(NotifyEvent.Reason reason) {
        assertThat(CnEvent.reasonName(reason.code())).isEqualTo(reason.name());
    }

    @ParameterizedTest
    @CsvSource({"1, statistics of bus", "2, statistics of user 14.4294967295", "3, statistics of group 7",
        "4, statistics of port 7", "5, statistics of gate default", "6, end of statistics", "9, statistics of 9"})
    void shouldTellWhatStatisticsAreOf(int kind, String text) {
        ByteBuffer data = NlMsgHdr.buffer(64);
        CnStat.put(data, kind, 99);
        CnStat.put(data, CnStat.Attribute.NAME, "default");
        CnStat.put(data, CnStat.Attribute.NUMBER, 7);

        byte[] written = new byte[data.position()];
        data.get(0, written);
        assertThat(CnText.message(14, -1, CnMsgHdr.CN_STATISTICS, written)).isEqualTo(text);
    }

    @Test
    void shouldTellRequestsToTheConnector() {
        byte[] request = CnCtlMsg.data(-1, new int[] {1, 1, 2, 1}, new int[] {3, 1});
        byte[] cancel = CnCtlMsg.data(0, new int[] {1, 1}, new int[] {3, 1, 5, 5});
        byte[] wrong = request.clone();
        NlMsgHdr.buffer(wrong).putInt(CnCtlMsg.REQUESTS_LEN, 7);

        assertThat(toConnector(0)).isEqualTo("asks who is there");
        assertThat(toConnector(CnMsgHdr.CN_STATISTICS)).isEqualTo("asks for statistics");
        assertThat(toConnector(0, request)).isEqualTo("subscribes group 4294967295 to 2 ranges of idx and 1 of val");
        assertThat(toConnector(CnMsgHdr.CN_EXTENDED, cancel))
                .isEqualTo("cancels the subscription to 1 ranges of idx and 2 of val");
        assertThat(toConnector(0, wrong)).startsWith("a request that contradicts itself: 40 bytes 02000000");
        assertThat(CnText.message(-1, 1, 0, request)).as("to another id").startsWith("40 bytes 02");
        assertThat(CnText.message(1, -1, 0, request)).as("to another id").startsWith("40 bytes 02");
    }

    private static String toConnector(int flags, byte... data) {
        return CnText.message(CnMsgHdr.CN_CONNECTOR, CnMsgHdr.CN_CONNECTOR, flags, data);
    }

    @Test
    void shouldTellExtendedRequestsFromTheEndOfASnapshotWhichHasTheSameId() {
        for (int ranges = 0; ranges < 8; ranges++) {
            assertThat(toConnector(CnMsgHdr.CN_EXTENDED, CnCtlMsg.data(1, new int[2 * ranges], new int[2])))
                    .isEqualTo("subscribes to " + ranges + " ranges of idx and 1 of val");
        }
        assertThat(toConnector(CnMsgHdr.CN_EXTENDED, CnCtlMsg.data(1, new int[8], new int[0])))
                .as("4 and 0, as in the end of a snapshot")
                .isEqualTo("subscribes to 4 ranges of idx and 0 of val");
        assertThat(toConnector(CnMsgHdr.CN_EXTENDED,
                CnEvent.data(CnEvent.SNAPSHOT_END, CnEvent.REASON_NONE, 5, 0, null, null, null, -1)))
                .isEqualTo("snapshot-end");
    }

    @Test
    void shouldTellDataAsTextOrAsDigits() {
        assertThat(CnText.data(new byte[0])).isEqualTo("(no data)");
        assertThat(CnText.data(new byte[3])).as("NULs alone").isEqualTo("3 bytes 000000");
        assertThat(CnText.data(utf8("one\ntwo\t3 \u20ac\0\0"))).isEqualTo("one\\ntwo\\t3 \u20ac");
        assertThat(CnText.data(utf8("a\0b"))).isEqualTo("3 bytes 610062");
        assertThat(CnText.data(utf8("\u001b[2J"))).as("what a terminal obeys").isEqualTo("4 bytes 1b5b324a");
        assertThat(CnText.data(new byte[] {'a', (byte) 0xc3})).as("half a character").isEqualTo("2 bytes 61c3");
        assertThat(CnText.text(utf8("yes\0"))).isEqualTo("yes");
        assertThat(CnText.text(utf8("\u0007"))).isNull();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
