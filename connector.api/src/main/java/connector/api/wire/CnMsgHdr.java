// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;

/**
 * {@code struct cn_msg}: the connector's 20-byte header, which is the payload of a message frame, ahead of its data.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                            id.idx                             |  0   16
 *  +---------------------------------------------------------------+
 *  |                            id.val                             |  4   20
 *  +---------------------------------------------------------------+
 *  |                              seq                              |  8   24
 *  +---------------------------------------------------------------+
 *  |                              ack                              |  12  28
 *  +-------------------------------+-------------------------------+
 *  |              len              |             flags             |  16  32
 *  +-------------------------------+-------------------------------+
 *  |                          data (len) ...                       |  20  36
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The right column counts from the beginning of the frame. Linux' documents print {@code len} as one u32; its ABI has
 * been {@code u16 len, u16 flags} from the first release, and so is this.
 *
 * <p>Offsets are from the beginning of the header.
 */
public final class CnMsgHdr {

    /** Length of the header, in bytes. */
    public static final int SIZE = 20;
    /** Offset of {@code id.idx}, u32. */
    public static final int IDX = 0;
    /** Offset of {@code id.val}, u32. */
    public static final int VAL = 4;
    /** Offset of {@code seq}, u32: locally unique with its sender; a reply repeats it. */
    public static final int SEQ = 8;
    /** Offset of {@code ack}, u32: a reply has the request's and 1, modulo 2^32. */
    public static final int ACK = 12;
    /** Offset of {@code len}, u16: length of the data in bytes. */
    public static final int DATA_LEN = 16;
    /** Offset of {@code flags}, u16. */
    public static final int FLAGS = 18;

    /** The longest data, in bytes. */
    public static final int MAX_DATA = 16384;

    /** Both idx and val of the connector itself, which takes notification requests: {-1,-1}. */
    public static final int CN_CONNECTOR = 0xFFFF_FFFF;

    /** Flag: the data is a {@link CnEvent}; in a notification request: such events are wanted. */
    public static final int CN_EXTENDED = 0x1;

    /** Flag: the data is a {@link CnStat}; in a dump request to {-1,-1}: such statistics are wanted. */
    public static final int CN_STATISTICS = 0x2;

    private CnMsgHdr() {
    }

    /**
     * Writes a header at the buffer's position and moves it by 20.
     *
     * @param frame in native order, with 20 bytes remaining
     * @param idx the id's idx
     * @param val the id's val
     * @param seq the sender's number
     * @param ack the acknowledge number
     * @param dataLength 0 to {@value #MAX_DATA} bytes
     * @param flags 0 to 0xFFFF
     */
    public static void put(ByteBuffer frame, int idx, int val, int seq, int ack, int dataLength, int flags) {
        frame.putInt(idx).putInt(val).putInt(seq).putInt(ack).putShort((short) dataLength).putShort((short) flags);
    }

    /**
     * Makes a whole message frame, padded.
     *
     * @param nlmsgFlags {@code nlmsg_flags}, as {@link NlMsgHdr#NLM_F_ACK}; {@code nlmsg_seq} becomes {@code seq}
     * @param idx the id's idx
     * @param val the id's val
     * @param seq the sender's number
     * @param ack the acknowledge number
     * @param flags of {@code cn_msg}, commonly 0
     * @param data at most {@value #MAX_DATA} bytes; not kept
     * @return a new array: {@code nlmsghdr}, {@code cn_msg}, data and padding
     * @throws IllegalArgumentException if the data is too long
     */
    public static byte[] frame(int nlmsgFlags, int idx, int val, int seq, int ack, int flags, byte[] data) {
        if (data.length > MAX_DATA) {
            throw new IllegalArgumentException(
                    "data of " + data.length + " bytes: a message carries at most " + MAX_DATA);
        }
        int length = NlMsgHdr.SIZE + SIZE + data.length;
        byte[] bytes = new byte[NlMsgHdr.align(length)];
        ByteBuffer frame = NlMsgHdr.buffer(bytes);
        NlMsgHdr.put(frame, length, NlMsgHdr.NLMSG_DONE, nlmsgFlags, seq, 0);
        put(frame, idx, val, seq, ack, data.length, flags);
        frame.put(data);
        return bytes;
    }

    /**
     * Tells whether a frame holds a whole {@code cn_msg}: its length has room for the header, and for as much data as
     * the header says. Ask before reading any field. A frame may be longer than that.
     *
     * @param frame in native order
     * @param offset where the frame (its {@code nlmsghdr}) begins
     * @param length of the frame in bytes, known to be in the buffer
     * @return false for a short header, a false length, or data longer than {@value #MAX_DATA}
     */
    public static boolean isWhole(ByteBuffer frame, int offset, int length) {
        if (length < NlMsgHdr.SIZE + SIZE) {
            return false;
        }
        int data = dataLength(frame, offset + NlMsgHdr.SIZE);
        return data <= MAX_DATA && data <= length - NlMsgHdr.SIZE - SIZE;
    }

    /**
     * {@return {@code id.idx}}
     *
     * @param frame in native order
     * @param offset where the {@code cn_msg} begins
     */
    public static int idx(ByteBuffer frame, int offset) {
        return frame.getInt(offset + IDX);
    }

    /**
     * {@return {@code id.val}}
     *
     * @param frame in native order
     * @param offset where the {@code cn_msg} begins
     */
    public static int val(ByteBuffer frame, int offset) {
        return frame.getInt(offset + VAL);
    }

    /**
     * {@return {@code seq}}
     *
     * @param frame in native order
     * @param offset where the {@code cn_msg} begins
     */
    public static int seq(ByteBuffer frame, int offset) {
        return frame.getInt(offset + SEQ);
    }

    /**
     * {@return {@code ack}}
     *
     * @param frame in native order
     * @param offset where the {@code cn_msg} begins
     */
    public static int ack(ByteBuffer frame, int offset) {
        return frame.getInt(offset + ACK);
    }

    /**
     * {@return {@code len}, 0 to 0xFFFF bytes, as it stands there: see {@link #isWhole}}
     *
     * @param frame in native order
     * @param offset where the {@code cn_msg} begins
     */
    public static int dataLength(ByteBuffer frame, int offset) {
        return Short.toUnsignedInt(frame.getShort(offset + DATA_LEN));
    }

    /**
     * {@return {@code flags}, 0 to 0xFFFF}
     *
     * @param frame in native order
     * @param offset where the {@code cn_msg} begins
     */
    public static int flags(ByteBuffer frame, int offset) {
        return Short.toUnsignedInt(frame.getShort(offset + FLAGS));
    }
}
