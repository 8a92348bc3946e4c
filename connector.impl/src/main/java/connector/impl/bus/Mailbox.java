// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.wire.NetlinkErrno;

/**
 * The mailbox of one id. Messages of one sender leave it in the order in which they came; one callback runs at a time
 * (but for inline delivery); a change of user takes place between two messages.
 * <p>
 * <b>Ownership.</b> All that happens to messages happens to the owner, of whom there is one at most. Ownership is the
 * state word, taken by one CAS: {@code IDLE} nobody, {@code OWNED} somebody who takes messages and applies changes,
 * {@code RUNNING} somebody who is in the callback. The upper bits count transitions, so that no word comes twice. Who
 * brings a message to an idle, empty mailbox takes it to {@code RUNNING} and calls; who finds it otherwise queues the
 * message. Who lets go looks again for work afterwards, and who queues looks for an owner afterwards: one of the two sees
 * the other. {@code RUNNING} can be taken away, which is how a callback that does not return loses the mailbox; its
 * thread finds out by the failing CAS when it does return.
 * <p>
 * <b>Access modes.</b> {@code state} is moved by CAS, or set volatile by the owner. {@code active}, {@code ring},
 * {@code options}, {@code closed}, {@code accepting} are volatile; the owner alone writes the first four but for the
 * making of the ring. {@code runner} and {@code since} are written opaque by the owner and read by whoever wonders.
 */
