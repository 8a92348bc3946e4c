// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.api.wire.FrameDecoder.Step;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {

    private final FrameDecoder decoder = new FrameDecoder(NlMsgHdr.MAX_LENGTH);
    private int refused;

    private static ByteBuffer wrap(byte... bytes) {
        return NlMsgHdr.buffer(bytes);
    }

    private static byte[] header(int length, int type) {
        byte[] header = new byte[16];
        NlMsgHdr.put(NlMsgHdr.buffer(header), length, type, 0, 77, 0);
        return header;
    }

    private byte[] taken() {
        byte[] frame = new byte[decoder.length()];
        decoder.buffer().get(decoder.offset(), frame);
        return frame;
    }

    @Test
    void shouldHandOutAWholeFrameWhereItLies() {
        ByteBuffer in = wrap(CnMsgHdr.frame(0, 1, 2, 3, 4, 0, new byte[] {9}));

        assertThat(decoder.next(in)).isEqualTo(Step.FRAME);
        assertThat(decoder.buffer()).isSameAs(in);
        assertThat(decoder.offset()).isZero();
        assertThat(decoder.length()).isEqualTo(37);
        assertThat(decoder.next(in)).isEqualTo(Step.NEED_INPUT);
        assertThat(in.hasRemaining()).isFalse();
        assertThat(decoder.held()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 15, 16, 17, 64, 1000})
    void shouldGiveTheSameFramesHoweverTheStreamIsCut(int piece) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            byte[] frame = CnMsgHdr.frame(0, i, i, i, 0, 0, new byte[i * 7]);
            stream.writeBytes(frame);
            sent.add(frame);
        }
        assertThat(decode(stream.toByteArray(), () -> piece)).hasSize(50).satisfies(frames -> {
            for (int i = 0; i < 50; i++) {
                assertThat(sent.get(i)).startsWith(frames.get(i));
            }
        });
    }

    @Test
    void shouldGiveTheSameFramesForAnyCutAndAnyLengths() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            refused = 0;
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            int frames = 1 + random.nextInt(20);
            int tooLong = 0;
            for (int i = 0; i < frames; i++) {
                if (random.nextInt(5) == 0) {
                    int claimed = NlMsgHdr.MAX_LENGTH + 1 + random.nextInt(5000);
                    stream.writeBytes(header(claimed, 3));
                    stream.writeBytes(new byte[NlMsgHdr.align(claimed) - 16]);
                    tooLong++;
                } else {
                    stream.writeBytes(CnMsgHdr.frame(0, i, 0, 0, 0, 0, new byte[random.nextInt(600)]));
                }
            }
            List<byte[]> got = decode(stream.toByteArray(), () -> 1 + random.nextInt(3000));
            assertThat(got).as("seed %d, round %d", seed, round).hasSize(frames - tooLong);
            assertThat(refused).as("seed %d, round %d", seed, round).isEqualTo(tooLong);
            assertThat(decoder.isMidFrame()).isFalse();
        }
    }

    private List<byte[]> decode(byte[] stream, IntSupplier pieces) {
        List<byte[]> frames = new ArrayList<>();
        int at = 0;
        while (at < stream.length) {
            int n = Math.min(pieces.getAsInt(), stream.length - at);
            ByteBuffer in = NlMsgHdr.buffer(n).put(stream, at, n).flip();
            at += n;
            Step step = decoder.next(in);
            while (step != Step.NEED_INPUT) {
                assertThat(step).isNotEqualTo(Step.BROKEN);
                if (step == Step.FRAME) {
                    frames.add(taken());
                } else {
                    refused++;
                }
                step = decoder.next(in);
            }
        }
        return frames;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, -1, Integer.MIN_VALUE, (1 << 20) + 1, Integer.MAX_VALUE})
    void shouldBreakAtALengthThatHidesTheNextFrame(int length) {
        ByteBuffer in = wrap(header(length, 3));

        assertThat(decoder.next(in)).isEqualTo(Step.BROKEN);
        assertThat(decoder.length()).isEqualTo(length);
        assertThat(NlMsgHdr.seq(decoder.buffer(), decoder.offset())).isEqualTo(77);
        assertThat(decoder.next(wrap(new byte[64]))).as("for good").isEqualTo(Step.BROKEN);
    }

    @Test
    void shouldBreakTheSameWayWhenTheHeaderCameByteByByte() {
        for (byte b : header(4, 3)) {
            Step step = decoder.next(wrap(b));
            if (step != Step.NEED_INPUT) {
                assertThat(step).isEqualTo(Step.BROKEN);
                assertThat(NlMsgHdr.seq(decoder.buffer(), decoder.offset())).isEqualTo(77);
                return;
            }
        }
        throw new AssertionError("never broken");
    }

    @Test
    void shouldSkipAHugeFrameWithoutHoldingIt() {
        int claimed = 1 << 20;
        assertThat(decoder.next(wrap(header(claimed, 3)))).isEqualTo(Step.TOO_LONG);
        assertThat(decoder.length()).isEqualTo(claimed);
        assertThat(NlMsgHdr.seq(decoder.buffer(), decoder.offset())).isEqualTo(77);

        byte[] piece = new byte[1024];
        for (int left = claimed - 16; left > 0; left -= piece.length) {
            assertThat(decoder.isMidFrame()).isTrue();
            ByteBuffer in = wrap(piece).limit(Math.min(piece.length, left));
            assertThat(decoder.next(in)).isEqualTo(Step.NEED_INPUT);
        }
        assertThat(decoder.held()).isZero();
        assertThat(decoder.isMidFrame()).isFalse();

        assertThat(decoder.next(wrap(header(16, 1)))).isEqualTo(Step.FRAME);
    }

    @Test
    void shouldHoldWhatCameNotWhatWasClaimed() {
        byte[] frame = CnMsgHdr.frame(0, 1, 1, 0, 0, 0, new byte[CnMsgHdr.MAX_DATA]);
        assertThat(decoder.next(wrap(frame).limit(100))).isEqualTo(Step.NEED_INPUT);
        assertThat(decoder.held()).isLessThanOrEqualTo(256);
        assertThat(decoder.isMidFrame()).isTrue();

        ByteBuffer rest = wrap(frame).position(100);
        assertThat(decoder.next(rest)).isEqualTo(Step.FRAME);
        assertThat(taken()).isEqualTo(frame);
        assertThat(decoder.held()).as("large memory is given back").isZero();
    }

    @Test
    void shouldNotCountMissingPaddingAsHalfAFrame() {
        ByteBuffer in = wrap(CnMsgHdr.frame(0, 1, 1, 0, 0, 0, new byte[1])).limit(37);

        assertThat(decoder.next(in)).isEqualTo(Step.FRAME);
        assertThat(decoder.next(in)).isEqualTo(Step.NEED_INPUT);
        assertThat(decoder.isMidFrame()).isFalse();
    }

    @Test
    void shouldRefuseInputInTheOtherByteOrder() {
        ByteOrder other = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? ByteOrder.BIG_ENDIAN
                : ByteOrder.LITTLE_ENDIAN;
        assertThatThrownBy(() -> decoder.next(ByteBuffer.allocate(16).order(other)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldSurviveGarbage() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            FrameDecoder victim = new FrameDecoder(NlMsgHdr.MAX_LENGTH);
            byte[] garbage = new byte[random.nextInt(400)];
            random.nextBytes(garbage);
            for (int i = 0; i + 4 <= garbage.length; i += 4) {
                if (random.nextInt(3) != 0) {
                    garbage[i + 1] = (byte) random.nextInt(2);
                    garbage[i + 2] = 0;
                    garbage[i + 3] = 0;
                }
            }
            ByteBuffer in = wrap(garbage);
            Step step = victim.next(in);
            while (step == Step.FRAME || step == Step.TOO_LONG) {
                assertThat(victim.length()).as("seed %d", seed).isBetween(16, NlMsgHdr.MAX_SKIPPED_LENGTH);
                step = victim.next(in);
            }
        }
    }
}
