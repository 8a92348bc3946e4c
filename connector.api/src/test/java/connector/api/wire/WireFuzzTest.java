// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Any bytes at all, through everything here that reads. The build replays what is in the folder of inputs; with
 * {@code JAZZER_FUZZ=1} in the environment it looks for more, guided by coverage:
 * {@code JAZZER_FUZZ=1 mvn test -pl connector.api -am -Dtest=WireFuzzTest -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class WireFuzzTest {

    @FuzzTest(maxDuration = "10m")
    void shouldGiveTheSameFramesHoweverTheBytesCome(byte[] data) {
        List<String> whole = frames(data, Math.max(1, data.length));
        assertThat(frames(data, 1)).isEqualTo(whole);
        if (data.length > 0) {
            assertThat(frames(data, 2 + (data[0] & 0x3f))).isEqualTo(whole);
        }
    }

    /** Every frame, by its bytes, and read by all readers; what is no frame by its name. */
    private static List<String> frames(byte[] data, int piece) {
        FrameDecoder decoder = new FrameDecoder(NlMsgHdr.MAX_LENGTH);
        List<String> found = new ArrayList<>();
        for (int at = 0; at < data.length; at += piece) {
            ByteBuffer in = NlMsgHdr.buffer(Arrays.copyOfRange(data, at, Math.min(data.length, at + piece)));
            FrameDecoder.Step step;
            while ((step = decoder.next(in)) != FrameDecoder.Step.NEED_INPUT) {
                ByteBuffer frame = decoder.buffer();
                int offset = decoder.offset();
                assertThat(decoder.held()).isLessThanOrEqualTo(2 * NlMsgHdr.MAX_LENGTH);
                if (step == FrameDecoder.Step.BROKEN) {
                    found.add("broken " + decoder.length());
                    return found;
                }
                if (step == FrameDecoder.Step.FRAME) {
                    byte[] bytes = new byte[decoder.length()];
                    frame.get(offset, bytes);
                    found.add(HexFormat.of().formatHex(bytes));
                    read(frame, offset, decoder.length());
                } else {
                    found.add("too long " + decoder.length());
                }
            }
        }
        found.add(decoder.isMidFrame() ? "cut" : "end");
        return found;
    }

    /** Each reader asks first what it says that has to be asked first, and then must not fail. */
    private static void read(ByteBuffer frame, int offset, int length) {
        if (NlMsgErr.isWhole(length)) {
            int at = NlMsgErr.offset(frame, offset, length);
            byte[] cookie = NlMsgErr.cookie(frame, offset, length);
            String text = NlMsgErr.text(frame, offset, length);
            byte[] again = NlMsgErr.frame(frame, offset, 1, NlMsgErr.errno(frame, offset), text, at, cookie);
            ByteBuffer read = NlMsgHdr.buffer(again);
            assertThat(NlMsgErr.errno(read, 0)).isEqualTo(NlMsgErr.errno(frame, offset));
            assertThat(NlMsgErr.offset(read, 0, again.length)).isEqualTo(at);
            assertThat(NlMsgErr.cookie(read, 0, again.length)).isEqualTo(cookie);
        }
        if (NlMsgOverrun.isWhole(length)) {
            NlMsgOverrun.lost(frame, offset);
            NlMsgOverrun.last(frame, offset);
        }
        if (CnMsgHdr.isWhole(frame, offset, length)) {
            int data = offset + NlMsgHdr.SIZE + CnMsgHdr.SIZE;
            int dataLength = CnMsgHdr.dataLength(frame, offset + NlMsgHdr.SIZE);
            assertThat(dataLength).isBetween(0, length - NlMsgHdr.SIZE - CnMsgHdr.SIZE);
            if (CnCtlMsg.wrongField(frame, data, dataLength) < 0) {
                long requests = Integer.toUnsignedLong(frame.getInt(data + CnCtlMsg.IDX_NUM))
                        + Integer.toUnsignedLong(frame.getInt(data + CnCtlMsg.VAL_NUM));
                assertThat(CnCtlMsg.SIZE + requests * CnCtlMsg.REQ_SIZE).isEqualTo(dataLength);
            }
            for (int begin : new int[] {CnEvent.ATTRIBUTES, CnStat.ATTRIBUTES, ProcEvent.ATTRIBUTES}) {
                for (int type = 1; begin <= dataLength && type <= 4; type++) {
                    NlAttr.string(frame, data + begin, data + dataLength, type);
                    NlAttr.number(frame, data + begin, data + dataLength, type, -1);
                    NlAttr.bytes(frame, data + begin, data + dataLength, type);
                }
            }
        }
    }
}
