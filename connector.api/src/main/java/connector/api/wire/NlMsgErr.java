// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;

/**
 * {@code struct nlmsgerr}, the payload of an {@link NlMsgHdr#NLMSG_ERROR} frame: the answer to one frame.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |           nlmsghdr of the answer: len, 2, flags, seq, port    |
 *  +---------------------------------------------------------------+
 *  |          error, signed: 0, or the errno negated               |  16
 *  +---------------------------------------------------------------+
 *  |                                                               |  20
 *  +             nlmsghdr of the frame that is answered            +
 *  |                          (16 bytes)                           |
 *  +---------------------------------------------------------------+
 *  |     attributes (NlAttr), where NLM_F_ACK_TLVS is set ...      |  36
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * {@code nlmsg_seq} is that of the answered frame. Only its header is repeated ({@code NLM_F_CAPPED} is always set),
 * and attributes come without being asked for; both are socket options on Linux.
 *
 * <p>Offsets are from the beginning of the frame.
 */
public final class NlMsgErr {

    /** Offset of {@code error}, s32. */
    public static final int ERROR = 16;
    /** Offset of the answered frame's header. */
    public static final int REQUEST = 20;
    /** Offset of the first attribute. */
    public static final int ATTRIBUTES = 36;

    /** Attribute: what was wrong, a string. */
    public static final int NLMSGERR_ATTR_MSG = 1;
    /** Attribute: u32, offset in the answered frame of the field that was wrong. */
    public static final int NLMSGERR_ATTR_OFFS = 2;
    /** Attribute: what a control frame asked for, as bytes. */
    public static final int NLMSGERR_ATTR_COOKIE = 3;

    /** No offset. */
    public static final int NO_OFFSET = -1;

    /** Texts are cut to this many bytes of UTF-8. */
    static final int MAX_TEXT = 512;

    private NlMsgErr() {
    }

    /**
     * Makes an answer.
     *
     * @param request in native order
     * @param offset where the answered frame begins; its header is in the buffer
     * @param port of the receiver, for {@code nlmsg_pid}
     * @param errno 0, or a positive errno
     * @param text what was wrong and what to do, or null
     * @param at offset in the answered frame of the field that was wrong, or {@link #NO_OFFSET}
     * @param cookie what was asked for, or null
     * @return a new array: one whole frame, padded
     */
    public static byte[] frame(
            ByteBuffer request, int offset, int port, int errno, String text, int at, byte[] cookie) {
        String cut = text == null ? null : NlAttr.cut(text, MAX_TEXT);
        int attributes = (cut == null ? 0 : NlAttr.sizeOf(cut))
                + (at == NO_OFFSET ? 0 : NlAttr.SIZE + 4)
                + (cookie == null ? 0 : NlMsgHdr.align(NlAttr.SIZE + cookie.length));
        int length = ATTRIBUTES + attributes;
        byte[] bytes = new byte[length];
        ByteBuffer frame = NlMsgHdr.buffer(bytes);
        int flags = NlMsgHdr.NLM_F_CAPPED | (attributes == 0 ? 0 : NlMsgHdr.NLM_F_ACK_TLVS);
        NlMsgHdr.put(frame, length, NlMsgHdr.NLMSG_ERROR, flags, NlMsgHdr.seq(request, offset), port);
        frame.putInt(-errno);
        frame.put(frame.position(), request, offset, NlMsgHdr.SIZE).position(ATTRIBUTES);
        if (cut != null) {
            NlAttr.putString(frame, NLMSGERR_ATTR_MSG, cut);
        }
        if (at != NO_OFFSET) {
            NlAttr.putInt(frame, NLMSGERR_ATTR_OFFS, at);
        }
        if (cookie != null) {
            NlAttr.putBytes(frame, NLMSGERR_ATTR_COOKIE, cookie);
        }
        return bytes;
    }

    /**
     * Tells whether a frame is long enough to be an answer. Ask before reading any field.
     *
     * @param length of the frame in bytes
     * @return true from 36 bytes on
     */
    public static boolean isWhole(int length) {
        return length >= ATTRIBUTES;
    }

    /**
     * {@return 0, or the positive errno}
     *
     * @param frame in native order
     * @param offset where the frame begins
     */
    public static int errno(ByteBuffer frame, int offset) {
        return -frame.getInt(offset + ERROR);
    }

    /**
     * {@return what was wrong, or null where nothing was said}
     *
     * @param frame in native order
     * @param offset where the frame begins
     * @param length of the frame in bytes
     */
    public static String text(ByteBuffer frame, int offset, int length) {
        return NlAttr.string(frame, offset + ATTRIBUTES, offset + length, NLMSGERR_ATTR_MSG);
    }

    /**
     * {@return the offset of the field that was wrong, or {@link #NO_OFFSET}}
     *
     * @param frame in native order
     * @param offset where the frame begins
     * @param length of the frame in bytes
     */
    public static int offset(ByteBuffer frame, int offset, int length) {
        return (int) NlAttr.number(frame, offset + ATTRIBUTES, offset + length, NLMSGERR_ATTR_OFFS, NO_OFFSET);
    }

    /**
     * {@return what a control frame asked for, or null}
     *
     * @param frame in native order
     * @param offset where the frame begins
     * @param length of the frame in bytes
     */
    public static byte[] cookie(ByteBuffer frame, int offset, int length) {
        return NlAttr.bytes(frame, offset + ATTRIBUTES, offset + length, NLMSGERR_ATTR_COOKIE);
    }
}
