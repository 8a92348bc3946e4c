// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.concurrent.TimeUnit;

/**
 * How long a watcher pauses between two looks at a leader. Each look takes a processor from somebody, often from the
 * leader, and a timer besides: on a virtual machine some twenty microseconds. So the looks become fewer while there is
 * no reason for them, and none where the leader rests; one that was held up makes them frequent for about a second.
 *
 * <p>Only the watcher's.
 */
final class Pace {

    static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
    /** For how many looks a hold-up is remembered. */
    private static final int WARY_LOOKS = 1000;
    /** Looks in a row at a leader that rests, before the watcher sleeps until it is back at work. */
    private static final int RESTS = 2;

    private long pause;
    private int wary;
    private int rests;

    /** To watch begins anew: the leader is back at work, or there is another one. */
    void begin() {
        rests = 0;
        pause = SHORTEST_NANOS / 2;
    }

    /** Seen: the leader was held up, so that the next one may be, too. */
    void beWary() {
        wary = WARY_LOOKS;
    }

    /** Seen: the leader gets on. */
    void gotOn() {
        rests = 0;
        lengthen();
    }

    /** Seen: the leader rests, as it did at the last look. */
    void rested() {
        rests++;
        lengthen();
    }

    /** Seen: the leader may be held up. */
    void suspects() {
        rests = 0;
        pause = SHORTEST_NANOS;
    }

    /** Whether the watcher may sleep until the leader is back at work. */
    boolean maySleep() {
        return rests > RESTS;
    }

    /** {@return how long to pause before the next look} */
    long nanos() {
        return pause;
    }

    private void lengthen() {
        if (wary > 0) {
            wary--;
            pause = SHORTEST_NANOS;
        } else {
            pause = Math.min(2 * pause, LONGEST_NANOS);
        }
    }
}
