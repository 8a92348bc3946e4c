// SPDX-License-Identifier: Apache-2.0
package ksock.impl.wait;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Those who wait in calls on one socket, in no order.
 *
 * <p>Nearly always they are a reader and a writer at most. These two have a field each, so that to wait costs two
 * compare-and-sets and no allocation; the rest share a list. Beside them stand a waiter of platform threads that
 * receive and one of those that send, each from the first of them on: in a loop of blocking calls nobody has to enter
 * and leave.
 *
 * <p>What a socket is told is a subclass, and has no queue of its own: each object is memory to be fetched with each
 * event.
 */
public class WaitQueue {

    private static final VarHandle FIRST;
    private static final VarHandle SECOND;
    private static final VarHandle RECEIVER;
    private static final VarHandle SENDER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            FIRST = lookup.findVarHandle(WaitQueue.class, "first", Waiter.class);
            SECOND = lookup.findVarHandle(WaitQueue.class, "second", Waiter.class);
            RECEIVER = lookup.findVarHandle(WaitQueue.class, "receiver", SignalWaiter.class);
            SENDER = lookup.findVarHandle(WaitQueue.class, "sender", SignalWaiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Waiter first;
    private volatile Waiter second;
    // Replaced under this; null when empty, so that a look costs a read.
    private volatile List<Waiter> more;
    // Residents, made at the first need and kept.
    private volatile SignalWaiter receiver;
    private volatile SignalWaiter sender;

    /** Makes an empty queue. */
    public WaitQueue() {
    }

    /** {@return the waiter of threads that receive, which stays here whether or not one waits} */
    final SignalWaiter receiver() {
        SignalWaiter there = receiver;
        return there != null ? there : settle(RECEIVER);
    }

    /** {@return the waiter of threads that send, which stays here whether or not one waits} */
    final SignalWaiter sender() {
        SignalWaiter there = sender;
        return there != null ? there : settle(SENDER);
    }

    private SignalWaiter settle(VarHandle place) {
        SignalWaiter mine = SignalWaiter.residentOf(this);
        SignalWaiter others = (SignalWaiter) place.compareAndExchange(this, null, mine);
        return others == null ? mine : others;
    }

    /** Enters a waiter; it is reached by all that follows. */
    public final void add(Waiter waiter) {
        if ((first == null && FIRST.compareAndSet(this, null, waiter))
                || (second == null && SECOND.compareAndSet(this, null, waiter))) {
            return;
        }
        synchronized (this) {
            List<Waiter> copy = more == null ? new ArrayList<>() : new ArrayList<>(more);
            copy.add(waiter);
            more = copy;
        }
    }

    /** Takes a waiter out. */
    public final void remove(Waiter waiter) {
        if (FIRST.compareAndSet(this, waiter, null) || SECOND.compareAndSet(this, waiter, null)) {
            return;
        }
        synchronized (this) {
            if (more != null) {
                List<Waiter> copy = new ArrayList<>(more);
                copy.remove(waiter);
                more = copy.isEmpty() ? null : copy;
            }
        }
    }

    /**
     * Tells all of readiness.
     *
     * @param events {@code POLL} bits
     */
    public final void tell(int events) {
        Waiter one = first;
        if (one != null) {
            one.ready(events);
        }
        one = second;
        if (one != null) {
            one.ready(events);
        }
        List<Waiter> rest = more;
        if (rest != null) {
            for (Waiter waiter : rest) {
                waiter.ready(events);
            }
        }
        // Residents sleep in the kernel, which tells them itself.
    }

    /** Makes all look around. */
    public final void wake() {
        Waiter one = first;
        if (one != null) {
            one.wake();
        }
        one = second;
        if (one != null) {
            one.wake();
        }
        List<Waiter> rest = more;
        if (rest != null) {
            for (Waiter waiter : rest) {
                waiter.wake();
            }
        }
        SignalWaiter resident = receiver;
        if (resident != null) {
            resident.wake();
        }
        resident = sender;
        if (resident != null) {
            resident.wake();
        }
    }

    /**
     * Ends the wait of one thread.
     *
     * @param caller the thread
     * @return whether it waits here
     */
    public final boolean cancel(Thread caller) {
        Waiter one = first;
        if (one != null && one.cancel(caller, this)) {
            return true;
        }
        one = second;
        if (one != null && one.cancel(caller, this)) {
            return true;
        }
        List<Waiter> rest = more;
        if (rest != null) {
            for (Waiter waiter : rest) {
                if (waiter.cancel(caller, this)) {
                    return true;
                }
            }
        }
        SignalWaiter resident = receiver;
        if (resident != null && resident.cancel(caller, this)) {
            return true;
        }
        resident = sender;
        return resident != null && resident.cancel(caller, this);
    }

    /** {@return how many wait now} */
    public final int size() {
        List<Waiter> rest = more;
        return (first == null ? 0 : 1) + (second == null ? 0 : 1) + (rest == null ? 0 : rest.size())
                + sizeOf(receiver) + sizeOf(sender);
    }

    private static int sizeOf(SignalWaiter resident) {
        return resident != null && resident.isIn() ? 1 : 0;
    }
}
