// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * So many a second, and after a pause as many at once as fill one second: a token bucket, kept as the one number at
 * which it would be full again. Any thread may call; nothing blocks.
 */
final class Rate {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long interval;
    private final AtomicLong fullAt;

    /**
     * Makes a full bucket.
     *
     * @param perSecond how many a second; 0 for any number
     * @param now time in nanoseconds, on the clock that {@link #take} is told
     */
    Rate(int perSecond, long now) {
        this(perSecond, new AtomicLong(now));
    }

    /**
     * Makes a bucket that is drawn from elsewhere too, by this or another rate: of each message's second.
     *
     * @param perSecond how many a second; 0 for any number
     * @param fullAt when it would be full again, on the clock that {@link #take} is told
     */
    Rate(int perSecond, AtomicLong fullAt) {
        interval = perSecond == 0 ? 0 : SECOND / perSecond;
        this.fullAt = fullAt;
    }

    boolean isLimited() {
        return interval != 0;
    }

    /** Takes one, if there is one. */
    boolean take(long now) {
        if (interval == 0) {
            return true;
        }
        while (true) {
            long before = fullAt.get();
            long from = before - now > 0 ? before : now;
            if (from + interval - now > SECOND) {
                return false;
            }
            if (fullAt.compareAndSet(before, from + interval)) {
                return true;
            }
        }
    }
}
