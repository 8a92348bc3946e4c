// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import ksock.impl.wait.Deadline;
import ksock.impl.wait.WaitQueue;

/**
 * How long a descriptor is good: one word counts the calls that are under way, its sign says that the socket is
 * closing. Whoever is the last out after the sign was set releases the descriptor, exactly once. Any thread.
 *
 * <p>A superclass and no object of its own, because each object is memory to be fetched with each call.
 */
abstract class Life {

    /** The sign of {@link #uses}: no call enters any more. */
    private static final int CLOSING = 1 << 31;

    private static final int ALIVE = 0;
    private static final int RELEASING = 1;
    private static final int RELEASED = 2;

    private static final long FIRST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    private static final VarHandle USES;
    private static final VarHandle STAGE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            USES = lookup.findVarHandle(Life.class, "uses", int.class);
            STAGE = lookup.findVarHandle(Life.class, "stage", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int uses;
    // Who brings it to RELEASING releases.
    private volatile int stage = ALIVE;
    // Who waits for the last call to leave.
    private volatile Thread closer;
    // How many of the lost calls have been taken off. Of who closes.
    private int found;

    /**
     * How many calls have ended and could not leave, for want of stack. Who has called counts it in its own frame, by
     * this write and nothing else, since whatever is called could fail again; in a finally clause, since to find the
     * class that a catch clause names may be a call. So not even atomic: two threads would have to run out of stack in
     * one socket in the same nanosecond.
     */
    int lost;

    /** Done at the end, once; throws nothing but for want of stack, and can then be run again. */
    abstract void release();

    /** {@return whether calls can enter} */
    public final boolean isOpen() {
        return uses >= 0;
    }

    /** Begins a call; false if calls enter no more, and then there is nothing to leave. */
    final boolean tryEnter() {
        int before = (int) USES.getAndAdd(this, 1);
        if (before < 0) {
            boolean left = false;
            try {
                leave();
                left = true;
            } finally {
                if (!left) {
                    lost++;
                }
            }
            return false;
        }
        return true;
    }

    /** Ends a call; if it throws, the call is {@link #lost}. */
    final void leave() {
        int before = (int) USES.getAndAdd(this, -1);
        if (before == CLOSING + 1) {
            end();
        }
    }

    /**
     * Lets no call enter any more.
     *
     * @return whether this is the first to say so, who has to {@linkplain #await wait}
     */
    final boolean beginEnd() {
        return (int) USES.getAndBitwiseOr(this, CLOSING) >= 0;
    }

    /** {@return how many calls are under way} */
    final int calls() {
        return uses & ~CLOSING;
    }

    /** {@return whether the descriptor was given back} */
    final boolean released() {
        return stage == RELEASED;
    }

    /**
     * Wakes those who wait until all calls are out and the descriptor is given back.
     *
     * @param waiters those who wait in calls
     * @param boundNanos how long to try, {@link Deadline#FOREVER} as long as it takes; the last one out does the rest
     * @return whether it is done
     */
    final boolean await(WaitQueue waiters, long boundNanos) {
        lookForEnd();
        if (released()) {
            return true;
        }
        closer = Thread.currentThread();
        long deadline = Deadline.after(boundNanos);
        long pause = FIRST_PAUSE_NANOS;
        boolean interrupted = false;
        try {
            while (!released() && Deadline.remaining(deadline, boundNanos) > 0) {
                waiters.wake();
                LockSupport.parkNanos(this, pause);
                lookForEnd();
                interrupted |= Thread.interrupted();
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return released();
    }

    /** Takes off what calls could not, and ends if nobody is in any more. Of who closes. */
    private void lookForEnd() {
        int all = lost;
        if (uses != CLOSING && all != found) {
            USES.getAndAdd(this, found - all);
            found = all;
        }
        if (uses == CLOSING) {
            end();
        }
    }

    private void end() {
        if (STAGE.compareAndSet(this, ALIVE, RELEASING)) {
            boolean done = false;
            try {
                release();
                done = true;
            } finally {
                // What ran out of stack can be begun anew, by who has some.
                stage = done ? RELEASED : ALIVE;
                LockSupport.unpark(closer);
            }
        }
    }
}
