// SPDX-License-Identifier: Apache-2.0
package connector.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class CnMsgTest {

    private static final CbId ID = new CbId(1, 2);

    @Test
    void shouldNotSeeLaterChangesOfTheCallersArray() {
        byte[] data = {1, 2, 3};
        CnMsg msg = CnMsg.of(ID, data);
        data[0] = 9;
        assertThat(msg.toByteArray()).containsExactly(1, 2, 3);
        msg.toByteArray()[0] = 9;
        assertThat(msg.toByteArray()).containsExactly(1, 2, 3);
    }

    @Test
    void shouldGiveItsDataForReadingOnly() {
        ByteBuffer data = CnMsg.of(ID, (byte) 1).data();
        assertThatExceptionOfType(ReadOnlyBufferException.class).isThrownBy(() -> data.put((byte) 2));
    }

    @Test
    void shouldReadNumbersInHostByteOrderAsTheyLieInACStructure() {
        byte[] data = new byte[15];
        ByteBuffer.wrap(data).order(ByteOrder.nativeOrder()).put((byte) 7).putShort((short) -2).putInt(-3)
                .putLong(Long.MIN_VALUE + 4);
        CnMsg msg = CnMsg.of(ID, data);
        assertThat(msg.getShort(1)).isEqualTo((short) -2);
        assertThat(msg.getInt(3)).isEqualTo(-3);
        assertThat(msg.getLong(7)).isEqualTo(Long.MIN_VALUE + 4);
    }

    @Test
    void shouldReadNoNumberBeyondItsData() {
        CnMsg msg = CnMsg.of(ID, new byte[8]);
        assertThat(msg.getLong(0)).isZero();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> msg.getLong(1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> msg.getInt(5));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> msg.getShort(7));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> msg.getInt(-1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> CnMsg.of(ID).getShort(0));
    }

    @Test
    void shouldLeaveThePositionOfABufferAlone() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {0, 1, 2, 3}).position(1).limit(3);
        assertThat(CnMsg.of(ID, 0, 0, buffer).toByteArray()).containsExactly(1, 2);
        assertThat(buffer.position()).isEqualTo(1);
    }

    @Test
    void shouldCarryAsMuchAsAMessageMayAndNameTheLengthBeyondIt() {
        assertThat(CnMsg.of(ID, new byte[CnMsg.MAX_DATA]).length()).isEqualTo(16384);
        assertThatIllegalArgumentException().isThrownBy(() -> CnMsg.of(ID, new byte[16385]))
                .withMessageContaining("16385").withMessageContaining("16384");
    }

    @Test
    void shouldRefuseFlagsBeyond16BitsAndNameThem() {
        assertThatIllegalArgumentException().isThrownBy(() -> CnMsg.wrap(ID, 0, 0, 0x10000, new byte[0]))
                .withMessageContaining("65536");
    }

    @Test
    void shouldReplyWithTheSameSeqAndTheNextAckAcrossTheWrap() {
        CnMsg request = CnMsg.of(ID, 7, -1, (byte) 1);
        CnMsg reply = request.reply((byte) 2);
        assertThat(reply.id()).isEqualTo(ID);
        assertThat(reply.seq()).isEqualTo(7);
        assertThat(reply.ack()).isZero();
        assertThat(reply.isReplyTo(request)).isTrue();
        assertThat(request.isReplyTo(request)).isFalse();
    }

    @Test
    void shouldReadTextWithAndWithoutTheNulOfC() {
        assertThat(CnMsg.of(ID, (byte) 'a', (byte) 0).text()).isEqualTo("a");
        assertThat(CnMsg.ofText(ID, 0, 0, "ä").text()).isEqualTo("ä");
        assertThat(CnMsg.of(ID).text()).isEmpty();
    }

    @Test
    void shouldKnowRepliesByEachConvention() {
        CnMsg request = CnMsg.of(ID, -1, 100);
        assertThat(ReplyConvention.ACK_PLUS_ONE.matches(request, CnMsg.of(ID, -1, 101))).isTrue();
        assertThat(ReplyConvention.ACK_PLUS_ONE.matches(request, CnMsg.of(ID, -1, 100))).isFalse();
        assertThat(ReplyConvention.SEQ_PLUS_ONE.matches(request, CnMsg.of(ID, -1, 0))).isTrue();
        assertThat(ReplyConvention.SEQ_PLUS_ONE.matches(request, CnMsg.of(ID, -1, 101))).isFalse();
        assertThat(ReplyConvention.ACK_IS_ERRNO.matches(request, CnMsg.of(ID, -1, 22))).isTrue();
        assertThat(ReplyConvention.SAME_ACK.matches(request, CnMsg.of(ID, -1, 100))).isTrue();
        assertThat(ReplyConvention.SAME_ACK.matches(request, CnMsg.of(ID, -1, 101))).isFalse();
        for (ReplyConvention convention : ReplyConvention.values()) {
            assertThat(convention.matches(request, CnMsg.of(ID, 1, 101))).as("another seq, %s", convention).isFalse();
        }
    }
}
