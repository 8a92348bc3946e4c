// SPDX-License-Identifier: Apache-2.0
package ksock.impl.wait;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Arrays;
import java.util.Set;
import ksock.impl.libc.StripedPool;

/**
 * A platform thread in a blocking system call.
 *
 * <p>{@code SignalWaiter waiter = SignalWaiter.enter(queue)}, then in a loop {@link #lookAround} and call, then
 * {@link #leave}. Instances are used again: the state word counts the waits, so that a canceller who took too long to
 * look cannot hit the next one.
 *
 * <p>It is a selector in name only: {@link AbstractSelector} is what the platform lets be told of interrupts.
 */
public final class SignalWaiter extends AbstractSelector implements Waiter {

    /** In a call: it may be signalled. */
    private static final long IN = 1;
    /**
     * Somebody sends the signal just now, under this object's monitor: the thread must not leave, else it might not be
     * alive any more.
     */
    private static final long SIGNALLING = 2;
    private static final long CANCELLED = 4;
    private static final long INTERRUPTED = 8;
    /** Between two waits: some thread makes it its own. */
    private static final long CLAIMED = 16;
    /** One wait, in the rest of the word. */
    private static final long WAIT = 32;

    private static final VarHandle STATE;
    private static final StripedPool<SignalWaiter> POOL = new StripedPool<>();

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(SignalWaiter.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // The queue that it never leaves; null of one that is pooled.
    private final WaitQueue home;
    private volatile long state;
    // Who waits, and how to signal it: nearly always, the thread that waited last waits next. Written by the waiting
    // thread before it sets IN; read by others after they have seen IN, and believed if the state has not changed
    // since.
    private long threadId = -1;
    private int thread;
    private WaitQueue queue;
    // In place of queue, if it is in several.
    private WaitQueue[] queues;

    private SignalWaiter(WaitQueue home) {
        super(null);
        this.home = home;
        queue = home;
    }

    /** Makes one that stays in a queue for good, whoever waits. */
    static SignalWaiter residentOf(WaitQueue home) {
        return new SignalWaiter(home);
    }

    /**
     * Enters the calling platform thread into a queue to receive, for which threads come back all the time: a waiter
     * that never leaves the queue makes the way in and out one compare-and-set each. Further threads have others.
     */
    public static SignalWaiter enterToReceive(WaitQueue queue) {
        return enterAs(queue.receiver(), queue);
    }

    /** As {@link #enterToReceive}, to send. */
    public static SignalWaiter enterToSend(WaitQueue queue) {
        return enterAs(queue.sender(), queue);
    }

    private static SignalWaiter enterAs(SignalWaiter resident, WaitQueue queue) {
        if (!resident.claim()) {
            return enter(queue);
        }
        resident.begin();
        return resident;
    }

    /** Enters the calling platform thread into a queue. */
    public static SignalWaiter enter(WaitQueue queue) {
        SignalWaiter waiter = of(queue);
        queue.add(waiter);
        return waiter;
    }

    /** Enters the calling platform thread into several queues. */
    public static SignalWaiter enter(WaitQueue[] queues) {
        SignalWaiter waiter = of(null);
        waiter.queues = queues;
        for (WaitQueue queue : queues) {
            queue.add(waiter);
        }
        return waiter;
    }

    private static SignalWaiter of(WaitQueue queue) {
        SignalWaiter pooled = POOL.take();
        SignalWaiter waiter = pooled == null ? new SignalWaiter(null) : pooled;
        if (waiter.threadId != Thread.currentThread().threadId()) {
            waiter.becomeOfCaller();
        }
        waiter.queue = queue;
        // Nobody else writes while it is not in a call, and to enter the queue is a fence.
        STATE.setRelease(waiter, waiter.state | IN);
        waiter.begin();
        return waiter;
    }

    /** Enters the calling thread, unless another has been quicker. */
    private boolean claim() {
        long now = state;
        if ((now & (IN | CLAIMED)) != 0) {
            return false;
        }
        if (threadId == Thread.currentThread().threadId()) {
            // If another has claimed it since, the state has changed.
            return STATE.compareAndSet(this, now, now | IN);
        }
        if (!STATE.compareAndSet(this, now, now | CLAIMED)) {
            return false;
        }
        becomeOfCaller();
        state = now | IN;
        return true;
    }

    private void becomeOfCaller() {
        threadId = Thread.currentThread().threadId();
        thread = WakeSignal.self();
    }

    /** Enters the calling platform thread into no queue: nobody but {@link #bringOut} ends its wait. */
    public static SignalWaiter enterAlone() {
        return of(null);
    }

    /**
     * Has the calling thread brought out of the call that it is about to make, if that blocks: within a few
     * milliseconds, mostly within one.
     */
    public void bringOut() {
        long now = (long) STATE.getAndBitwiseOr(this, INTERRUPTED);
        Resender.resend(this, waitOf(now));
    }

    /** Whether a thread waits. */
    boolean isIn() {
        return (state & IN) != 0;
    }

    /**
     * Takes the calling thread out of the queue that it entered.
     *
     * @return whether the call was cancelled, at the last moment even: after this nobody is told of it any more
     */
    public boolean leave() {
        WaitQueue entered = queue;
        if (home == null && entered != null) {
            entered.remove(this);
        }
        return out();
    }

    /** Takes the calling thread out of the queues that it entered. */
    public void leaveAll() {
        for (WaitQueue entered : queues) {
            entered.remove(this);
        }
        queues = null;
        out();
    }

    private boolean out() {
        end();
        long now = state;
        while ((now & SIGNALLING) == 0 && !STATE.compareAndSet(this, now, nextWait(now))) {
            now = state;
        }
        if ((now & SIGNALLING) != 0) {
            now = outAfterSignaller();
        }
        if (home == null) {
            queue = null;
            POOL.give(this);
        }
        return (now & CANCELLED) != 0;
    }

    /**
     * Waits asleep for who sends the signal, however long that thread is not scheduled. Nobody sends while the monitor
     * is ours: what is set of it then was left by one who ended by an error.
     */
    private synchronized long outAfterSignaller() {
        long now = state;
        while (!STATE.compareAndSet(this, now, nextWait(now))) {
            now = state;
        }
        return now;
    }

    private static long nextWait(long now) {
        return (now | (WAIT - 1)) + 1;
    }

    /**
     * To be called before each try, and before looking whether the thread is interrupted: what was told of an interrupt
     * so far is forgotten. It may have been meant for an earlier wait, of another thread even; one that comes later is
     * told again.
     *
     * @return whether the call that the calling thread is in was cancelled
     */
    public boolean lookAround() {
        long now = state;
        if ((now & INTERRUPTED) != 0) {
            STATE.getAndBitwiseAnd(this, ~INTERRUPTED);
        }
        return (now & CANCELLED) != 0;
    }

    /** Nothing: the kernel tells the call itself. */
    @Override
    public void ready(int events) {
        // The thread sleeps in the very call that becomes ready.
    }

    @Override
    public void wake() {
        signal(state);
    }

    @Override
    public boolean cancel(Thread caller, WaitQueue from) {
        long now = state;
        while ((now & IN) != 0 && caller.threadId() == threadId && waitsIn(from)) {
            if (STATE.compareAndSet(this, now, now | CANCELLED)) {
                signal(now | CANCELLED);
                Resender.resend(this, waitOf(now));
                return true;
            }
            long next = state;
            if (waitOf(next) != waitOf(now)) {
                return false;
            }
            now = next;
        }
        return false;
    }

    private boolean waitsIn(WaitQueue from) {
        WaitQueue[] several = queues;
        return several == null ? from.equals(queue) : Arrays.asList(several).contains(from);
    }

    /** Told by the platform: the thread was interrupted. */
    @Override
    public Selector wakeup() {
        long now = state;
        while ((now & IN) != 0 && Thread.currentThread().threadId() != threadId) {
            if (STATE.compareAndSet(this, now, now | INTERRUPTED)) {
                signal(now | INTERRUPTED);
                Resender.resend(this, waitOf(now));
                break;
            }
            now = state;
        }
        return this;
    }

    /** Sends the signal again if the wait still lasts and has a reason to end. */
    boolean resend(long wait) {
        long now = state;
        if (waitOf(now) != wait || !hasReason(now)) {
            return false;
        }
        signal(now);
        return true;
    }

    /** Whether the thread is made to look around, again and again until it has. */
    boolean isBroughtOut() {
        return hasReason(state);
    }

    private static boolean hasReason(long word) {
        return (word & (CANCELLED | INTERRUPTED)) != 0;
    }

    private void signal(long seen) {
        if ((seen & IN) == 0) {
            return;
        }
        // To give up a monitor takes neither stack nor memory: whatever happens in here, the thread can leave. And
        // whoever is in here is alone: SIGNALLING that is set already was left by one who ended by an error.
        synchronized (this) {
            if (STATE.compareAndSet(this, seen, seen | SIGNALLING)) {
                try {
                    WakeSignal.send(thread);
                } finally {
                    STATE.getAndBitwiseAnd(this, ~SIGNALLING);
                }
            }
        }
    }

    private static long waitOf(long word) {
        return word & -WAIT;
    }

    @Override
    protected void implCloseSelector() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int events, Object attachment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SelectionKey> keys() {
        return Set.of();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        return Set.of();
    }

    @Override
    public int selectNow() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select(long timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select() {
        throw new UnsupportedOperationException();
    }
}
