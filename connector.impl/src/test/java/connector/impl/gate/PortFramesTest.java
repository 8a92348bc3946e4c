// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What counts as a message of those that a client has not got. */
class PortFramesTest {

    private static final int DONE = 3;

    @Test
    void shouldCountWhatComesBehindWhatATapWasToldOf() {
        assertThat(PortFrames.messagesLeft(frames(GateControl.TAP, DONE, DONE))).isEqualTo(1);
    }

    @Test
    void shouldCountWhatComesBehindATapFrameThatATapWasToldOf() {
        assertThat(PortFrames.messagesLeft(frames(GateControl.TAP, GateControl.TAP, DONE))).isEqualTo(1);
    }

    @Test
    void shouldNotCountWhatIsWritten() {
        ByteBuffer frames = frames(DONE, DONE, DONE);

        assertThat(PortFrames.messagesLeft(frames.position(NlMsgHdr.SIZE))).isEqualTo(2);
        assertThat(PortFrames.messagesLeft(frames.position(NlMsgHdr.SIZE + 1))).isEqualTo(2);
        assertThat(PortFrames.messagesLeft(frames.position(3 * NlMsgHdr.SIZE))).isZero();
    }

    /** Frames of a header each, of these types. */
    private static ByteBuffer frames(int... types) {
        ByteBuffer frames = NlMsgHdr.buffer(types.length * NlMsgHdr.SIZE);
        for (int type : types) {
            frames.putInt(NlMsgHdr.SIZE).putShort((short) type).putShort((short) 0).putInt(0).putInt(0);
        }
        return frames.flip();
    }
}
