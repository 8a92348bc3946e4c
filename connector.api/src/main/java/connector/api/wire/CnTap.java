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
 *  |               nlmsghdr: 72, 0xFF06, 0, 0, receiver            |
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
 *  :            the frame that passed, padded                      :  72
 * </pre>
 *
 * <p><b>What is told.</b> Each message once for each way that it takes: to the connector ({@link #TO_CONNECTOR}), to a
 * group, to a port. So one that a port sends to a group, and that a user also has, is told twice. Answers to messages
 * ({@link NlMsgHdr#NLMSG_ERROR}) are told too. {@code SETSOCKOPT} and the gate's other control frames, and the answers
 * to them, are not: they are system calls, not messages; nor is what a gate drops because it is none, or one too many a
 * second, which its counters tell. What a tap sends itself, and what is sent to its port alone, it is not told; nobody
 * is told of what taps are told.
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
    /** Length of a TAP frame, in bytes. */
    public static final int LENGTH = 72;

    /** Flag: to the connector, that is to the user with the message's id, or to {-1,-1} itself. */
    public static final int TO_CONNECTOR = 0x1;
    /** Flag: the user's mailbox took it for later; without it the user's callback was called at once. */
    public static final int QUEUED = 0x2;

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
}
