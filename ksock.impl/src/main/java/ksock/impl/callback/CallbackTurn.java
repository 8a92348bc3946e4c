// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import ksock.impl.loop.EventLoop;
import ksock.impl.loop.FaultLog;
import ksock.impl.loop.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The callbacks of a socket as they are set, and whose turn it is to call them: one thread's at a time, whoever brings
 * something. What there is to tell is the subclass' affair.
 *
 * <p>Any thread may call. Only {@link #awaitOlder} waits, and never on a loop thread. A superclass and no object of its
 * own, because each object is memory to be fetched with each event.
 */
abstract class CallbackTurn extends Task {

    private static final Logger LOG = LoggerFactory.getLogger(CallbackTurn.class);
    private static final FaultLog FAULTS = new FaultLog(CallbackTurn.class);

    // The state word. The lower bits are what is to be looked at.
    private static final int PENDING = 0xFFFF;
    /** Somebody raises what is pending. */
    private static final int RUNNING = 1 << 16;
    /** In the loop's queue. */
    private static final int POSTED = 1 << 17;
    private static final int CLOSED = 1 << 18;
    /** The first of the bits that are the subclass'. */
    static final int OWN = 1 << 19;

    /** The bound on what is raised before others get their turn. */
    private static final int PASSES = 16;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(CallbackTurn.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** For subclasses too: a field less in each socket. */
    final EventLoop loop;
    private volatile int state;
    private volatile Armed armed = Armed.OFF; // written under this
    private volatile long raised; // the sequence of those that are raised, or were last; written by the one who runs
    private volatile Thread runner; // who runs, or did last
    private volatile int waiters; // threads that wait for the end of older callbacks; written under this
    private long sequence; // guarded by this

    CallbackTurn(EventLoop loop) {
        this.loop = loop;
        // Has the virtual machine link these, which takes memory, while it has some: without, who raises could not
        // give up its turn where the heap is full, and the socket would tell nothing any more.
        change(0, 0);
        set(0);
        clear(0);
    }

    /**
     * Tells what is pending, as far as it still holds. Called on the loop, by one thread at a time.
     *
     * @param to whom, with callbacks
     * @param pending the bits, at least one
     */
    abstract void raise(Armed to, int pending);

    // What is set.

    /** The callbacks that are set. */
    final Armed armed() {
        return armed;
    }

    /** Whether any are set. */
    final boolean isArmed() {
        return armed.callbacks() != null;
    }

    /** Whether these are still set; else others were, and none of these is called any more. */
    final boolean stillSet(Armed mine) {
        return armed.sequence() == mine.sequence();
    }

    /** Sets others; null if {@link #disarm} was called before. Older ones may still run: see {@link #awaitOlder}. */
    final synchronized Armed arm(SocketCallbacks callbacks, Object arg, KernelSocket socket) {
        if ((state & CLOSED) != 0) {
            return null;
        }
        Armed mine = callbacks == null
                ? new Armed(++sequence, null, null, null) : new Armed(++sequence, callbacks, arg, socket);
        armed = mine;
        return mine;
    }

    /** Sets none, for good. */
    final synchronized Armed disarm() {
        Armed last = new Armed(++sequence, null, null, null);
        armed = last;
        set(CLOSED);
        return last;
    }

    // The subclass' bits of the state word.

    final boolean isMarked(int bit) {
        return (state & bit) != 0;
    }

    /** Whether this has changed it. */
    final boolean mark(int bit) {
        return (set(bit) & bit) == 0;
    }

    final void unmark(int bit) {
        clear(bit);
    }

    /** Each of the three is one place where the state word is changed. */
    private boolean change(int from, int to) {
        return STATE.compareAndSet(this, from, to);
    }

    private int set(int bits) {
        return (int) STATE.getAndBitwiseOr(this, bits);
    }

    private int clear(int bits) {
        return (int) STATE.getAndBitwiseAnd(this, ~bits);
    }

    // Turns.

    /** Reads what {@link #raiseNow} is going to read; see {@link ksock.impl.loop.Handler#prefetch}. */
    final int prefetchState() {
        return state;
    }

    /** {@return for how long the callback that runs now has been held up, in nanoseconds; 0 if none is} */
    public final long heldUpNanos() {
        if ((state & RUNNING) == 0) {
            return 0;
        }
        long since = EventLoop.heldUpSince(runner);
        return since == 0 ? 0 : System.nanoTime() - since;
    }

    @Override
    protected final void run() {
        unmark(POSTED);
        raiseNow(0);
    }

    /** Has bits raised on the loop, soon, if any callbacks are set. Any thread; allocates nothing. */
    final void raiseSoon(int bits) {
        if (!isArmed()) {
            return;
        }
        int seen;
        int next;
        do {
            seen = state;
            if ((seen & CLOSED) != 0) {
                return;
            }
            // Who runs looks again before it stops.
            next = seen | bits | ((seen & RUNNING) == 0 ? POSTED : 0);
        } while (!change(seen, next));
        if ((seen & POSTED) == 0 && (next & POSTED) != 0) {
            execute();
        }
    }

    /** Raises bits, and what else is pending, here and now; or leaves them to the one that raises already. */
    @SuppressWarnings("ReferenceEquality") // the very thread
    final void raiseNow(int bits) {
        int pending = begin(bits);
        if (pending < 0) {
            return;
        }
        int rest = 0;
        try {
            Thread current = Thread.currentThread();
            if (runner != current) {
                runner = current;
            }
            raisePass(pending);
            if (!stops()) {
                rest = raiseMore();
            }
        } catch (Throwable e) {
            // The heap is full.
            clear(RUNNING);
            lost(e);
            throw e;
        }
        boolean post = false;
        if (rest != 0) {
            // Behind all others that are ready.
            post = (set(rest | POSTED) & POSTED) == 0;
            clear(RUNNING);
        }
        wakeWaiters();
        if (post) {
            execute();
        }
    }

    /** Is not the one that raises any more, if nothing is pending; whether nothing is. */
    private boolean stops() {
        int seen = state;
        while ((seen & PENDING) == 0) {
            if (change(seen, seen & ~RUNNING)) {
                return true;
            }
            seen = state;
        }
        return false;
    }

    /** Raises what is pending until nothing is, and then is not the one that raises any more; else what is left. */
    private int raiseMore() {
        int pending = clear(PENDING) & PENDING;
        for (int pass = 1; pass < PASSES; pass++) {
            raisePass(pending);
            if (stops()) {
                return 0;
            }
            pending = clear(PENDING) & PENDING;
        }
        return pending;
    }

    /** Becomes the one that raises; what is pending, or -1 if another does already, who then raises this too. */
    private int begin(int bits) {
        int seen = state;
        if ((seen & (RUNNING | PENDING)) == 0 && change(seen, seen | RUNNING)) {
            return bits;
        }
        int before = set(bits | RUNNING);
        return (before & RUNNING) != 0 ? -1 : clear(PENDING) & PENDING;
    }

    private void raisePass(int pending) {
        // Read after RUNNING was set: who sets callbacks writes the one and reads the other the other way round.
        Armed mine = armed;
        if (raised != mine.sequence()) {
            raised = mine.sequence();
            wakeWaiters();
        }
        SocketCallbacks callbacks = mine.callbacks();
        if (pending != 0 && callbacks != null) {
            boolean couldBlock = EventLoop.mayBlock(callbacks.mayBlock());
            try {
                raise(mine, pending);
            } catch (Throwable e) {
                lost(e);
                // A family's fault, or ours. Whoever sets callbacks or closes waits until nobody runs.
                FAULTS.error("A socket's events were lost to an error; its callbacks go on", e);
            } finally {
                EventLoop.mayBlock(couldBlock);
            }
        }
    }

    /** Who was to take what there is has thrown this. If it was for want of memory, it is told again, after a while. */
    final void lost(Throwable thrown) {
        loop.eventsLost(thrown);
    }

    private void wakeWaiters() {
        if (waiters != 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    private void execute() {
        try {
            loop.execute(this);
        } catch (KernelSocketException e) {
            unmark(POSTED);
            LOG.warn("Callbacks are lost: the event loop does not run", e);
        }
    }

    /**
     * Waits until no callback runs that was set before {@code mine}; never on a loop thread.
     *
     * @param boundNanos how long, in nanoseconds; 0 for as long as it takes
     * @return false if one still runs after that time
     */
    final boolean awaitOlder(long mine, long boundNanos) {
        if (!olderRuns(mine) || EventLoop.onLoopThread()) {
            return true;
        }
        boolean interrupted = false;
        long start = System.nanoTime();
        synchronized (this) {
            waiters++;
            try {
                while (olderRuns(mine)) {
                    long left = boundNanos - (System.nanoTime() - start);
                    if (boundNanos > 0 && left <= 0) {
                        return false;
                    }
                    try {
                        wait(boundNanos > 0 ? TimeUnit.NANOSECONDS.toMillis(left) + 1 : 0);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                return true;
            } finally {
                waiters--;
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private boolean olderRuns(long mine) {
        return (state & RUNNING) != 0 && raised < mine;
    }
}
