// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;

/** Tasks that wait for a time. There are few: only what had to back off is here. */
final class Timers {

    private static final long NEVER = Long.MAX_VALUE;

    private record Timer(long due, Task task) {
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final long origin = System.nanoTime();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::due)); // guarded by lock
    private volatile long first = NEVER; // when the first is due, on our clock; written under lock

    /** Adds a task; whether it is due before all others. */
    boolean add(Task task, long delayNanos) {
        lock.lock();
        try {
            long due = now() + Math.max(0, delayNanos);
            boolean earliest = due < first;
            timers.add(new Timer(due, task));
            first = timers.element().due();
            return earliest;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a task that is due; null if there is none. */
    Task poll() {
        if (first == NEVER || now() < first) {
            return null;
        }
        lock.lock();
        try {
            Timer timer = timers.peek();
            if (timer == null || timer.due() > now()) {
                return null;
            }
            timers.remove();
            first = timers.isEmpty() ? NEVER : timers.element().due();
            return timer.task();
        } finally {
            lock.unlock();
        }
    }

    /** How long to wait for the next one, in milliseconds rounded up; -1 if there is none. */
    int timeoutMs() {
        long due = first;
        if (due == NEVER) {
            return -1;
        }
        long ms = Math.ceilDiv(due - now(), 1_000_000L);
        return Math.clamp(ms, 0, Integer.MAX_VALUE);
    }

    /** Nanoseconds since the loop was made: never negative, does not wrap in practice, so that it can be compared. */
    private long now() {
        return System.nanoTime() - origin;
    }
}
