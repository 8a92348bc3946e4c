// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CnMsg;
import connector.api.Sender;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Senders that wait until a mailbox has room.
 * <p>
 * A mailbox that senders fill faster than it is emptied has room again within microseconds. So a sender first naps for
 * as short as the host's timer allows (about 50 microseconds), some times over, and nobody has to wake it: a wake-up is
 * a system call of the very thread that empties the mailbox, which moreover loses its core to whom it wakes. Only where
 * the mailbox stays full, it parks until it is woken: all that wait are, together, when half is free. Who is slow to
 * empty the mailbox keeps nobody longer for that: each looks again by itself after a while.
 */
final class RoomWaiters {

    private static final int NAPS = 16;
    private static final long NAP_NANOS = 1;
    private static final long FIRST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LAST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(16);

    private final Set<Thread> parked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger waiting = new AtomicInteger();

    /** Puts a message in as soon as there is room; false if there is none in time, or the thread is interrupted. */
    boolean offer(MessageRing ring, CnMsg msg, Sender sender, long waitMs) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        Thread self = Thread.currentThread();
        // A virtual thread's nap is a task for others, and no shorter than its being woken.
        for (int naps = self.isVirtual() ? NAPS : 0; naps < NAPS; naps++) {
            if (isOver(self, end)) {
                return false;
            }
            LockSupport.parkNanos(this, NAP_NANOS);
            if (ring.offer(msg, sender)) {
                return true;
            }
        }
        return park(ring, msg, sender, end);
    }

    private boolean park(MessageRing ring, CnMsg msg, Sender sender, long end) {
        Thread self = Thread.currentThread();
        long look = FIRST_LOOK_NANOS;
        waiting.incrementAndGet();
        try {
            while (true) {
                parked.add(self);
                // Offered again after it is known to wait, or room made meanwhile would wake nobody.
                if (ring.offer(msg, sender)) {
                    return true;
                }
                if (isOver(self, end)) {
                    return false;
                }
                LockSupport.parkNanos(this, Math.min(end - System.nanoTime(), look));
                look = Math.min(2 * look, LAST_LOOK_NANOS);
            }
        } finally {
            waiting.decrementAndGet();
            parked.remove(self);
        }
    }

    private static boolean isOver(Thread self, long end) {
        return self.isInterrupted() || end - System.nanoTime() <= 0;
    }

    /** To be called when a message has been taken out. */
    void madeRoom(MessageRing ring) {
        if (waiting.get() > 0 && ring.isHalfFree()) {
            for (Iterator<Thread> each = parked.iterator(); each.hasNext(); ) {
                Thread thread = each.next();
                each.remove();
                LockSupport.unpark(thread);
            }
        }
    }
}
