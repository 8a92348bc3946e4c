// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;

/**
 * The payload of an {@link NlMsgHdr#NLMSG_OVERRUN} frame: the receive queue was full, and this is what was lost. It
 * comes ahead of the messages that were still queued then, once until the queue has been emptied, where a netlink
 * socket's recv would give one {@code ENOBUFS}.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                       nlmsghdr: 48, 4, ...                    |
 *  +---------------------------------------------------------------+
 *  |       group of the first lost message, 0 for unicast          |  16
 *  +---------------------------------------------------------------+
 *  |                              0                                |  20
 *  +---------------------------------------------------------------+
 *  |                       lost: how many so far                   |  24
 *  +                            (64 bits)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |            bus sequence of the first lost in that group       |  32
 *  +                            (64 bits)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |            bus sequence of the last lost in that group        |  40
 *  +                            (64 bits)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * Offsets are from the beginning of the frame.
 */
public final class NlMsgOverrun {

    /** Offset of the group, u32. */
    public static final int GROUP = 16;
    /** Offset of the count of lost messages, u64. */
    public static final int LOST = 24;
    /** Offset of the first lost bus sequence, u64; 0 where unknown. */
    public static final int FIRST = 32;
    /** Offset of the last lost bus sequence, u64; 0 where unknown. */
    public static final int LAST = 40;
    /** Length of the frame in bytes. */
    public static final int LENGTH = 48;

    private NlMsgOverrun() {
    }

    /**
     * Writes a whole frame at the buffer's position.
     *
     * @param frame in native order, with {@value #LENGTH} bytes remaining
     * @param port of the receiver, for {@code nlmsg_pid}
     * @param group of the first lost message, 0 for unicast
     * @param lost how many
     * @param first bus sequence in that group of the first lost message
     * @param last bus sequence in that group of the last lost message
     */
    public static void put(ByteBuffer frame, int port, int group, long lost, long first, long last) {
        NlMsgHdr.put(frame, LENGTH, NlMsgHdr.NLMSG_OVERRUN, 0, 0, port);
        frame.putInt(group).putInt(0).putLong(lost).putLong(first).putLong(last);
    }

    /**
     * {@return true if it is long enough to be read}
     *
     * @param length of a frame in bytes
     */
    public static boolean isWhole(int length) {
        return length >= LENGTH;
    }

    /**
     * {@return the group of the first lost message}
     *
     * @param frame in native order
     * @param offset where the frame begins
     */
    public static int group(ByteBuffer frame, int offset) {
        return frame.getInt(offset + GROUP);
    }

    /**
     * {@return how many messages were lost}
     *
     * @param frame in native order
     * @param offset where the frame begins
     */
    public static long lost(ByteBuffer frame, int offset) {
        return frame.getLong(offset + LOST);
    }

    /**
     * {@return bus sequence of the first lost message}
     *
     * @param frame in native order
     * @param offset where the frame begins
     */
    public static long first(ByteBuffer frame, int offset) {
        return frame.getLong(offset + FIRST);
    }

    /**
     * {@return bus sequence of the last lost message}
     *
     * @param frame in native order
     * @param offset where the frame begins
     */
    public static long last(ByteBuffer frame, int offset) {
        return frame.getLong(offset + LAST);
    }
}
