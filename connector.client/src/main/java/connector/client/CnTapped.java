// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnTap;
import connector.api.wire.CnTapText;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A frame that passed on the bus, or that a gate dropped, and what became of it: see {@link CnSocket#tap} and
 * {@link CnTap}. Numbers of 32 bits are unsigned: the int carries the bits. Immutable.
 */
public final class CnTapped implements CnReceived {

    /** The TAP frame and the other, one behind the other. */
    private final ByteBuffer frames;
    private final int frame;
    private final int length;
    private final List<CnMessage> messages;

    private CnTapped(ByteBuffer frames) {
        this.frames = frames;
        frame = NlMsgHdr.align(NlMsgHdr.length(frames, 0));
        length = frames.capacity() - frame;
        messages = List.copyOf(decoded());
    }

    /**
     * Decodes what a {@link FrameObserver} sees.
     *
     * @param tap a TAP frame, from 0 on, in native order
     * @param frame the frame that came after it, from position to limit, in native order
     * @return what they say
     */
    public static CnTapped of(ByteBuffer tap, ByteBuffer frame) {
        return of(tap, frame, frame.position(), frame.remaining());
    }

    static CnTapped of(ByteBuffer tap, ByteBuffer frame, int offset, int length) {
        int begin = NlMsgHdr.align(NlMsgHdr.length(tap, 0));
        return new CnTapped(NlMsgHdr.buffer(begin + length)
                .put(0, tap, 0, NlMsgHdr.length(tap, 0)).put(begin, frame, offset, length));
    }

    private List<CnMessage> decoded() {
        List<CnMessage> decoded = new ArrayList<>(1);
        for (int at = CnTap.firstMessage(frames, 0); at >= 0; at = CnTap.nextMessage(frames, 0, at)) {
            decoded.add(CnMessage.of(frames, frame, at, group(), busSequence()).from(from()));
        }
        return decoded;
    }

    /** {@return when it came to the bus} */
    public Instant time() {
        return Instant.ofEpochSecond(0, CnTap.timeNs(frames, 0));
    }

    /** {@return 1, 2, 3 ... of this tap: what is missing was lost} */
    public long number() {
        return frames.getLong(CnTap.NUMBER);
    }

    /** {@return port of the sender; 0 for the platform, and for a client without a port of whom a gate dropped it} */
    public int from() {
        return frames.getInt(CnTap.FROM);
    }

    /** {@return destination port, 0 for the platform, and where there is a group alone} */
    public int to() {
        return frames.getInt(CnTap.TO);
    }

    /** {@return destination group, 0 for none} */
    public int group() {
        return CnTap.group(frames, 0);
    }

    /** {@return its number in that group} */
    public long busSequence() {
        return frames.getLong(CnTap.BUS_SEQUENCE);
    }

    /** {@return why it went nowhere, 0 if it did not} */
    public int errno() {
        return CnTap.errno(frames, 0);
    }

    /** {@return why it went nowhere, in words; null where there is no more to say than {@link #errno}} */
    public String text() {
        return CnTap.text(frames, 0, NlMsgHdr.length(frames, 0));
    }

    /** {@return how many took it: ports, or the one user} */
    public int took() {
        return frames.getInt(CnTap.TOOK);
    }

    /** {@return how many had no room for it} */
    public int dropped() {
        return frames.getInt(CnTap.DROPPED);
    }

    /** {@return flags of {@link CnTap}} */
    public int flags() {
        return CnTap.flags(frames, 0);
    }

    /** {@return whether it is for the user with the message's id, or for {-1,-1}} */
    public boolean isToConnector() {
        return (flags() & CnTap.TO_CONNECTOR) != 0;
    }

    /** {@return whether the user's mailbox took it for later} */
    public boolean isQueued() {
        return (flags() & CnTap.QUEUED) != 0;
    }

    /** {@return whether a gate dropped it, before it was a message} */
    public boolean isDroppedByGate() {
        return (flags() & CnTap.GATE) != 0;
    }

    /** {@return whether a mailbox dropped it that had taken it for later, which was told then} */
    public boolean isDroppedLate() {
        return (flags() & CnTap.LATE) != 0;
    }

    /** {@return {@code nlmsg_seq}: of an answer, of what is answered} */
    public int seq() {
        return NlMsgHdr.seq(frames, frame);
    }

    /** {@return the messages in it; several that were sent together, none in an answer or where nothing is whole} */
    public List<CnMessage> messages() {
        return messages;
    }

    /** {@return the answer of the platform to another socket, or null} */
    public CnAnswer answer() {
        return NlMsgHdr.type(frames, frame) == NlMsgHdr.NLMSG_ERROR && NlMsgErr.isWhole(length)
                ? CnAnswer.of(frames, frame, length) : null;
    }

    /** {@return a line for people for each message, or one where there is none; without its time} */
    public List<String> lines() {
        return CnTapText.lines(frames, 0);
    }

    /** {@return the lines} */
    @Override
    public String toString() {
        return String.join("\n", lines());
    }

    /** How much of the inbox it takes, in bytes. */
    int frameLength() {
        int bytes = frames.capacity();
        for (CnMessage message : messages) {
            bytes += CnMsgHdr.SIZE + message.data().length;
        }
        return bytes;
    }
}
