// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;

/**
 * A message that passed, and what became of it. Shared by all taps. Its fields are those of {@link CnTap}.
 *
 * @param frame the message
 * @param timeNs when it came, nanoseconds since 1970
 * @param from port of the sender, u32, 0 for the connector
 * @param to destination port, u32
 * @param group destination group, u32
 * @param busSequence its number in that group
 * @param errno why it went nowhere, 0 if it did not
 * @param took how many took it
 * @param dropped how many had no room for it
 * @param flags of {@link CnTap}
 * @param text why it went nowhere, where there is more to say than the errno; or null
 */
public record Passage(Frame frame, long timeNs, int from, int to, int group, long busSequence, int errno, int took,
        int dropped, int flags, String text) {

    /** Cuts the text. */
    public Passage {
        text = CnTap.cut(text);
    }

    /** Whether it is a control frame, which a gate dropped: what it says is no message, whatever it looks like. */
    boolean isControl() {
        return (flags & CnTap.GATE) != 0 && GateControl.isControl(NlMsgHdr.type(frame.buffer(), 0));
    }

    /** How much of the frame is told. */
    int capturedLength() {
        return Math.min(frame.length(), NlMsgHdr.MAX_LENGTH);
    }

    /** Length of the TAP frame, in bytes. */
    int headerLength() {
        return CnTap.LENGTH + (text == null ? 0 : NlAttr.sizeOf(text));
    }

    /** Writes it as the TAP frame of a tap, with the frame after it, padded. */
    void put(ByteBuffer out, int receiver, long number) {
        byte[] bytes = frame.bytes();
        NlMsgHdr.put(out, headerLength(), GateControl.TAP, 0, 0, receiver);
        out.putLong(timeNs).putLong(number).putInt(from).putInt(to).putInt(group).putInt(errno).putLong(busSequence)
                .putInt(took).putInt(dropped).putInt(flags).putInt(NlMsgHdr.length(frame.buffer(), 0));
        if (text != null) {
            NlAttr.putString(out, CnTap.ATTR_TEXT, text);
        }
        int at = out.position();
        out.put(bytes, 0, capturedLength());
        // What follows must be found by it, whatever its sender claimed.
        out.putInt(at + NlMsgHdr.LEN, capturedLength());
        NlMsgHdr.pad(out);
    }
}
