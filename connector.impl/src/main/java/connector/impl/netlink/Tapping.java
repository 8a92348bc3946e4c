// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.wire.CnTap;
import connector.api.wire.NetlinkErrno;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A message in flight of which taps are to be told: once, as soon as it is known what becomes of it. Of the thread that
 * brings the message.
 */
public final class Tapping {

    private final Taps taps;
    private final Frame frame;
    private final Port source;
    private final Port destination;
    private final int to;
    private final int group;
    private final int flags;
    private final long timeNs = now();
    private boolean told;

    Tapping(Taps taps, Frame frame, Port source, Port destination, int to, int group, int flags) {
        this.taps = taps;
        this.frame = frame;
        this.source = source;
        this.destination = destination;
        this.to = to;
        this.group = group;
        this.flags = flags;
    }

    /** It reaches its receiver at once. To be called right before a callback is. */
    public void taken() {
        tell(0, 1, 0, 0, 0, null);
    }

    /** A mailbox has it, for later. To be called before the mailbox is drained by this thread. */
    public void queued() {
        tell(0, 1, 0, 0, CnTap.QUEUED, null);
    }

    /**
     * It goes nowhere.
     *
     * @param errno why, positive
     */
    public void refused(int errno) {
        tell(errno, 0, 0, 0, 0, null);
    }

    /**
     * It goes nowhere.
     *
     * @param verdict why
     */
    public void refused(Verdict verdict) {
        tell(verdict.errno(), 0, 0, 0, 0, verdict.text());
    }

    /** A mailbox drops it that had taken it for later. */
    void droppedLate(Verdict verdict) {
        tell(verdict.errno(), 0, 1, 0, CnTap.LATE, verdict.text());
    }

    /** Its port was closed, and it stood in its queue. Under no lock; waking is left to the caller. */
    void unread(long busSequence) {
        tellQuietly(NetlinkErrno.ECONNRESET, 0, 1, busSequence, CnTap.LATE, "its port was closed before it was read");
    }

    /** What became of it in a group, or at a port. */
    void reached(int errno, int took, int dropped, long busSequence) {
        tell(errno, took, dropped, busSequence, 0, null);
    }

    private void tell(int errno, int took, int dropped, long busSequence, int more, String text) {
        if (!told) {
            tellQuietly(errno, took, dropped, busSequence, more, text);
            taps.wake();
        }
    }

    /** As {@link #reached}, under locks: waking is left to the caller. */
    void reachedQuietly(int errno, int took, int dropped, long busSequence) {
        tellQuietly(errno, took, dropped, busSequence, 0, null);
    }

    private void tellQuietly(int errno, int took, int dropped, long busSequence, int more, String text) {
        told = true;
        taps.tell(new Passage(frame, timeNs, source == null ? 0 : source.portId(), to, group, busSequence, errno, took,
                dropped, flags | more, text), source, destination);
    }

    private static long now() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
