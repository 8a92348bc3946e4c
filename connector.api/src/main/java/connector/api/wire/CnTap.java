// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;

/**
 * A {@link GateControl#TAP} frame: what became of the frame that follows it, which passed on the bus. Both come to a
 * socket that has {@link GateControl#CN_TAP} on, in one datagram where there are datagrams.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |         nlmsghdr: 72 or more, 0xFF06, 0, 0, receiver          |
 *  +---------------------------------------------------------------+
 *  |              time: nanoseconds since 1970, UTC                |  16
 *  +                            (64 bits)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                 number: 1, 2, 3 ... of this tap               |  24
 *  +                            (64 bits)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                  from: port, 0 the connector                  |  32
 *  +---------------------------------------------------------------+
 *  |                   to: port, 0 the connector                   |  36
 *  +---------------------------------------------------------------+
 *  |                       group, 0 for none                       |  40
 *  +---------------------------------------------------------------+
 *  |                       errno, 0 for none                       |  44
 *  +---------------------------------------------------------------+
 *  |                 bus sequence in that group                    |  48
 *  +                            (64 bits)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                    took: how many took it                     |  56
 *  +---------------------------------------------------------------+
 *  |              dropped: how many had no room for it             |  60
 *  +---------------------------------------------------------------+
 *  |                             flags                             |  64
 *  +---------------------------------------------------------------+
 *  |           nlmsg_len of the frame, as its sender wrote it      |  68
 *  +---------------------------------------------------------------+
 *  |        attributes (NlAttr): text, why it went nowhere         |  72
 *  +---------------------------------------------------------------+
 *  :                 the frame that passed, padded                 :
 * </pre>
 *
 * <p><b>What is told.</b> Each message once for each way that it takes: to the connector ({@link #TO_CONNECTOR}), to a
 * group, to a port. So one that a port sends to a group, and that a user also has, is told twice. Answers to messages
 * ({@link NlMsgHdr#NLMSG_ERROR}) are told too. {@code SETSOCKOPT} and the gate's other control frames, and the answers
 * to them, are not: they are system calls, not messages. What a tap sends itself, and what is sent to its port alone,
 * it is not told; nobody is told of what taps are told.
 *
 * <p><b>What a gate drops</b> before it is a message is told with {@link #GATE}: what is malformed, what is one too
 * many a second, and a control frame that the policy refuses. Of what is malformed as much follows as was there, at
 * most {@value #MAX_MALFORMED} bytes; what was not even a header is told as one of zeros. {@code from} is 0 where the
 * socket has no port id as yet, and the text names its process then. A connection that a gate refuses is told so as
 * well: a header of zeros, {@code EMFILE}, and who it was.
 *
 * <p><b>What is dropped later</b>, by a mailbox that had taken it, is told once more, with {@link #LATE}: it was told
 * before, with {@link #QUEUED}, the same id, seq and ack, from the same port. The errno is {@code ENOBUFS} where it
 * made room for a newer one, {@code ENODEV} where its user had left and nobody took the id over in time. So is what
 * stood in the receive queue of a port that was closed, without answers and what taps are told: to that port, in the
 * group and with the bus sequence by which it had come, {@code ECONNRESET}.
 *
 * <p><b>When.</b> As soon as it is known what becomes of it: when a queue has taken it, when it is refused, or right
 * before the user's callback is called with it. {@code time} is when it came. So the numbers are in the order of what
 * was decided, and two messages in flight at once may be told in another order than that of their times.
 *
 * <p><b>Loss.</b> The numbers of one tap have no gaps: what is missing was lost, because its receive queue was full. A
 * {@link NlMsgOverrun} says so as of any other loss, of group 0, with the first and the last number that is missing.
 *
 * <p><b>The frame</b> is whole up to {@link NlMsgHdr#MAX_LENGTH} bytes and cut there; its own {@code nlmsg_len} always
 * says how much follows.
 *
 * <p>Offsets are from the beginning of the TAP frame.
 */
public final class CnTap {

    /** Offset of the time, u64: nanoseconds since 1970-01-01T00:00Z. */
    public static final int TIME_NS = 16;
    /** Offset of the number, u64, from 1. */
    public static final int NUMBER = 24;
    /** Offset of the sender's port, u32; 0 is the connector, for a user or of itself. */
    public static final int FROM = 32;
    /** Offset of the destination port, u32; 0 with {@link #TO_CONNECTOR}, and where there is a group alone. */
    public static final int TO = 36;
    /** Offset of the destination group, u32; 0 for none. */
    public static final int GROUP = 40;
    /** Offset of the errno, u32: why it went nowhere; 0 if it did not. */
    public static final int ERRNO = 44;
    /** Offset of the bus sequence, u64: the number in its group, 0 without one. */
    public static final int BUS_SEQUENCE = 48;
    /** Offset of the number of ports that took it, u32; of a message to the connector 1 if it was taken. */
    public static final int TOOK = 56;
    /** Offset of the number of ports whose queue was full, u32. */
    public static final int DROPPED = 60;
    /** Offset of the flags, u32. */
    public static final int FLAGS = 64;
    /** Offset of the frame's {@code nlmsg_len} as its sender wrote it, u32. */
    public static final int CLAIMED_LENGTH = 68;
    /** The least length of a TAP frame, in bytes, and where its attributes begin. */
    public static final int LENGTH = 72;

