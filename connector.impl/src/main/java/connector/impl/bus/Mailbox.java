// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

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
 * <b>Draining.</b> All that happens to messages happens to the owner. Who brings a message to an idle, empty mailbox
 * owns it for that message, or, in a {@link Visit}, for those that follow as well; who finds it otherwise queues the
 * message. Who lets go looks again for work afterwards, and who queues looks for an owner afterwards: one of the two
 * sees the other. While the owner runs what is queued it says so in {@code draining}, which changes seldom, so that
 * senders need not look at the word that changes with each message.
 * <p>
 * <b>Access modes.</b> {@code active}, {@code queue}, {@code options}, {@code closed}, {@code draining},
 * {@code accepting} are volatile; the owner alone writes all but the last, and but for the making of the queue.
 */
final class Mailbox extends Ownership implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    /** Messages that a sender runs for others before it leaves the rest to a drainer. */
    private static final int SENDER_TURN = 64;
    /** Messages that a drainer runs before it looks after other mailboxes. */
    private static final int DRAINER_TURN = 1024;
    private static final int TAKEN_AWAY = -1;

    private static final VarHandle QUEUE;
    private static final VarHandle INLINE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            QUEUE = lookup.findVarHandle(Mailbox.class, "queue", MailboxQueue.class);
            INLINE = lookup.findVarHandle(Mailbox.class, "inline", InlineDelivery.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CbId id;
    private final Drainers drainers;
    private final MailboxCounters counters;
    private final PostedChanges changes = new PostedChanges();

    private volatile User active;
    private volatile UserOptions options;
    private volatile MailboxQueue queue;
    private volatile InlineDelivery inline;
    private volatile boolean accepting;
    private volatile boolean closed;
    /** Whether an owner is there that will look again for what is queued before it lets go; false says nothing. */
    private volatile boolean draining;

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
            int errno = inlineOrNew().deliver(self, msg, sender, tapping, drainers.now());
            return errno == InlineDelivery.NOT_INLINE ? enqueue(msg, sender, mayWait, tapping) : errno;
        }
        if (!draining && runIfIdle(self, msg, sender, tapping)) {
            return 0;
        }
        return enqueue(msg, sender, mayWait, tapping);
    }

    /** Runs the message if the mailbox is idle and empty; false if it has to be queued. */
    private boolean runIfIdle(Thread self, CnMsg msg, Sender sender, Tapping tapping) {
        long idle = word();
        if (!isIdle(idle) || !nothingQueued()) {
            return false;
        }
        Object[] nesting = Nesting.current();
        if (!Nesting.enter(nesting, this)) {
            return false;
        }
        try {
            long running = ownAndRun(idle);
            return running != LOST && runBrought(self, running, msg, sender, tapping);
        } finally {
            Nesting.exit(nesting);
        }
    }

    /** Owns it, running: runs the message, unless there is something ahead of it or nobody to run it. */
    private boolean runBrought(Thread self, long running, CnMsg msg, Sender sender, Tapping tapping) {
        User user = active;
        boolean runnable = user != null && nothingQueued();
        if (runnable) {
            if (tapping != null) {
                tapping.taken();
            }
            called(self, running, drainers.now());
            user.call(msg, sender);
        }
        endVisit(running);
        return runnable;
    }

    // What follows is for a Visit.

    /** Takes the mailbox to running, if it has a user, and nothing to do; the word, or LOST. */
    long beginVisit() {
        User user = active;
        long idle = word();
        if (user == null || user.options().inline() || !isIdle(idle) || !mayGoOn()) {
            return LOST;
        }
        long running = ownAndRun(idle);
        if (running != LOST && (active == null || !mayGoOn())) {
            endVisit(running);
            return LOST;
        }
        return running;
    }

    /** Whether a visit's next message may be run: it is not if it has to wait for others, or for a change. */
    boolean mayGoOn() {
        return accepting && nothingQueued() && !changes.areThere();
    }

    /** Runs the first message of a visit; false, and not run, if the mailbox was taken away. */
    boolean runVisited(long running, CnMsg msg, Sender sender) {
        User user = active;
        if (user == null) {
            return false;
        }
        called(Thread.currentThread(), running, drainers.now());
        user.call(msg, sender);
        return true;
    }

    /** Runs the next message of a visit; the word, or LOST, and not run, if the mailbox was taken away. */
    long goOn(long running, CnMsg msg, Sender sender) {
        User user = active;
        long next = runNext(running);
        if (next != LOST) {
            called(Thread.currentThread(), next, drainers.now());
            user.call(msg, sender);
        }
        return next;
    }

    /** Lets the mailbox go, and sees to what gathered meanwhile. */
    void endVisit(long running) {
        if (stopAndLetGo(running) && hasWork()) {
            drainIfIdle(SENDER_TURN);
        }
    }

    // Up to here for a Visit.

    private int enqueue(CnMsg msg, Sender sender, boolean mayWait, Tapping tapping) {
        MailboxQueue to = queueOrNew();
        if (!to.offer(msg, sender)) {
            int errno = to.overflow(msg, sender, options, mayWait && !isRunningHere());
            if (errno != 0) {
                return errno;
            }
        }
        if (tapping != null) {
            tapping.queued();
        }
        if (!draining) {
            drainFromSender();
        }
        return 0;
    }

    private void drainFromSender() {
        if (!isIdle(word()) || !hasWork()) {
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
        changes.post(change);
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
            long word = word();
            if (!isIdle(word)) {
                return;
            }
            if (own(word)) {
                drainOwned(turn);
                return;
            }
        }
    }

    private void drainOwned(int turn) {
        int left = turn;
        while (true) {
            changes.apply();
            if (closed && hasQueued()) {
                queue.abandon();
            } else if (active != null && hasQueued()) {
                if (!draining) {
                    draining = true;
                }
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
                draining = false;
                letGo();
                return;
            }
            if (draining) {
                draining = false;
            }
            letGo();
            if (!hasWork()) {
                return;
            }
            long idle = word();
            if (!isIdle(idle) || !own(idle)) {
                return;
            }
        }
    }

    /** Runs what is queued until a change comes, or so many messages are done; how many are left, or TAKEN_AWAY. */
    private int runQueued(int turn) {
        User user = active;
        MailboxQueue from = queue;
        MessageRing ring = from.ring();
        Thread self = Thread.currentThread();
        long running = startRunning();
        int left = turn;
        while (true) {
            long place = ring.head();
            if (!ring.isThere(place)) {
                break;
            }
            CnMsg msg = ring.message(place);
            Sender sender = ring.sender(place);
            // It fails if a sender drops the oldest to make room; then the next is the oldest.
            if (ring.take(place, msg)) {
                from.madeRoom();
                called(self, running, drainers.now());
                user.call(msg, sender);
                left--;
                if (left == 0 || changes.areThere() || !ring.hasNext()) {
                    break;
                }
                running = runNext(running);
                if (running == LOST) {
                    return TAKEN_AWAY;
                }
            }
        }
        return stopRunning(running) ? left : TAKEN_AWAY;
    }

    private boolean hasWork() {
        return changes.areThere() || ((active != null || closed) && hasQueued());
    }

    private boolean hasQueued() {
        MailboxQueue there = queue;
        return there != null && there.ring().hasNext();
    }

    private boolean nothingQueued() {
        MailboxQueue there = queue;
        return there == null || there.ring().isEmpty();
    }

    private MailboxQueue queueOrNew() {
        MailboxQueue there = queue;
        if (there == null) {
            MailboxQueue fresh = new MailboxQueue(options.capacity(), options.bytes(), counters);
            MailboxQueue other = (MailboxQueue) QUEUE.compareAndExchange(this, null, fresh);
            there = other == null ? fresh : other;
        }
        return there;
    }

    private InlineDelivery inlineOrNew() {
        InlineDelivery there = inline;
        if (there == null) {
            InlineDelivery fresh = new InlineDelivery(this, counters);
            InlineDelivery other = (InlineDelivery) INLINE.compareAndExchange(this, null, fresh);
            there = other == null ? fresh : other;
        }
        return there;
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
    void awaitInline(User leaving, long boundMs) {
        InlineDelivery there = inline;
        if (there != null) {
            there.await(leaving, boundMs);
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
        User user = active;
        String thread = runnerName();
        if (takeAway()) {
            counters.count(Event.INTERRUPTED);
            LOG.warn("The callback of {} did not return in time when its user left; its thread {} is interrupted", user,
                    thread);
            drainOwned(0);
        }
    }

    // What follows is for listings.

    MailboxCounters counters() {
        return counters;
    }

    long delivered() {
        InlineDelivery there = inline;
        return called() + (there == null ? 0 : there.count());
    }

    int queued() {
        MailboxQueue there = queue;
        return there == null ? 0 : there.ring().size();
    }

    int queuedBytes() {
        MailboxQueue there = queue;
        return there == null ? 0 : there.ring().bytes();
    }

    int capacity() {
        MailboxQueue there = queue;
        return there == null ? MessageRing.roundUp(options.capacity()) : there.ring().capacity();
    }

    int maxBytes() {
        MailboxQueue there = queue;
        return there == null ? options.bytes() : there.ring().maxBytes();
    }

    /** For how long the callback has been running, in milliseconds, by the bus' coarse clock; 0 if it is not. */
    long runningMs() {
        long now = drainers.now();
        InlineDelivery there = inline;
        return Math.max(runningMs(now), there == null ? 0 : there.runningMs(now));
    }
}
