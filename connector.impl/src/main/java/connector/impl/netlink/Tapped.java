// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;

/** What a tap is told of one message that passed. */
public final class Tapped implements Received, Queued {

    private final Passage passage;
    private final int receiver;
    private final long number;

    Tapped(Passage passage, int receiver, long number) {
        this.passage = passage;
        this.receiver = receiver;
        this.number = number;
    }

    /** {@return what passed, and what became of it} */
    public Passage passage() {
        return passage;
    }

    /** {@return its length in bytes: the TAP frame, and the frame that passed, padded} */
    public int length() {
        return passage.headerLength() + NlMsgHdr.align(passage.capturedLength());
    }

    /**
     * Writes both frames at the buffer's position.
     *
     * @param out in native order, with {@link #length} bytes remaining; frames in it begin at multiples of 4
     */
    public void put(ByteBuffer out) {
        passage.put(out, receiver, number);
    }

    /** {@return both frames, in a new array} */
    public byte[] bytes() {
        byte[] bytes = new byte[length()];
        put(NlMsgHdr.buffer(bytes));
        return bytes;
    }

    @Override
    public int cost() {
        return length() + Datagram.OVERHEAD;
    }

    /** {@return 0: what a tap loses is no group's} */
    @Override
    public int group() {
        return 0;
    }

    /** {@return its number at this tap} */
    @Override
    public long busSequence() {
        return number;
    }
}
