// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.util.Iterator;

/**
 * Many frames that stand in a receive queue as one, each made when the reader comes to it, as the kernel's dumps are:
 * so that a snapshot of any length fits a queue of any size, and keeps its place among the changes before and after it.
 * What they are made of is held until then, and counted as what it is to the reader's user.
 */
final class Dump implements Queued {

    private static final int REFERENCE_BYTES = 8;

    private final Iterator<Frame> frames;
    private final int cost;
    private final long held;
    private Datagram head;

    /** Of about so many frames, made of what takes so many bytes. */
    Dump(Iterator<Frame> frames, int count, long bytes) {
        this.frames = frames;
        this.held = Datagram.OVERHEAD + bytes;
        this.cost = Datagram.OVERHEAD + count * REFERENCE_BYTES;
    }

    /** The next datagram, or null at the end. */
    Datagram head() {
        if (head == null && frames.hasNext()) {
            head = new Datagram(frames.next(), null, 0, 0);
        }
        return head;
    }

    void advance() {
        head = null;
    }

    @Override
    public int cost() {
        return cost;
    }

    @Override
    public long held() {
        return held;
    }

    @Override
    public int group() {
        return 0;
    }

    @Override
    public long busSequence() {
        return 0;
    }
}
