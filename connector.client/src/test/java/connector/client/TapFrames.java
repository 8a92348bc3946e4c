// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;

/** TAP frames as a gate writes them, field by field. */
public final class TapFrames {

    /** 2023-11-14T22:13:20.123456789Z, in nanoseconds since 1970. */
    public static final long TIME_NS = 1_700_000_000_123_456_789L;

    private TapFrames() {
    }

    /** {@return a TAP frame and the frame that passed} */
    public static byte[] tapped(int from, int to, int group, int errno, int flags, byte[] frame) {
        return tapped(from, to, group, errno, flags, NlMsgHdr.length(NlMsgHdr.buffer(frame), 0), null, frame);
    }

    /** {@return a TAP frame that says why, and the frame that went nowhere, which claimed another length} */
    public static byte[] tapped(
            int from, int to, int group, int errno, int flags, int claimed, String text, byte[] frame) {
        int begin = CnTap.LENGTH + (text == null ? 0 : NlAttr.sizeOf(text));
        byte[] bytes = new byte[begin + frame.length];
        ByteBuffer both = NlMsgHdr.buffer(bytes);
        NlMsgHdr.put(both, begin, GateControl.TAP, 0, 0, 99);
        boolean took = errno == 0;
        both.putLong(TIME_NS).putLong(5).putInt(from).putInt(to).putInt(group).putInt(errno)
                .putLong(group == 0 ? 0 : 17).putInt(took ? 1 : 0).putInt(0).putInt(flags).putInt(claimed);
        if (text != null) {
            NlAttr.putString(both, CnTap.ATTR_TEXT, text);
        }
        both.put(frame);
        return bytes;
    }
}
