// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import java.nio.ByteBuffer;

/**
 * What the platform answered to a message with {@code NLM_F_ACK}, or to a control frame.
 *
 * @param errno 0, or a positive errno of {@link NetlinkErrno}
 * @param text what was wrong and what to do, or null
 * @param offset in the frame of the field that was wrong, or -1
 * @param cookie what was asked for, or null
 */
// As with messages: bytes on their way, never a key.
@SuppressWarnings("ArrayRecordComponent")
public record CnAnswer(int errno, String text, int offset, byte[] cookie) {

    /** {@return whether it was accepted} */
    public boolean isOk() {
        return errno == 0;
    }

    /** {@return {@code "OK"}, or the errno's name and the text} */
    @Override
    public String toString() {
        return NetlinkErrno.name(errno) + (text == null ? "" : ": " + text);
    }

    static CnAnswer of(ByteBuffer frame, int at, int length) {
        return new CnAnswer(
                NlMsgErr.errno(frame, at), NlMsgErr.text(frame, at, length), NlMsgErr.offset(frame, at, length),
                NlMsgErr.cookie(frame, at, length));
    }
}
