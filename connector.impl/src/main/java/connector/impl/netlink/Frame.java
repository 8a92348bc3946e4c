// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One netlink frame: a {@code nlmsghdr} and what follows. Immutable, and shared by all who receive it. It is made of
 * messages or of bytes, and turned into the other only when somebody asks, at most once for each.
 */
public final class Frame {

    private final int length;

    // Either may be made later, by several threads at once; they all make the same.
    private volatile byte[] bytes;
    private volatile List<CnMsg> messages;

    private Frame(int length, byte[] bytes, List<CnMsg> messages) {
        this.length = length;
        this.bytes = bytes;
        this.messages = messages;
    }

    /**
     * Makes the frame of one message, as {@code cn_netlink_send} does: type DONE, flags 0, the message's seq, pid 0.
     *
     * @param msg the message
     * @return the frame
     */
    public static Frame of(CnMsg msg) {
        return new Frame(NlMsgHdr.SIZE + CnMsgHdr.SIZE + msg.length(), null, List.of(msg));
    }

    /**
     * Makes the frame of several messages back to back, as {@code cn_netlink_send_mult} does.
     *
     * @param msgs the messages, at least one
     * @return the frame
     */
    public static Frame of(List<CnMsg> msgs) {
        int length = NlMsgHdr.SIZE;
        for (CnMsg msg : msgs) {
            length = Math.addExact(length, CnMsgHdr.SIZE + msg.length());
        }
        return new Frame(length, null, List.copyOf(msgs));
    }

    /**
     * Makes a frame of bytes, which become the frame's: they must not be written to any more.
     *
     * @param bytes from {@code nlmsghdr} on, at least 16, without padding
     * @return the frame
     */
    public static Frame wrap(byte[] bytes) {
        if (bytes.length < NlMsgHdr.SIZE) {
            throw new IllegalArgumentException("a frame of " + bytes.length + " bytes has no nlmsghdr");
        }
        return new Frame(bytes.length, bytes, null);
    }

    /**
     * Makes a frame of a copy of what is in a buffer.
     *
     * @param from the buffer; position and limit are left alone
     * @param offset where the frame begins in it
     * @param length of the frame in bytes, at least 16
     * @return the frame
     */
    public static Frame copyOf(ByteBuffer from, int offset, int length) {
        byte[] copy = new byte[length];
        from.get(offset, copy);
        return wrap(copy);
    }

    /** {@return its length in bytes, without padding} */
    public int length() {
        return length;
    }

    /** {@return its bytes, shared by everybody who has this frame: not to be written to} */
    public byte[] bytes() {
        byte[] encoded = bytes;
        if (encoded == null) {
            encoded = encode();
            bytes = encoded;
        }
        return encoded;
    }

    /** {@return its bytes as a buffer in native order, with a position of its own; not to be written to} */
    public ByteBuffer buffer() {
        return NlMsgHdr.buffer(bytes());
    }

    /** {@return {@code nlmsg_flags}; 0 for a frame that was made of messages} */
    public int flags() {
        byte[] encoded = bytes;
        return encoded == null ? 0 : NlMsgHdr.flags(NlMsgHdr.buffer(encoded), 0);
    }

    /**
     * {@return the messages in it; those that are not whole are left out, so that there may be none}
     */
    public List<CnMsg> messages() {
        List<CnMsg> decoded = messages;
        if (decoded == null) {
            decoded = FrameMessages.decode(buffer(), length);
            messages = decoded;
        }
        return decoded;
    }

    /**
     * {@return the first message, if the frame was made of messages; null if it was made of bytes, which nobody has
     * looked at yet}
     */
    public CnMsg firstDecoded() {
        return bytes == null ? messages.getFirst() : null;
    }

    /**
     * Tells whether something holds for the ids of all its messages.
     *
     * @param test of an id
     * @param without what to say of a frame without a message that is whole
     */
    boolean eachId(FrameMessages.IdTest test, BooleanSupplier without) {
        List<CnMsg> decoded = messages;
        if (decoded == null) {
            return FrameMessages.eachId(buffer(), length, test, without);
        }
        for (CnMsg msg : decoded) {
            if (!test.test(msg.id().idx(), msg.id().val())) {
                return false;
            }
        }
        return !decoded.isEmpty() || without.getAsBoolean();
    }

    private byte[] encode() {
        List<CnMsg> parts = messages;
        byte[] encoded = new byte[length];
        ByteBuffer out = NlMsgHdr.buffer(encoded);
        NlMsgHdr.put(out, length, NlMsgHdr.NLMSG_DONE, 0, parts.getFirst().seq(), 0);
        for (CnMsg part : parts) {
            CbId id = part.id();
            CnMsgHdr.put(out, id.idx(), id.val(), part.seq(), part.ack(), part.length(), part.flags());
            part.copyTo(encoded, out.position());
            out.position(out.position() + part.length());
        }
        return encoded;
    }
}
