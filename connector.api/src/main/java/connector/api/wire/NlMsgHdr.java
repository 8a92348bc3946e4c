// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code struct nlmsghdr}: the 16 bytes that begin every frame. Drawn in the package documentation.
 *
 * <p>Offsets are from the beginning of the frame. The functions read and write at absolute positions and move neither
 * position nor limit, but {@link #put}, which writes at the position.
 */
public final class NlMsgHdr {

    /** Length of the header, in bytes. */
    public static final int SIZE = 16;
    /** Offset of {@code nlmsg_len}, u32: header and payload in bytes, without the padding. */
    public static final int LEN = 0;
    /** Offset of {@code nlmsg_type}, u16. */
    public static final int TYPE = 4;
    /** Offset of {@code nlmsg_flags}, u16. */
    public static final int FLAGS = 6;
    /** Offset of {@code nlmsg_seq}, u32: the sender's number; an answer repeats it. */
    public static final int SEQ = 8;
    /**
     * Offset of {@code nlmsg_pid}, u32: the sender's port id, 0 for the platform. Whatever a process writes here is
     * replaced by its real port, so unlike in the kernel a receiver may believe it.
     */
    public static final int PID = 12;

    /** Every frame begins at a multiple of this many bytes. */
    public static final int ALIGNTO = 4;
    /** The longest message, in bytes: this header, {@code struct cn_msg} and its longest data. */
    public static final int MAX_LENGTH = SIZE + CnMsgHdr.SIZE + CnMsgHdr.MAX_DATA;
    /** The longest {@code nlmsg_len} that is skipped as too long, 1 MiB; beyond it the stream is taken for garbage. */
    public static final int MAX_SKIPPED_LENGTH = 1 << 20;

    /** Nothing; ignored. */
    public static final int NLMSG_NOOP = 1;
    /** An answer: {@link NlMsgErr}. */
    public static final int NLMSG_ERROR = 2;
    /** What every connector message carries, though it ends no dump. */
    public static final int NLMSG_DONE = 3;
    /** Messages were lost here: {@link NlMsgOverrun}. */
    public static final int NLMSG_OVERRUN = 4;

    /** Flag: this is a request. Not looked at, set by convention. */
    public static final int NLM_F_REQUEST = 0x1;
    /** Flag: answer with {@link #NLMSG_ERROR} whatever comes of it. */
    public static final int NLM_F_ACK = 0x4;
    /** Flag: send a copy of this message to its sender too. */
    public static final int NLM_F_ECHO = 0x8;
    /** Flags of a request for everything there is ({@code NLM_F_ROOT | NLM_F_MATCH}). */
    public static final int NLM_F_DUMP = 0x300;
    /** Flag of an {@link #NLMSG_ERROR}: only the header of the refused frame is repeated. */
    public static final int NLM_F_CAPPED = 0x100;
    /** Flag of an {@link #NLMSG_ERROR}: attributes follow. */
    public static final int NLM_F_ACK_TLVS = 0x200;

    private NlMsgHdr() {
    }

    /**
     * Rounds a length up to where the next frame begins.
     *
     * @param length in bytes, not negative
     * @return the least multiple of 4 that is not below it
     */
    public static int align(int length) {
        return (length + ALIGNTO - 1) & -ALIGNTO;
    }

    /**
     * Writes a header at the buffer's position and moves it by 16.
     *
     * @param frame in native order, with 16 bytes remaining
     * @param length header and payload, in bytes
     * @param type 0 to 0xFFFF
     * @param flags 0 to 0xFFFF
     * @param seq the sender's number, any
     * @param pid the sender's port, 0 for the platform
     */
    public static void put(ByteBuffer frame, int length, int type, int flags, int seq, int pid) {
        frame.putInt(length).putShort((short) type).putShort((short) flags).putInt(seq).putInt(pid);
    }

    /**
     * Writes the zero bytes that pad the frame which ends at the buffer's position.
     *
     * @param frames in native order; frames in it begin at multiples of 4 from its beginning
     */
    public static void pad(ByteBuffer frames) {
        while ((frames.position() & (ALIGNTO - 1)) != 0) {
            frames.put((byte) 0);
        }
    }

    /**
     * {@return {@code nlmsg_len}, as it stands there, believed by nobody yet}
     *
     * @param frame in native order
     * @param offset where the frame begins
     */
    public static int length(ByteBuffer frame, int offset) {
        return frame.getInt(offset + LEN);
    }

    /**
     * {@return {@code nlmsg_type}, 0 to 0xFFFF}
     *
     * @param frame in native order
     * @param offset where the frame begins
     */
    public static int type(ByteBuffer frame, int offset) {
        return Short.toUnsignedInt(frame.getShort(offset + TYPE));
    }

    /**
     * {@return {@code nlmsg_flags}, 0 to 0xFFFF}
     *
     * @param frame in native order
     * @param offset where the frame begins
     */
    public static int flags(ByteBuffer frame, int offset) {
        return Short.toUnsignedInt(frame.getShort(offset + FLAGS));
    }

    /**
     * {@return {@code nlmsg_seq}}
     *
     * @param frame in native order
     * @param offset where the frame begins
     */
    public static int seq(ByteBuffer frame, int offset) {
        return frame.getInt(offset + SEQ);
    }

    /**
     * {@return {@code nlmsg_pid}}
     *
     * @param frame in native order
     * @param offset where the frame begins
     */
    public static int pid(ByteBuffer frame, int offset) {
        return frame.getInt(offset + PID);
    }

    /**
     * Makes a buffer that the functions of this package work on.
     *
     * @param capacity in bytes
     * @return a new heap buffer in native order, its limit at its capacity
     */
    public static ByteBuffer buffer(int capacity) {
        return ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
    }

    /**
     * Wraps an array so that the functions of this package work on it.
     *
     * @param bytes to read or write
     * @return a buffer over it in native order, from 0 to its length
     */
    public static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
