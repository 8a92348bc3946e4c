// SPDX-License-Identifier: Apache-2.0
package connector.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The arithmetic of seq and ack, which goes around at 2^32. */
class ReplyConventionTest {

    private static final CbId ID = new CbId(1, 1);
    private static final long U32 = 1L << 32;
    private static final int ROUNDS = 100_000;
    private static final long[] EDGES = {0, 1, 0x7fff_fffeL, 0x7fff_ffffL, 0x8000_0000L, 0xffff_fffeL, 0xffff_ffffL};

    @Test
    void shouldCountModuloTwoToThe32() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            long seq = number(random);
            long ack = number(random);
            CnMsg request = CnMsg.of(ID, (int) seq, (int) ack);
            assertThat(Integer.toUnsignedLong(request.reply().ack())).isEqualTo((ack + 1) % U32);
            assertThat(request.reply().isReplyTo(request)).isTrue();

            long replySeq = random.nextInt(4) == 0 ? number(random) : seq;
            long replyAck = number(random);
            CnMsg reply = CnMsg.of(ID, (int) replySeq, (int) replyAck);
            for (ReplyConvention convention : ReplyConvention.values()) {
                boolean expected = replySeq == seq && switch (convention) {
                    case ACK_PLUS_ONE -> replyAck == (ack + 1) % U32;
                    case SEQ_PLUS_ONE -> replyAck == (seq + 1) % U32;
                    case ACK_IS_ERRNO -> true;
                    case SAME_ACK -> replyAck == ack;
                };
                assertThat(convention.matches(request, reply)).as("seed %d: %s, %s to %s", seed, convention, reply,
                        request).isEqualTo(expected);
            }
            assertThat(reply.isReplyTo(request)).isEqualTo(ReplyConvention.ACK_PLUS_ONE.matches(request, reply));
        }
    }

    private static long number(SplittableRandom random) {
        return random.nextInt(8) == 0 ? random.nextLong(U32) : EDGES[random.nextInt(EDGES.length)];
    }
}
