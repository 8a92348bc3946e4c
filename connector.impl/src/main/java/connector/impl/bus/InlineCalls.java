// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The calls of an inline user that are running, on whatever threads: each has a slot, so that it can be counted, waited
 * for and interrupted without a word that all threads write. A slot holds its thread, or, once that was interrupted, a
 * mark that the thread itself clears.
 */
final class InlineCalls {

    /** No slot is free. */
    static final int NONE = -1;

    /** The most calls at once. */
    static final int MAX = 64;

    /** Slots are so far apart that no two share a cache line. */
    private static final int STRIDE = 16;
    private static final long POLL_NANOS = 100_000;
    private static final Object INTERRUPTED = new Object();
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle NUMBER = MethodHandles.arrayElementVarHandle(long[].class);

    /** Beside what is here, cleared by who has no stack left to call {@link #exit}, under this. */
    final Object[] slots = new Object[MAX * STRIDE];
    // Written by the slot's thread alone.
    private final long[] calls = new long[MAX * STRIDE];
    private final long[] since = new long[MAX * STRIDE];

    /**
     * Begins a call. It is seen by who looks from here on.
     *
     * @param now the time by the bus' clock
     * @return its slot, or {@link #NONE}
     */
    int enter(Thread thread, long now) {
        int first = (int) thread.threadId();
        for (int i = 0; i < MAX; i++) {
            int slot = ((first + i) & (MAX - 1)) * STRIDE;
            if (SLOT.getOpaque(slots, slot) == null && SLOT.compareAndSet(slots, slot, null, thread)) {
                NUMBER.setOpaque(since, slot, now);
                return slot;
            }
        }
        return NONE;
    }

    /** Counts the call that has a slot. */
    void count(int slot) {
        NUMBER.setOpaque(calls, slot, calls[slot] + 1);
    }

    /** Ends the call; an interrupt that was meant for it ends with it. */
    void exit(Thread thread, int slot) {
        if (!SLOT.compareAndSet(slots, slot, thread, null)) {
            synchronized (this) {
                // It may have been a sender's thread: an interrupt of its own that came at the same time is lost.
                Thread.interrupted();
                SLOT.setRelease(slots, slot, null);
            }
        }
    }

    /** How many calls there have been. */
    long count() {
        long count = 0;
        for (int slot = 0; slot < slots.length; slot += STRIDE) {
            count += (long) NUMBER.getOpaque(calls, slot);
        }
        return count;
    }

    /** For how long the longest that is running has been running, by the bus' clock; 0 if none is. */
    long runningMs(long now) {
        long longest = 0;
        for (int slot = 0; slot < slots.length; slot += STRIDE) {
            if (SLOT.getAcquire(slots, slot) != null) {
                longest = Math.max(longest, now - (long) NUMBER.getOpaque(since, slot));
            }
        }
        return longest;
    }

    /**
     * Waits until no other thread is in a call, then interrupts those that still are. No new calls may begin.
     *
     * @return how many were interrupted
     */
    int await(long boundMs) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(boundMs);
        Thread self = Thread.currentThread();
        while (isCalledBesides(self)) {
            if (System.nanoTime() - end >= 0) {
                return interruptAllBut(self);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return 0;
    }

    private boolean isCalledBesides(Thread self) {
        for (int slot = 0; slot < slots.length; slot += STRIDE) {
            // One that was interrupted for an earlier departure, and is no thread any more, has been given up.
            if (SLOT.getVolatile(slots, slot) instanceof Thread caller && !caller.equals(self)) {
                return true;
            }
        }
        return false;
    }

    private int interruptAllBut(Thread self) {
        int interrupted = 0;
        // Until the interrupts are sent: their threads wait for that when they find themselves marked.
        synchronized (this) {
            for (int slot = 0; slot < slots.length; slot += STRIDE) {
                if (SLOT.getVolatile(slots, slot) instanceof Thread caller && !caller.equals(self)
                        && SLOT.compareAndSet(slots, slot, caller, INTERRUPTED)) {
                    caller.interrupt();
                    interrupted++;
                }
            }
        }
        return interrupted;
    }
}
