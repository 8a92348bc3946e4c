// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cuts a stream of bytes into frames, whatever its writer claims.
 *
 * <p>Bytes go in as they come, in a buffer that many decoders may share: {@link #next} takes one frame at a time from
 * it. A frame that lies whole in the input is handed out where it is; only the beginning of one that is not yet
 * complete is copied, into memory of its own that grows with the bytes that really came, never with the length that was
 * claimed.
 *
 * <pre>{@code
 * channel.read(in); in.flip();
 * while (true) {
 *     switch (decoder.next(in)) {
 *         case FRAME -> handle(decoder.buffer(), decoder.offset(), decoder.length());
 *         case TOO_LONG -> refuse(decoder.buffer(), decoder.offset());   // its header is there
 *         case BROKEN -> close();
 *         case NEED_INPUT -> { in.clear(); return; }
 *     }
 * }
 * }</pre>
 *
 * <p>Not safe for use by several threads at once. Allocates nothing but the memory for incomplete frames.
 */
public final class FrameDecoder {

    /** What {@link FrameDecoder#next} found. */
    public enum Step {
        /** A whole frame: {@code nlmsg_len} says what {@link FrameDecoder#length} says. */
        FRAME,
        /** All input is used up. */
        NEED_INPUT,
        /**
         * A frame longer than allowed begins here; its 16 bytes of header can be read. Go on with
         * {@link FrameDecoder#next}, which drops the rest of it as it comes.
         */
        TOO_LONG,
        /**
         * {@code nlmsg_len} is below 16 or above 1 MiB: nobody can tell where the next frame begins. The header can be
         * read. Every later call says the same and takes no input.
         */
        BROKEN
    }

    private static final ByteBuffer NOTHING = NlMsgHdr.buffer(0);
    private static final int FIRST_CAPACITY = 256;
    private static final int KEPT_CAPACITY = 4096;

    private final int maxLength;
    /** The beginning of an incomplete frame, from 0 to {@link #carried}. */
    private ByteBuffer carry = NOTHING;
    private int carried;
    /** Bytes still to be dropped: padding, or the rest of a frame that is too long. */
    private int skip;
    private boolean skippingFrame;
    private boolean broken;

    private ByteBuffer buffer = NOTHING;
    private int offset;
    private int length;

    /**
     * Makes a decoder at the beginning of a stream.
     *
     * @param maxLength the longest {@code nlmsg_len} to hand out, in bytes, 16 to 1 MiB: commonly
     *     {@link NlMsgHdr#MAX_LENGTH}
     */
    public FrameDecoder(int maxLength) {
        if (maxLength < NlMsgHdr.SIZE || maxLength > NlMsgHdr.MAX_SKIPPED_LENGTH) {
            throw new IllegalArgumentException("maxLength " + maxLength + ": must be 16 to 1048576 bytes");
        }
        this.maxLength = maxLength;
    }

    /**
     * Takes the next frame from the input. What was handed out before is given up by this call.
     *
     * @param in in native order; consumed from its position to its limit, and left alone until the frame that was
     *     handed out is done with
     * @return what was found
     * @throws IllegalArgumentException if the buffer is not in native order
     */
    public Step next(ByteBuffer in) {
        if (in.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("the input must be in native byte order");
        }
        if (broken) {
            return Step.BROKEN;
        }
        buffer = NOTHING;
        if (skip > 0 && !drop(in)) {
            return Step.NEED_INPUT;
        }
        return carried == 0 ? fromInput(in) : fromCarry(in);
    }

    /** {@return the buffer that holds the frame; valid until the next call of {@link #next}} */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** {@return where in {@link #buffer} the frame begins} */
    public int offset() {
        return offset;
    }

    /**
     * {@return the frame's length in bytes, without padding; after {@link Step#TOO_LONG} and {@link Step#BROKEN}
     * what was claimed, of which only 16 bytes are there}
     */
    public int length() {
        return length;
    }

    /**
     * Tells whether an end of file now would cut a frame. Missing padding cuts nothing.
     *
     * @return true if the beginning of a frame is here and its end is not
     */
    public boolean isMidFrame() {
        return carried > 0 || skippingFrame;
    }

    /**
     * Ends a datagram, where whole frames come in datagrams: whatever was before, what comes next begins a frame, also
     * after {@link Step#BROKEN}. {@link #buffer} then holds what had come of the frame that was cut, from 0; it has no
     * capacity if that was not even its header.
     *
     * @return true if that cut a frame. Missing padding cuts nothing
     */
    public boolean endDatagram() {
        boolean cut = isMidFrame();
        buffer = carried >= NlMsgHdr.SIZE ? carry : NOTHING;
        offset = 0;
        length = carried;
        if (carried > 0) {
            carry = NOTHING;
            carried = 0;
        }
        skip = 0;
        skippingFrame = false;
        broken = false;
        return cut;
    }

    /** {@return bytes of memory held for an incomplete frame} */
    public int held() {
        return carry.capacity();
    }

    private boolean drop(ByteBuffer in) {
        int n = Math.min(skip, in.remaining());
        in.position(in.position() + n);
        skip -= n;
        if (skip == 0) {
            skippingFrame = false;
        }
        return skip == 0;
    }

    private Step fromInput(ByteBuffer in) {
        int remaining = in.remaining();
        if (remaining == 0) {
            return Step.NEED_INPUT;
        }
        if (remaining >= NlMsgHdr.SIZE) {
            int at = in.position();
            int claimed = NlMsgHdr.length(in, at);
            Step verdict = judge(claimed);
            if (verdict != Step.FRAME) {
                in.position(at + NlMsgHdr.SIZE);
                return hand(verdict, in, at, claimed);
            }
            if (remaining >= claimed) {
                in.position(at + claimed);
                return hand(Step.FRAME, in, at, claimed);
            }
        }
        carry(in, remaining);
        return Step.NEED_INPUT;
    }

    private Step fromCarry(ByteBuffer in) {
        if (carried < NlMsgHdr.SIZE) {
            carry(in, Math.min(NlMsgHdr.SIZE - carried, in.remaining()));
            if (carried < NlMsgHdr.SIZE) {
                return Step.NEED_INPUT;
            }
        }
        int claimed = NlMsgHdr.length(carry, 0);
        Step verdict = judge(claimed);
        if (verdict == Step.FRAME) {
            carry(in, Math.min(claimed - carried, in.remaining()));
            if (carried < claimed) {
                return Step.NEED_INPUT;
            }
        }
        ByteBuffer whole = carry;
        carried = 0;
        if (carry.capacity() > KEPT_CAPACITY) {
            carry = NOTHING;
        }
        return hand(verdict, whole, 0, claimed);
    }

    private Step judge(int claimed) {
        if (claimed < NlMsgHdr.SIZE || claimed > NlMsgHdr.MAX_SKIPPED_LENGTH) {
            return Step.BROKEN;
        }
        return claimed > maxLength ? Step.TOO_LONG : Step.FRAME;
    }

    private Step hand(Step step, ByteBuffer from, int at, int claimed) {
        buffer = from;
        offset = at;
        length = claimed;
        switch (step) {
            case TOO_LONG -> {
                skip = NlMsgHdr.align(claimed) - NlMsgHdr.SIZE;
                skippingFrame = true;
            }
            case BROKEN -> broken = true;
            default -> skip = NlMsgHdr.align(claimed) - claimed;
        }
        return step;
    }

    private void carry(ByteBuffer in, int count) {
        int needed = carried + count;
        if (carry.capacity() < needed) {
            int capacity = Math.max(FIRST_CAPACITY, Integer.highestOneBit(needed - 1) << 1);
            ByteBuffer larger = NlMsgHdr.buffer(capacity);
            larger.put(0, carry, 0, carried);
            carry = larger;
        }
        carry.put(carried, in, in.position(), count);
        in.position(in.position() + count);
        carried = needed;
    }
}
