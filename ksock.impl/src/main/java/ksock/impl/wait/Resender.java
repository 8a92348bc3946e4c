// SPDX-License-Identifier: Apache-2.0
package ksock.impl.wait;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends the wake signal again, for those who cannot stay to do it themselves: who cancels or interrupts must not block.
 *
 * <p>A daemon thread, there only while somebody has to be brought out and a little longer. Where the host gives none,
 * who cancels or interrupts does stay, until the other is out: that one has nothing more to do in its call than to
 * leave, and needs no lock of anybody's for it.
 */
final class Resender {

    private static final long FIRST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;
    private static final long IDLE_SECONDS = 5;

    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final Condition ADDED = LOCK.newCondition();
    // Guarded by LOCK.
    private static final Set<Pending> PENDING = new LinkedHashSet<>();
    // Guarded by LOCK.
    private static boolean running;

    private record Pending(SignalWaiter waiter, long which) {
    }

    private Resender() {
    }

    /** Sends the signal to a waiter until the given wait has ended, or sees to that. */
    static void resend(SignalWaiter waiter, long wait) {
        if (!handOver(new Pending(waiter, wait))) {
            stay(waiter, wait);
        }
    }

    /** Leaves it to the thread; false if there is none. */
    private static boolean handOver(Pending one) {
        LOCK.lock();
        try {
            PENDING.add(one);
            if (running) {
                ADDED.signal();
            } else {
                Thread.ofPlatform().daemon().name("ksock-wake").inheritInheritableThreadLocals(false)
                        .start(Resender::run);
                // It cannot end before it has the lock. After it has started: else there may never be one again.
                running = true;
            }
            return true;
        } catch (OutOfMemoryError e) {
            // No thread, or no memory to tell it with.
            PENDING.remove(one);
            return false;
        } finally {
            LOCK.unlock();
        }
    }

    private static void stay(SignalWaiter waiter, long wait) {
        boolean interrupted = false;
        for (long pause = FIRST_PAUSE_NANOS; waiter.resend(wait); pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS)) {
            LockSupport.parkNanos(waiter, pause);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run() {
        long pause = FIRST_PAUSE_NANOS;
        LOCK.lock();
        try {
            while (true) {
                if (PENDING.isEmpty()) {
                    pause = FIRST_PAUSE_NANOS;
                    if (!ADDED.await(IDLE_SECONDS, TimeUnit.SECONDS) && PENDING.isEmpty()) {
                        return;
                    }
                } else {
                    boolean added = ADDED.awaitNanos(pause) > 0;
                    pause = added ? FIRST_PAUSE_NANOS : Math.min(2 * pause, LONGEST_PAUSE_NANOS);
                    sendAll();
                }
            }
        } catch (InterruptedException e) {
            // Nobody has this thread to interrupt it; if somebody does, the next one in need starts another.
            Thread.currentThread().interrupt();
        } finally {
            running = false;
            LOCK.unlock();
        }
    }

    private static void sendAll() {
        for (Iterator<Pending> all = PENDING.iterator(); all.hasNext();) {
            Pending one = all.next();
            if (!one.waiter.resend(one.which)) {
                all.remove();
            }
        }
    }
}
