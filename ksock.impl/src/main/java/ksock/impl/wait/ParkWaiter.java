// SPDX-License-Identifier: Apache-2.0
package ksock.impl.wait;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/** A thread that parks between tries of a call that does not block. One instance a wait. */
public final class ParkWaiter implements Waiter {

    private static final int READY = 1;
    private static final int CANCELLED = 2;
    /** {@code POLLERR | POLLHUP}: they concern everybody, as in poll(2). */
    private static final int ALWAYS = 0x8 | 0x10;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(ParkWaiter.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Thread thread = Thread.currentThread();
    private final int interest;
    private volatile int state;

    /**
     * A wait of the calling thread.
     *
     * @param events the {@code POLL} bits that are worth another try
     */
    public ParkWaiter(int events) {
        interest = events | ALWAYS;
    }

    @Override
    public void ready(int events) {
        if ((events & interest) != 0) {
            wake();
        }
    }

    @Override
    public void wake() {
        STATE.getAndBitwiseOr(this, READY);
        LockSupport.unpark(thread);
    }

    @Override
    public boolean cancel(Thread caller, WaitQueue from) {
        // It is found in no queue but those of its one wait.
        if (!thread.equals(caller)) {
            return false;
        }
        STATE.getAndBitwiseOr(this, CANCELLED);
        LockSupport.unpark(thread);
        return true;
    }

    /** {@return whether the wait was cancelled} */
    public boolean cancelled() {
        return (state & CANCELLED) != 0;
    }

    /** Forgets readiness told so far: to be called before a try, whose result then counts. */
    public void forget() {
        if ((state & READY) != 0) {
            STATE.getAndBitwiseAnd(this, ~READY);
        }
    }

    /**
     * Parks until readiness is told, the wait is cancelled, the thread interrupted, or the time has passed; or for no
     * reason.
     *
     * @param nanos how long at most, {@link Deadline#FOREVER} without end
     */
    public void park(long nanos) {
        if (state != 0 || Thread.currentThread().isInterrupted()) {
            return;
        }
        if (nanos == Deadline.FOREVER) {
            LockSupport.park(this);
        } else if (nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }
}
