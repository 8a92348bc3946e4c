// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.concurrent.TimeUnit;

/**
 * A wait that may be made inside a callback. Its first moment keeps the loop, because most waits that are short are
 * shorter than it takes to hand the loop over; then the loop is given to another thread. Elsewhere it is any wait.
 *
 * <p>One instance a wait, of the thread that waits.
 */
public final class LoopWait {

    private static final long KEPT_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final boolean onLoop = EventLoop.onLoopThread();
    private boolean waited;

    /** A wait of the calling thread that has not begun. */
    public LoopWait() {
    }

    /**
     * Called before each pause of the wait.
     *
     * @param nanos how long the pause may be
     * @return how long to pause, before looking again: at most as long
     */
    public long next(long nanos) {
        if (!onLoop) {
            return nanos;
        }
        if (!waited) {
            waited = true;
            return Math.min(nanos, KEPT_NANOS);
        }
        EventLoop.giveWay();
        return nanos;
    }
}
