// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CnMsg;
import connector.api.Sender;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Senders that wait until a mailbox has room. They are woken together, when half of it is free: to wake one for each
 * message that leaves would cost more than the message. Who is slow to empty the mailbox keeps nobody longer for that:
 * each looks again by itself after a while.
 */
final class RoomWaiters {

    private static final long FIRST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LAST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(16);

    private final ConcurrentLinkedQueue<Thread> parked = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /** Puts a message in as soon as there is room; false if there is none in time, or the thread is interrupted. */
    boolean offer(MessageRing ring, CnMsg msg, Sender sender, long waitMs) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        long look = FIRST_LOOK_NANOS;
        Thread self = Thread.currentThread();
        waiting.incrementAndGet();
        try {
            while (true) {
                parked.add(self);
                // Offered again after it is known to wait, or room made meanwhile would wake nobody.
                if (ring.offer(msg, sender)) {
                    return true;
                }
                long left = end - System.nanoTime();
                if (left <= 0 || self.isInterrupted()) {
                    return false;
                }
                LockSupport.parkNanos(this, Math.min(left, look));
                look = Math.min(2 * look, LAST_LOOK_NANOS);
                parked.remove(self);
            }
        } finally {
            waiting.decrementAndGet();
            parked.remove(self);
        }
    }

    /** To be called when a message has been taken out. */
    void madeRoom(MessageRing ring) {
        if (waiting.get() > 0 && ring.isHalfFree()) {
            for (Thread thread = parked.poll(); thread != null; thread = parked.poll()) {
                LockSupport.unpark(thread);
            }
        }
    }
}
