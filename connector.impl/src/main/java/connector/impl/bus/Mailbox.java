// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.wire.NetlinkErrno;
import connector.impl.bus.MailboxCounters.Event;
import connector.impl.netlink.Tapping;

/**
 * The mailbox of one id. Messages of one sender leave it in the order in which they came; one callback runs at a time
 * (but for inline delivery); a change of user takes place between two messages.
 * <p>
 * <b>Ownership.</b> All that happens to messages happens to the owner, of whom there is one at most. Ownership is the
 * state word, taken by one CAS: {@code IDLE} nobody, {@code OWNED} somebody who applies changes, {@code RUNNING}
 * somebody who is in the callback, or between two messages. The upper bits count transitions, each message is one, so
 * that no word comes twice. Who brings a message to an idle, empty mailbox takes it to {@code RUNNING} and calls; who
 * finds it otherwise queues the message. Who lets go looks again for work afterwards, and who queues looks for an owner
 * afterwards: one of the two sees the other. {@code RUNNING} can be taken away, which is how a callback that does not
 * return loses the mailbox; its thread finds out by the failing CAS when it does return. Who brings many messages stays
 * in {@code RUNNING} from one to the next, in a {@link Visit}. From the CAS that begins a message on, that message counts
 * as being delivered to the user that there was.
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

    /** Messages that a sender runs for others before it leaves the rest to a drainer. */
    private static final int SENDER_TURN = 64;
    /** Messages that a drainer runs before it looks after other mailboxes. */
    private static final int DRAINER_TURN = 1024;
    private static final int TAKEN_AWAY = -1;
    /** No word of a visit. */
    static final long GONE = 0;

    private static final VarHandle STATE;
    private static final VarHandle RING;
    private static final VarHandle INLINE;
    private static final VarHandle RUNNER;
    private static final VarHandle SINCE;
    private static final VarHandle DELIVERED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Mailbox.class, "state", long.class);
            RING = lookup.findVarHandle(Mailbox.class, "ring", MessageRing.class);
            INLINE = lookup.findVarHandle(Mailbox.class, "inlineCalls", InlineCalls.class);
            RUNNER = lookup.findVarHandle(Mailbox.class, "runner", Thread.class);
            SINCE = lookup.findVarHandle(Mailbox.class, "since", long.class);
            DELIVERED = lookup.findVarHandle(Mailbox.class, "delivered", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CbId id;
    private final Drainers drainers;
    private final MailboxCounters counters;
    private final ConcurrentLinkedQueue<Runnable> changes = new ConcurrentLinkedQueue<>();
    private final RoomWaiters roomWaiters = new RoomWaiters();
    private final Object seizure = new Object();

    private volatile long state;
    private volatile User active;
    private volatile UserOptions options;
    private volatile MessageRing ring;
    private volatile InlineCalls inlineCalls;
    private volatile boolean accepting;
    private volatile boolean closed;
    /** How many changes there were: counted by who posts, under the registry's lock, and by the owner. */
    private volatile int posted;
    private volatile int applied;
    @SuppressWarnings("unused")
    private Thread runner;
    @SuppressWarnings("unused")
    private long since;
    private long delivered;

    Mailbox(CbId id, UserOptions options, Drainers drainers, MailboxCounters all) {
        this.id = id;
        this.counters = new MailboxCounters(id, all);
        this.options = options;
        this.drainers = drainers;
    }

    CbId id() {
        return id;
    }

    /**
     * Delivers a message: runs it, or queues it.
     *
     * @param tapping told that it is taken or queued, before the callback can act on it; null where nobody taps
     * @return 0; ENODEV if nobody has the id; what the user's choice of overflow says if the mailbox is full
     */
    int deliver(CnMsg msg, Sender sender, boolean mayWait, Tapping tapping) {
        if (!accepting) {
            return NetlinkErrno.ENODEV;
        }
        Thread self = Thread.currentThread();
        if (self.isVirtual()) {
            return enqueue(msg, sender, mayWait, tapping);
        }
        User user = active;
        if (user != null && user.options().inline()) {
            return deliverInline(self, msg, sender, mayWait, tapping);
        }
        long idle = state;
        if ((idle & PHASE) == IDLE && nothingQueued()) {
            Object[] nesting = Nesting.current();
            if (Nesting.enter(nesting, this)) {
                try {
                    long running = next(idle, RUNNING);
                    if (STATE.compareAndSet(this, idle, running) && runBrought(self, running, msg, sender, tapping)) {
                        return 0;
                    }
                } finally {
                    Nesting.exit(nesting);
                }
            }
        }
        return enqueue(msg, sender, mayWait, tapping);
    }

    // What follows is for a Visit.

    /** Takes the mailbox to RUNNING, if it has a user, and nothing to do; the word, or GONE. */
    long beginVisit(Thread self) {
        User user = active;
        long idle = state;
        if (user == null || user.options().inline() || (idle & PHASE) != IDLE || !mayGoOn()) {
            return GONE;
        }
        long running = next(idle, RUNNING);
        if (!STATE.compareAndSet(this, idle, running)) {
            return GONE;
        }
        RUNNER.setOpaque(this, self);
        if (active == null || !mayGoOn()) {
            endVisit(running);
            return GONE;
        }
        return running;
    }

    /** Whether a visit's next message may be run: it is not if it has to wait for others, or for a change. */
    boolean mayGoOn() {
        return accepting && nothingQueued() && !hasChanges();
    }

    /** Runs the first message of a visit. */
    void runVisited(CnMsg msg, Sender sender) {
        call(active, msg, sender);
    }

    /** Runs the next message of a visit; the word, or GONE if the mailbox was taken away, and the message is not run. */
    long goOn(long running, CnMsg msg, Sender sender) {
        User user = active;
        long next = next(running, RUNNING);
        if (!STATE.compareAndSet(this, running, next)) {
            awaitSeizure();
            return GONE;
        }
        call(user, msg, sender);
        return next;
    }

    /** Lets the mailbox go, and sees to what gathered meanwhile. */
    void endVisit(long running) {
        if (!STATE.compareAndSet(this, running, next(running, IDLE))) {
            awaitSeizure();
        } else if (hasWork()) {
            drainIfIdle(SENDER_TURN);
        }
    }

    /** Has taken the mailbox to RUNNING: runs the message, unless there is something ahead of it or nobody to run it. */
    private boolean runBrought(Thread self, long running, CnMsg msg, Sender sender, Tapping tapping) {
        User user = active;
        boolean runnable = user != null && nothingQueued();
        if (runnable) {
            RUNNER.setOpaque(this, self);
            if (tapping != null) {
                tapping.taken();
            }
            call(user, msg, sender);
        }
        if (!STATE.compareAndSet(this, running, next(running, IDLE))) {
            awaitSeizure();
        } else if (hasWork()) {
            drainIfIdle(SENDER_TURN);
        }
        return runnable;
    }

    private int deliverInline(Thread self, CnMsg msg, Sender sender, boolean mayWait, Tapping tapping) {
        Object[] nesting = Nesting.current();
        if (!Nesting.enter(nesting, this)) {
            counters.count(Event.REFUSED);
            return NetlinkErrno.EAGAIN;
        }
        InlineCalls calls = inlineCallsOrNew();
        int slot = calls.enter(self, drainers.now());
        try {
            if (slot == InlineCalls.NONE) {
                counters.count(Event.REFUSED);
                return NetlinkErrno.EAGAIN;
            }
            // Read again: who makes a user leave clears it first and looks at the running calls after that.
            User user = active;
            if (user != null && user.options().inline()) {
                calls.count(slot);
                if (tapping != null) {
                    tapping.taken();
                }
                try {
                    user.callback().callback(msg, sender);
                } catch (Throwable t) {
                    threw(user, t);
                }
                return 0;
            }
        } finally {
            if (slot != InlineCalls.NONE) {
                calls.exit(self, slot);
            }
            Nesting.exit(nesting);
        }
        return enqueue(msg, sender, mayWait, tapping);
    }

    private int enqueue(CnMsg msg, Sender sender, boolean mayWait, Tapping tapping) {
        MessageRing queue = ringOrNew();
        while (!queue.offer(msg, sender)) {
            switch (options.overflow()) {
                case DROP_NEWEST -> {
                    counters.count(Event.DROPPED);
                    return NetlinkErrno.ENOBUFS;
                }
                case EAGAIN -> {
                    counters.count(Event.REFUSED);
                    return NetlinkErrno.EAGAIN;
                }
                case DROP_OLDEST -> {
                    if (queue.poll(new MessageRing.Taken())) {
                        counters.count(Event.DROPPED_OLDEST);
                    } else {
                        // The oldest is just being put in.
                        Thread.onSpinWait();
                    }
                }
                case WAIT -> {
                    if (!mayWait || isRunningHere()) {
                        counters.count(Event.REFUSED);
                        return NetlinkErrno.EAGAIN;
                    }
                    counters.count(Event.WAITED);
                    if (roomWaiters.offer(queue, msg, sender, options.overflowWaitMs())) {
                        queued(tapping);
                        drainFromSender();
                        return 0;
                    }
                    counters.count(Event.WAITED_IN_VAIN);
                    return NetlinkErrno.ENOBUFS;
                }
            }
        }
        queued(tapping);
        drainFromSender();
        return 0;
    }

    private static void queued(Tapping tapping) {
        if (tapping != null) {
            tapping.queued();
        }
    }

    private void drainFromSender() {
        if ((state & PHASE) != IDLE || !hasWork()) {
            return;
        }
        if (Thread.currentThread().isVirtual()) {
            drainIfIdle(0);
            return;
        }
        Object[] nesting = Nesting.current();
        if (Nesting.enter(nesting, this)) {
            try {
                drainIfIdle(SENDER_TURN);
            } finally {
                Nesting.exit(nesting);
            }
        } else {
            drainIfIdle(0);
        }
    }

    /**
     * Queues a change, to be applied between two messages. A change must not run user code. Whoever posts holds the
     * registry's lock, and calls {@link #applyPosted} afterwards without it.
     */
    void post(Runnable change) {
        changes.add(change);
        int before = posted;
        posted = before + 1;
    }

    /**
     * Has what was posted applied: by this thread, if nobody owns the mailbox, else by the owner. Messages that wait
     * are left to a drainer: whoever comes with a change is in a hurry.
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
            drainOwned(DRAINER_TURN);
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
                if (left > 0) {
                    left = runQueued(left);
                    if (left == TAKEN_AWAY) {
                        return;
                    }
                    continue;
                }
                if (drainers.execute(this)) {
                    return;
                }
                // The bus has ended: what is queued stays where it is.
                STATE.setVolatile(this, next(state, IDLE));
                return;
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

    /** Runs what is queued until a change comes, or so many messages are done; how many are left, or TAKEN_AWAY. */
    private int runQueued(int turn) {
        User user = active;
        MessageRing queue = ring;
        RUNNER.setOpaque(this, Thread.currentThread());
        long running = next(state, RUNNING);
        STATE.setVolatile(this, running);
        int left = turn;
        while (true) {
            long word = queue.head();
            if (!queue.isThere(word)) {
                break;
            }
            CnMsg msg = queue.message(word);
            Sender sender = queue.sender(word);
            // It fails if a sender drops the oldest to make room; then the next is the oldest.
            if (queue.take(word, msg)) {
                roomWaiters.madeRoom(queue);
                call(user, msg, sender);
                left--;
                if (left == 0 || hasChanges() || !queue.hasNext()) {
                    break;
                }
                long next = next(running, RUNNING);
                if (!STATE.compareAndSet(this, running, next)) {
                    awaitSeizure();
                    return TAKEN_AWAY;
                }
                running = next;
            }
        }
        if (STATE.compareAndSet(this, running, next(running, OWNED))) {
            return left;
        }
        awaitSeizure();
        return TAKEN_AWAY;
    }

    private void call(User user, CnMsg msg, Sender sender) {
        // All before the call: after it this thread may be the owner no more. What is left behind counts only while the
        // state is RUNNING.
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
        if (!hasChanges()) {
            return;
        }
        for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
            change.run();
            int before = applied;
            applied = before + 1;
        }
    }

    private void discardQueued() {
        MessageRing queue = ring;
        if (queue != null) {
            MessageRing.Taken taken = new MessageRing.Taken();
            while (queue.poll(taken)) {
                counters.count(Event.ABANDONED);
                roomWaiters.madeRoom(queue);
            }
        }
    }

    private boolean hasChanges() {
        return posted - applied > 0;
    }

    private boolean hasWork() {
        return hasChanges() || ((active != null || closed) && hasQueued());
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
            MessageRing fresh = new MessageRing(options.capacity(), options.bytes());
            MessageRing other = (MessageRing) RING.compareAndExchange(this, null, fresh);
            queue = other == null ? fresh : other;
        }
        return queue;
    }

    private InlineCalls inlineCallsOrNew() {
        InlineCalls calls = inlineCalls;
        if (calls == null) {
            InlineCalls fresh = new InlineCalls();
            InlineCalls other = (InlineCalls) INLINE.compareAndExchange(this, null, fresh);
            calls = other == null ? fresh : other;
        }
        return calls;
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
     * Waits until no other thread is in an inline user's callback, having made sure that none enters it any more; after
     * the bound, those that still are are interrupted, once.
     */
    void awaitInline(User user, long boundMs) {
        InlineCalls calls = inlineCalls;
        int interrupted = calls == null ? 0 : calls.await(boundMs);
        if (interrupted > 0) {
            counters.add(Event.INTERRUPTED, interrupted);
            LOG.warn("{} inline calls of {} did not return within {} ms when it left; their threads are interrupted",
                    interrupted, user, boundMs);
        }
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
            counters.count(Event.INTERRUPTED);
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
        InlineCalls calls = inlineCalls;
        return (long) DELIVERED.getOpaque(this) + (calls == null ? 0 : calls.count());
    }

    int queued() {
        MessageRing queue = ring;
        return queue == null ? 0 : queue.size();
    }

    int queuedBytes() {
        MessageRing queue = ring;
        return queue == null ? 0 : queue.bytes();
    }

    int capacity() {
        MessageRing queue = ring;
        return queue == null ? MessageRing.roundUp(options.capacity()) : queue.capacity();
    }

    int maxBytes() {
        MessageRing queue = ring;
        return queue == null ? options.bytes() : queue.maxBytes();
    }

    /** For how long the callback has been running, in milliseconds, by the bus' coarse clock; 0 if it is not. */
    long runningMs() {
        long began = (long) SINCE.getOpaque(this);
        InlineCalls calls = inlineCalls;
        long inline = calls == null ? 0 : calls.runningMs(drainers.now());
        return (state & PHASE) == RUNNING ? Math.max(inline, drainers.now() - began) : inline;
    }
}
