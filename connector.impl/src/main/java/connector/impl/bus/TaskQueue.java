// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.concurrent.TimeUnit;

/**
 * What drainers are to do, first in first out.
 *
 * <p>Whoever adds something may run out of stack on the way. Its lock is a monitor, which is given back even then, as
 * the locks of {@code java.util.concurrent} are not; and nothing is called once a task is in, so that what has not been
 * added without an error has not been added.
 */
final class TaskQueue {

    /** A task in its place. */
    private static final class Place {

        private final Runnable task;
        private Place next;

        Place(Runnable task) {
            this.task = task;
        }
    }

    // Guarded by the monitor, but for being read as null or not.
    private volatile Place first;
    private Place last;

    /** Adds a task, and wakes who waits for one. */
    void add(Runnable task) {
        Place place = new Place(task);
        synchronized (this) {
            // Whom it wakes has to wait for the monitor, and finds the task.
            notify();
            if (first == null) {
                first = place;
            } else {
                last.next = place;
            }
            last = place;
        }
    }

    /**
     * Takes the first out, or the next to come.
     *
     * @param waitMs for how long to wait for it
     * @return null if none came
     * @throws InterruptedException the thread was interrupted, before or meanwhile; nothing is taken out then
     */
    Runnable poll(long waitMs) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        synchronized (this) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            for (Place place = first; place == null; place = first) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return null;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            Place taken = first;
            first = taken.next;
            return taken.task;
        }
    }

    boolean isEmpty() {
        return first == null;
    }

    void clear() {
        synchronized (this) {
            first = null;
        }
    }
}
