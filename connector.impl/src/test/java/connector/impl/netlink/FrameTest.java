// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameTest {

    private static final CnMsg ONE = CnMsg.wrap(new CbId(1, 2), 3, 4, 5, new byte[] {6, 7, 8});
    private static final CnMsg TWO = CnMsg.of(new CbId(-1, -2), -3, -4, new byte[13]);

    @Test
    void shouldEncodeAsTheKernelSends() {
        ByteBuffer bytes = Frame.of(ONE).buffer();
        assertThat(bytes.remaining()).isEqualTo(39);
        assertThat(NlMsgHdr.length(bytes, 0)).as("nlmsg_len without padding").isEqualTo(39);
        assertThat(NlMsgHdr.type(bytes, 0)).isEqualTo(NlMsgHdr.NLMSG_DONE);
        assertThat(NlMsgHdr.flags(bytes, 0)).isZero();
        assertThat(NlMsgHdr.seq(bytes, 0)).isEqualTo(3);
        assertThat(NlMsgHdr.pid(bytes, 0)).isZero();
    }

    @Test
    void shouldReadBackSeveralMessagesOfOneDatagram() {
        Frame frame = Frame.of(List.of(ONE, TWO));
        assertThat(frame.length()).isEqualTo(16 + 23 + 33);
        assertThat(Frame.wrap(frame.bytes()).messages()).containsExactly(ONE, TWO);
    }

    @Test
    void shouldEncodeOnce() {
        Frame frame = Frame.of(ONE);
        assertThat(frame.firstDecoded()).isSameAs(ONE);
        assertThat(frame.bytes()).isSameAs(frame.bytes());
    }

    @Test
    void shouldLeaveOutWhatIsCut() {
        byte[] bytes = Frame.of(List.of(ONE, TWO)).bytes();
        for (int length = 16; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThat(Frame.wrap(cut).messages()).hasSize(length < 39 ? 0 : 1);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Frame.wrap(new byte[15])).withMessageContaining("15");
    }
}