final class Mailbox implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private static final int IDLE = 0;
    private static final int OWNED = 1;
    private static final int RUNNING = 2;
    private static final int PHASE = 3;
    private static final int PHASE_BITS = 2;

    /** Messages that one owner runs before it leaves the rest to another thread. */
    private static final int TURN = 64;

    private static final VarHandle STATE;
    private static final VarHandle RING;
    private static final VarHandle IN_FLIGHT;
    private static final VarHandle RUNNER;
    private static final VarHandle SINCE;
    private static final VarHandle DELIVERED;
    private static final VarHandle WAITERS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Mailbox.class, "state", long.class);
            RING = lookup.findVarHandle(Mailbox.class, "ring", MessageRing.class);
            IN_FLIGHT = lookup.findVarHandle(Mailbox.class, "inFlight", int.class);
            RUNNER = lookup.findVarHandle(Mailbox.class, "runner", Thread.class);
            SINCE = lookup.findVarHandle(Mailbox.class, "since", long.class);
            DELIVERED = lookup.findVarHandle(Mailbox.class, "delivered", long.class);
            WAITERS = lookup.findVarHandle(Mailbox.class, "waiters", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CbId id;
    private final Drainers drainers;
    private final MailboxCounters counters = new MailboxCounters();
    private final ConcurrentLinkedQueue<Runnable> changes = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Thread> parked = new ConcurrentLinkedQueue<>();
    private final Object seizure = new Object();
    /** The owner's. */
    private final MessageRing.Taken taken = new MessageRing.Taken();

    private volatile long state;
    private volatile User active;
    private volatile UserOptions options;
    private volatile MessageRing ring;
    private volatile boolean accepting;
    private volatile boolean closed;
    private volatile int inFlight;
    private volatile int waiters;
    @SuppressWarnings("unused")
    private Thread runner;
    @SuppressWarnings("unused")
    private long since;
    private long delivered;

    Mailbox(CbId id, UserOptions options, Drainers drainers) {
        this.id = id;
        this.options = options;
        this.drainers = drainers;
    }

    CbId id() {
        return id;
    }

    /**
     * Delivers a message: runs it, or queues it.
     *
     * @return 0; ENODEV if nobody has the id; what the user's choice of overflow says if the mailbox is full
     */
    int deliver(CnMsg msg, Sender sender, boolean mayWait) {
        if (!accepting) {
            return NetlinkErrno.ENODEV;
        }
        if (Thread.currentThread().isVirtual()) {
            return enqueue(msg, sender, mayWait);
        }
        User user = active;
        if (user != null && user.options().inline()) {
            return deliverInline(msg, sender, mayWait);
        }
        long idle = state;
        if ((idle & PHASE) == IDLE && nothingQueued()) {
            Object[] nesting = Nesting.current();
            if (Nesting.enter(nesting, this)) {
                try {
                    long running = next(idle, RUNNING);
                    if (STATE.compareAndSet(this, idle, running) && runBrought(running, msg, sender)) {
                        return 0;
                    }
                } finally {
                    Nesting.exit(nesting);
                }
            }
        }
        return enqueue(msg, sender, mayWait);
    }

    /** Has taken the mailbox to RUNNING: runs the message, unless there is something ahead of it or nobody to run it. */
    private boolean runBrought(long running, CnMsg msg, Sender sender) {
        User user = active;
        boolean runnable = user != null && nothingQueued();
        if (runnable) {
            call(user, msg, sender);
        }
        if (!STATE.compareAndSet(this, running, next(running, IDLE))) {
            awaitSeizure();
        } else if (hasWork()) {
            drainIfIdle(TURN);
        }
        return runnable;
    }

    private int deliverInline(CnMsg msg, Sender sender, boolean mayWait) {
        Object[] nesting = Nesting.current();
        if (!Nesting.enter(nesting, this)) {
            counters.refused.increment();
            return NetlinkErrno.EAGAIN;
        }
        IN_FLIGHT.getAndAdd(this, 1);
        try {
            // Read again: who makes a user leave clears it first and looks at the number in flight after that.
            User user = active;
            if (user != null && user.options().inline()) {
                try {
                    user.callback().callback(msg, sender);
                } catch (Throwable t) {
                    threw(user, t);
                }
                DELIVERED.getAndAdd(this, 1L);
                return 0;
            }
        } finally {
            IN_FLIGHT.getAndAdd(this, -1);
            Nesting.exit(nesting);
        }
        return enqueue(msg, sender, mayWait);
    }

    private int enqueue(CnMsg msg, Sender sender, boolean mayWait) {
        MessageRing queue = ringOrNew();
        while (!queue.offer(msg, sender)) {
            switch (options.overflow()) {
                case DROP_NEWEST -> {
                    counters.dropped.increment();
                    return NetlinkErrno.ENOBUFS;
                }
                case EAGAIN -> {
                    counters.refused.increment();
                    return NetlinkErrno.EAGAIN;
                }
                case DROP_OLDEST -> {
                    if (queue.poll(new MessageRing.Taken())) {
                        counters.dropped.increment();
                    }
                }
                case WAIT -> {
                    if (!mayWait || isRunningHere()) {
                        counters.refused.increment();
                        return NetlinkErrno.EAGAIN;
                    }
                    counters.waited.increment();
                    if (awaitRoom(queue, msg, sender)) {
                        drainFromSender();
                        return 0;
                    }
                    counters.dropped.increment();
                    return NetlinkErrno.ENOBUFS;
                }
            }
        }
        drainFromSender();
        return 0;
    }

    private void drainFromSender() {
        if (!hasWork()) {
            return;
        }
        if (Thread.currentThread().isVirtual()) {
            drainIfIdle(0);
            return;
        }
        Object[] nesting = Nesting.current();
        if (Nesting.enter(nesting, this)) {
            try {
                drainIfIdle(TURN);
            } finally {
                Nesting.exit(nesting);
            }
        } else {
            drainIfIdle(0);
        }
    }

    private boolean awaitRoom(MessageRing queue, CnMsg msg, Sender sender) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.overflowWaitMs());
        Thread self = Thread.currentThread();
        WAITERS.getAndAdd(this, 1);
        try {
            while (true) {
                parked.add(self);
                // Offered again after it is known to wait, or room made meanwhile would wake nobody.
                if (queue.offer(msg, sender)) {
                    return true;
                }
                long left = end - System.nanoTime();
                if (left <= 0 || self.isInterrupted()) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
                parked.remove(self);
            }
        } finally {
            WAITERS.getAndAdd(this, -1);
            parked.remove(self);
        }
    }

    private void madeRoom() {
        if (waiters > 0) {
            Thread thread = parked.poll();
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }

    /**
     * Queues a change, to be applied between two messages. A change must not run user code. Whoever posts calls
     * {@link #applyPosted} afterwards, without the lock under which it posted.
     */
    void post(Runnable change) {
        changes.add(change);
    }

    /**
     * Has what was posted applied: by this thread, if nobody owns the mailbox, else by the owner. Messages that wait are
     * left to a drainer: whoever comes with a change is in a hurry.
     */
    void applyPosted() {
        drainIfIdle(0);
    }

    /** Continues as owner, on a drainer's thread. */
    @Override
    public void run() {
        Object[] nesting = Nesting.current();
        Nesting.enter(nesting, this);
        try {
            drainOwned(TURN);
        } finally {
            Nesting.exit(nesting);
        }
    }

    private void drainIfIdle(int turn) {
        while (hasWork()) {
            long word = state;
            if ((word & PHASE) != IDLE) {
                return;
            }
            if (STATE.compareAndSet(this, word, next(word, OWNED))) {
                drainOwned(turn);
                return;
            }
        }
    }

    private void drainOwned(int turn) {
        int left = turn;
        while (true) {
            applyChanges();
            if (closed) {
                discardQueued();
            } else if (active != null && hasQueued()) {
                if (left-- == 0) {
                    if (drainers.execute(this)) {
                        return;
                    }
                    // The bus has ended: what is queued stays where it is.
                    STATE.setVolatile(this, next(state, IDLE));
                    return;
                }
                if (ring.poll(taken) && !runTaken()) {
                    return;
                }
                continue;
            }
            long owned = state;
            STATE.setVolatile(this, next(owned, IDLE));
            if (!hasWork()) {
                return;
            }
            long idle = state;
            if ((idle & PHASE) != IDLE || !STATE.compareAndSet(this, idle, next(idle, OWNED))) {
                return;
            }
        }
    }

    /** Runs what was taken; false if the mailbox was taken away meanwhile. */
    private boolean runTaken() {
        CnMsg msg = taken.msg;
        Sender sender = taken.sender;
        taken.msg = null;
        taken.sender = null;
        madeRoom();
        long running = next(state, RUNNING);
        STATE.setVolatile(this, running);
        call(active, msg, sender);
        if (STATE.compareAndSet(this, running, next(running, OWNED))) {
            return true;
        }
        awaitSeizure();
        return false;
    }

    private void call(User user, CnMsg msg, Sender sender) {
        // All before the call: after it this thread may be the owner no more. What is left behind counts only while the
        // state is RUNNING.
        RUNNER.setOpaque(this, Thread.currentThread());
        SINCE.setOpaque(this, drainers.now());
        DELIVERED.setOpaque(this, delivered + 1);
        try {
            user.callback().callback(msg, sender);
        } catch (Throwable t) {
            threw(user, t);
        }
    }

    private static void threw(User user, Throwable t) {
        user.failed(t);
        if (t instanceof InterruptedException) {
            // The thread may be a sender's, to whom the interrupt was meant.
            Thread.currentThread().interrupt();
        }
    }

    private void applyChanges() {
        for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
            change.run();
        }
    }

    private void discardQueued() {
        MessageRing queue = ring;
        if (queue != null) {
            while (queue.poll(taken)) {
                counters.abandoned.increment();
                madeRoom();
            }
            taken.msg = null;
            taken.sender = null;
        }
    }

    private boolean hasWork() {
        return !changes.isEmpty() || ((active != null || closed) && hasQueued());
    }

    private boolean hasQueued() {
        MessageRing queue = ring;
        return queue != null && queue.hasNext();
    }

    private boolean nothingQueued() {
        MessageRing queue = ring;
        return queue == null || queue.isEmpty();
    }

    private MessageRing ringOrNew() {
        MessageRing queue = ring;
        if (queue == null) {
            MessageRing fresh = new MessageRing(options.capacity());
            MessageRing other = (MessageRing) RING.compareAndExchange(this, null, fresh);
            queue = other == null ? fresh : other;
        }
        return queue;
    }

    private static long next(long word, int phase) {
        return ((word >>> PHASE_BITS) + 1) << PHASE_BITS | phase;
    }

    // What follows is for changes, and is called by the owner.

    User active() {
        return active;
    }

    /** Who gets the next message; null for nobody. */
    void active(User user) {
        active = user;
        if (user != null) {
            options = user.options();
        }
    }

    /** From here on messages are dropped: for a mailbox that is no longer to be found. */
    void shut() {
        closed = true;
    }

    /**
     * Waits until no other thread is in an inline user's callback, having made sure that none enters it any more; bounded.
     */
    boolean awaitInline(long boundMs) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(boundMs);
        int own = Nesting.count(this);
        while (inFlight > own) {
            if (System.nanoTime() - end >= 0) {
                counters.interrupted.increment();
                return false;
            }
            LockSupport.parkNanos(100_000);
        }
        return true;
    }

    // What follows is for the registry, which has its own lock.

    boolean isAccepting() {
        return accepting;
    }

    void accepting(boolean whether) {
        accepting = whether;
    }

    /** Whether the callback runs on this very thread, so that waiting for its end would be for ever. */
    boolean isRunningHere() {
        return Nesting.count(this) > 0;
    }

    /**
     * Takes the mailbox away from a callback that does not return, and interrupts its thread once. Does nothing if no
     * callback is running.
     */
    void seize() {
        long word = state;
        if ((word & PHASE) != RUNNING) {
            return;
        }
        User user = active;
        synchronized (seizure) {
            // Under the lock until the interrupt is sent: its thread waits for that when it finds the mailbox gone.
            Thread thread = (Thread) RUNNER.getOpaque(this);
            if (!STATE.compareAndSet(this, word, next(word, OWNED))) {
                return;
            }
            counters.interrupted.increment();
            LOG.warn("The callback of {} did not return in time when its user left; its thread {} is interrupted", user,
                    thread == null ? "" : thread.getName());
            if (thread != null) {
                thread.interrupt();
            }
        }
        drainOwned(0);
    }

    private void awaitSeizure() {
        synchronized (seizure) {
            // The interrupt was for the callback, which is over. It may have been a sender's thread, whose own
            // interrupt, had it come at the same time, is lost with it: nothing can tell the two apart.
            Thread.interrupted();
        }
    }

    // What follows is for listings.

    MailboxCounters counters() {
        return counters;
    }

    UserOptions options() {
        return options;
    }

    long delivered() {
        return (long) DELIVERED.getOpaque(this);
    }

    int queued() {
        MessageRing queue = ring;
        return queue == null ? 0 : queue.size();
    }

    int capacity() {
        MessageRing queue = ring;
        return queue == null ? MessageRing.roundUp(options.capacity()) : queue.capacity();
    }

    /** For how long the callback has been running, in milliseconds, by the bus' coarse clock; 0 if it is not. */
    long runningMs() {
        long began = (long) SINCE.getOpaque(this);
        return (state & PHASE) == RUNNING ? drainers.now() - began : 0;
    }
}