    /** Attribute: why it went nowhere, a string, where there is more to say than the errno. */
    public static final int ATTR_TEXT = 1;

    /** Of a frame that makes no sense so many bytes are told at most. */
    public static final int MAX_MALFORMED = 64;
    /** Texts are cut to this many bytes of UTF-8. */
    public static final int MAX_TEXT = 176;

    /** Flag: to the connector, that is to the user with the message's id, or to {-1,-1} itself. */
    public static final int TO_CONNECTOR = 0x1;
    /** Flag: the user's mailbox took it for later; without it the user's callback was called at once. */
    public static final int QUEUED = 0x2;
    /** Flag: a gate dropped it, before it was a message. */
    public static final int GATE = 0x4;
    /** Flag: a mailbox, or a port that was closed, had taken it for later and dropped it. */
    public static final int LATE = 0x8;

    private CnTap() {
    }

    /**
     * Tells whether a frame is a TAP frame that can be read.
     *
     * @param frame in native order
     * @param offset where it begins
     * @param length of it in bytes, known to be in the buffer
     * @return false for any other frame, or a short one
     */
    public static boolean isTap(ByteBuffer frame, int offset, int length) {
        return length >= LENGTH && NlMsgHdr.type(frame, offset) == GateControl.TAP;
    }

    /**
     * {@return the errno, 0 if the message was taken}
     *
     * @param frame in native order
     * @param offset where the TAP frame begins
     */
    public static int errno(ByteBuffer frame, int offset) {
        return frame.getInt(offset + ERRNO);
    }

    /**
     * {@return the flags}
     *
     * @param frame in native order
     * @param offset where the TAP frame begins
     */
    public static int flags(ByteBuffer frame, int offset) {
        return frame.getInt(offset + FLAGS);
    }

    /**
     * {@return the group}
     *
     * @param frame in native order
     * @param offset where the TAP frame begins
     */
    public static int group(ByteBuffer frame, int offset) {
        return frame.getInt(offset + GROUP);
    }

    /**
     * {@return the time, nanoseconds since 1970}
     *
     * @param frame in native order
     * @param offset where the TAP frame begins
     */
    public static long timeNs(ByteBuffer frame, int offset) {
        return frame.getLong(offset + TIME_NS);
    }

    /**
     * {@return why it went nowhere, or null where there is no more to say than the errno}
     *
     * @param frame in native order
     * @param offset where the TAP frame begins
     * @param length of the TAP frame in bytes
     */
    public static String text(ByteBuffer frame, int offset, int length) {
        return NlAttr.string(frame, offset + LENGTH, offset + length, ATTR_TEXT);
    }

    /**
     * {@return where the first whole message of the frame after a TAP frame begins, or -1 where there is none: it is an
     * answer, malformed, or a control frame that a gate dropped}
     *
     * @param frames both, one behind the other, in native order
     * @param offset where the TAP frame begins
     */
    public static int firstMessage(ByteBuffer frames, int offset) {
        int frame = offset + NlMsgHdr.align(NlMsgHdr.length(frames, offset));
        int type = NlMsgHdr.type(frames, frame);
        boolean none = type == NlMsgHdr.NLMSG_ERROR
                || ((flags(frames, offset) & GATE) != 0 && GateControl.isControl(type));
        return none ? -1 : whole(frames, frame, frame + NlMsgHdr.SIZE);
    }

    /**
     * {@return where the next whole message of that frame begins, or -1 where there is none}
     *
     * @param frames as {@link #firstMessage} was given
     * @param offset where the TAP frame begins
     * @param at where the message before begins
     */
    public static int nextMessage(ByteBuffer frames, int offset, int at) {
        return whole(frames, offset + NlMsgHdr.align(NlMsgHdr.length(frames, offset)),
                at + CnMsgHdr.SIZE + CnMsgHdr.dataLength(frames, at));
    }

    private static int whole(ByteBuffer frames, int frame, int at) {
        int left = frame + NlMsgHdr.length(frames, frame) - at + NlMsgHdr.SIZE;
        return CnMsgHdr.isWhole(frames, at - NlMsgHdr.SIZE, left) ? at : -1;
    }

    /**
     * {@return a text cut to what {@link #ATTR_TEXT} may hold}
     *
     * @param text or null
     */
    public static String cut(String text) {
        return text == null ? null : NlAttr.cut(text, MAX_TEXT);
    }
}
