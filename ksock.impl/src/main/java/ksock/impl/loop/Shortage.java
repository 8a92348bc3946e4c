// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.concurrent.TimeUnit;

/**
 * What a loop does about events that were lost because the virtual machine had no memory, in the loop itself or in a
 * callback. They are edges, which the host does not report twice: so all that is ready is asked for again, once there
 * may be memory. Who was told all the same is told again, as when callbacks are set.
 *
 * <p>{@link #eventsLost} may be called by any thread, the rest by the leader. Nothing is thrown.
 */
final class Shortage {

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    /** A callback may want more memory than there will ever be: to ask for it must not become all that is done. */
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);
    /** What is lost so long after the last time is another shortage. */
    private static final long APART = TimeUnit.SECONDS.toNanos(10);

    private final Slots slots;
    private volatile boolean lost;
    // The leader's: how long after it has asked it may ask again.
    private long pause = FIRST_PAUSE;
    private long asked = System.nanoTime() - APART;

    Shortage(Slots slots) {
        this.slots = slots;
    }

    void eventsLost() {
        lost = true;
    }

    /** How long the loop may wait, in ms, if it had else waited for so long; -1 is for as long as it takes. */
    int timeoutMs(int otherwise) {
        if (!lost) {
            return otherwise;
        }
        int due = (int) TimeUnit.NANOSECONDS.toMillis(Math.max(0, pause - (System.nanoTime() - asked))) + 1;
        return otherwise < 0 ? due : Math.min(otherwise, due);
    }

    /** Has all that is ready reported again, if something was lost and it is time. */
    void askAgainIfDue() {
        if (lost && System.nanoTime() - asked >= pause) {
            askAgain(System.nanoTime());
        }
    }

    private void askAgain(long now) {
        pause = now - asked > APART ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
        asked = now;
        // Before it is asked for: what is lost from here on is asked for another time.
        lost = false;
        try {
            for (Registration each : slots.all()) {
                each.askAgain();
            }
        } catch (OutOfMemoryError e) {
            lost = true;
        }
    }
}
