// SPDX-License-Identifier: Apache-2.0
package connector.client;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
import connector.api.wire.CnStat.Attribute;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CnStatisticsTest {

    private static final int UNKNOWN_NUMBER = 60;
    private static final int UNKNOWN_TEXT = 15;

    private final ByteBuffer data = NlMsgHdr.buffer(512);

    CnStatisticsTest() {
        CnStat.put(data, CnStat.USER, 1L << 50);
    }

    private void attribute(int length, int type, byte... value) {
        data.putShort((short) length).putShort((short) type).put(value);
        data.position(NlMsgHdr.align(data.position()));
    }

    private CnStatistics read(int flags) {
        byte[] written = new byte[data.position()];
        data.get(0, written);
        return CnStatistics.of(new CnMessage(14, -1, 1, 1, flags, written, 0, 0, 0));
    }

    private CnStatistics read() {
        return read(CnMsgHdr.CN_STATISTICS);
    }

    @Test
    void shouldReadWhatItKnowsAndKeepWhatItDoesNot() {
        CnStat.put(data, Attribute.NAME, "a name");
        CnStat.put(data, Attribute.QUEUED, 7);
        data.putShort((short) 8).putShort((short) UNKNOWN_NUMBER).putInt(-1);
        attribute(4 + 3, UNKNOWN_TEXT, "odd".getBytes(StandardCharsets.UTF_8));
        attribute(4 + 2, Attribute.CAPACITY.type(), (byte) 1, (byte) 2);
        CnStat.put(data, Attribute.DELIVERED, -1);

        CnStatistics read = read();

        assertThat(read.kind()).isEqualTo(CnStat.USER);
        assertThat(read.timeNs()).isEqualTo(1L << 50);
        assertThat(read.idx()).isEqualTo(14);
        assertThat(read.val()).isEqualTo(-1);
        assertThat(read.attributes()).isEqualTo(Map.of(Attribute.NAME.type(), "a name", Attribute.QUEUED.type(), 7L,
                UNKNOWN_NUMBER, 0xffff_ffffL, UNKNOWN_TEXT, "odd", Attribute.DELIVERED.type(), -1L));
        assertThat(read.text(Attribute.NAME)).isEqualTo("a name");
        assertThat(read.text(Attribute.BUNDLE)).isNull();
        assertThat(read.number(Attribute.QUEUED)).isEqualTo(7);
        assertThat(read.number(Attribute.CAPACITY)).as("not told").isZero();
        assertThat(read.number(Attribute.CAPACITY, 3)).isEqualTo(3);
    }

    @Test
    void shouldBelieveTheFirstOfTwo() {
        CnStat.put(data, Attribute.QUEUED, 7);
        CnStat.put(data, Attribute.QUEUED, 8);

        assertThat(read().number(Attribute.QUEUED)).isEqualTo(7);
    }

    @Test
    void shouldStopAtAnAttributeWhoseLengthIsFalse() {
        for (int length : new int[] {0, 3, 4 + 8 + 1, 0xffff}) {
            data.clear();
            CnStat.put(data, CnStat.BUS, 1);
            CnStat.put(data, Attribute.QUEUED, 7);
            attribute(length, Attribute.CAPACITY.type(), new byte[8]);

            assertThat(read().attributes()).as("length %d", length).isEqualTo(Map.of(Attribute.QUEUED.type(), 7L));
        }
    }

    @Test
    void shouldBeNothingOfAnotherMessage() {
        assertThat(read(0)).as("without the flag").isNull();
        data.position(CnStat.ATTRIBUTES - 1);
        assertThat(read()).as("too short").isNull();
        data.position(CnStat.ATTRIBUTES + NlAttr.SIZE - 1);
        assertThat(read().attributes()).as("a part of an attribute").isEmpty();
    }

    @Test
    void shouldTellOneThingFromAnotherByItsKey() {
        assertThat(of(CnStat.BUS, Map.of()).key()).isEqualTo("bus");
        assertThat(of(CnStat.USER, Map.of(Attribute.STATE.type(), "active")).key()).isEqualTo("user 14.4294967295");
        assertThat(of(CnStat.USER, Map.of(Attribute.STATE.type(), "standby", Attribute.RANKING.type(), -3L)).key())
                .isEqualTo("user 14.4294967295 standby -1 -3");
        assertThat(of(CnStat.USER, Map.of(Attribute.STATE.type(), "standby", Attribute.BUNDLE_ID.type(), 0L)).key())
                .isEqualTo("user 14.4294967295 standby 0 0");
        assertThat(of(CnStat.GROUP, Map.of(Attribute.NUMBER.type(), 5L)).key()).isEqualTo("group 5");
        assertThat(of(CnStat.PORT, Map.of(Attribute.NUMBER.type(), 0xffff_ffffL)).key()).isEqualTo("port 4294967295");
        assertThat(of(CnStat.GATE, Map.of(Attribute.NAME.type(), "default")).key()).isEqualTo("gate default");
        assertThat(of(-1, Map.of()).key()).isEqualTo("4294967295");
    }

    @Test
    void shouldNameAttributesOfALaterPlatformByTheirNumbers() {
        assertThat(CnStatistics.attributeName(Attribute.DROPPED_OLDEST.type())).isEqualTo("dropped_oldest");
        assertThat(CnStatistics.attributeName(UNKNOWN_NUMBER)).isEqualTo("attribute_60");
    }

    private static CnStatistics of(int kind, Map<Integer, Object> attributes) {
        return new CnStatistics(kind, 14, -1, 0, new TreeMap<>(attributes));
    }
}
