// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.impl.bus.MailboxCounters.Event;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the owner of a mailbox does: applies changes, and runs what is queued for the user that there is, until there is
 * nothing to do. Who lets go looks again for work afterwards, and who queues or posts looks for an owner afterwards:
 * one of the two sees the other. While the owner runs what is queued it says so in {@code draining}, which changes
 * seldom, so that senders need not look at the word that changes with each message.
 *
 * <p><b>Without a stack.</b> Senders are users' threads, and may have no stack left, or no memory, at any call. So
 * where one has become the owner, the same method lets go if anything is thrown, by writing the word, under the lock of
 * who takes the mailbox away, and calls nothing for it. Since even to enter that lock may be too much, it says before
 * what it leaves. What was left undone is looked for at the next tick of the {@code Drainers}.
 *
 * <p><b>Access modes.</b> {@code active}, {@code options}, {@code closed}, {@code draining} are volatile and written by
 * the owner alone; {@code queue} too, but for its making.
 */
abstract class Draining extends PaddedOwnership implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Draining.class);

    /** Messages that a sender runs for others before it leaves the rest to a drainer. */
    private static final int SENDER_TURN = 64;
    /** Messages that a drainer runs before it looks after other mailboxes. */
    private static final int DRAINER_TURN = 1024;
    private static final int TAKEN_AWAY = -1;

    private static final VarHandle QUEUE;

    static {
        try {
            QUEUE = MethodHandles.lookup().findVarHandle(Draining.class, "queue", MailboxQueue.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Drainers drainers;
    private final MailboxCounters counters;
    private final PostedChanges changes = new PostedChanges();

    private volatile User active;
    private volatile UserOptions options;
    private volatile MailboxQueue queue;
    private volatile boolean closed;
    /** Whether an owner is there that will look again for what is queued before it lets go; false says nothing. */
    volatile boolean draining;

    /** The counters are made last: in memory they would else lie behind fields that every sender reads. */
    Draining(CbId id, UserOptions options, Drainers drainers, MailboxCounters all) {
        this.options = options;
        this.drainers = drainers;
        this.counters = new MailboxCounters(id, all);
    }

    final MailboxCounters counters() {
        return counters;
    }

    /** The time by the bus' coarse clock, in milliseconds. */
    final long now() {
        return drainers.now();
    }

    // What there is.

    /** Who gets the next message; null for nobody. */
    final User active() {
        return active;
    }

    /** Says who gets the next message from here on; null for nobody. To be called by the owner. */
    final void active(User user) {
        active = user;
        if (user != null) {
            options = user.options();
        }
    }

    /** From here on messages are dropped: for a mailbox that is no longer to be found. To be called by the owner. */
    final void shut() {
        closed = true;
    }

    /** What the user chose, or the last one, if there is none. */
    final UserOptions options() {
        return options;
    }

    /** Null: nothing was ever queued. */
    final MailboxQueue queue() {
        return queue;
    }

    final MailboxQueue queueOrNew() {
        MailboxQueue there = queue;
        if (there == null) {
            MailboxQueue fresh = new MailboxQueue(options.capacity(), options.bytes(), counters);
            MailboxQueue other = (MailboxQueue) QUEUE.compareAndExchange(this, null, fresh);
            there = other == null ? fresh : other;
        }
        return there;
    }

    final boolean isDraining() {
        return draining;
    }

    final boolean nothingQueued() {
        MailboxQueue there = queue;
        return there == null || there.ring().isEmpty();
    }

    final boolean changesAreThere() {
        return changes.areThere();
    }

    /**
     * Queues a change, to be applied between two messages. A change must not run user code. Whoever posts holds the
     * registry's lock, and calls {@link #applyPosted} afterwards without it.
     */
    final void post(Runnable change) {
        changes.post(change);
    }

    /**
     * Has what was posted applied: by this thread, if nobody owns the mailbox, else by the owner. Messages that wait
     * are left to a drainer: whoever comes with a change is in a hurry.
     */
    final void applyPosted() {
        drainIfIdle(0);
    }

    // How it is done.

    /** Has what is queued run: by this thread, for a turn, if nobody owns the mailbox and it may run callbacks. */
    final void drainFromSender() {
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

    /** Sees to what was left behind by somebody who had no stack, or no memory, to do it. Left to a drainer. */
    final void drainLeft() {
        letGoWhatWasLeft();
        if (isIdle(word()) && hasWork()) {
            drainers.execute(() -> {
                Object[] nesting = Nesting.current();
                Nesting.enter(nesting, this);
                try {
                    drainIfIdle(DRAINER_TURN);
                } finally {
                    Nesting.exit(nesting);
                }
            });
        }
    }

    /** Sees to what gathered while this thread had the mailbox. */
    final void drainRest() {
        if (hasWork()) {
            drainIfIdle(SENDER_TURN);
        }
    }

    /** Lets go for who has left it and could not: on a thread that has all its stack. */
    @SuppressWarnings("ReferenceEquality") // Threads, of which there are no equals.
    private void letGoWhatWasLeft() {
        if (left == LOST) {
            return;
        }
        synchronized (this) {
            // Under the lock word and holder are of one owner; who has lost it to somebody else has left nothing.
            if (word == left && holder == leftBy) {
                holder = null;
                draining = false;
                letGo();
            }
            leftBy = null;
            left = LOST;
        }
    }

    /** Continues as owner, on a drainer's thread. */
    @Override
    public final void run() {
        Object[] nesting = Nesting.current();
        Nesting.enter(nesting, this);
        try {
            drainHeld(DRAINER_TURN);
        } finally {
            Nesting.exit(nesting);
        }
    }

    @SuppressWarnings("ReferenceEquality") // Where it is compared, nothing may be called.
    private void drainIfIdle(int turn) {
        Thread self = Thread.currentThread();
        boolean owned = false;
        boolean done = false;
        try {
            while (hasWork()) {
                long idle = word();
                if (!isIdle(idle)) {
                    break;
                }
                owned = own(idle);
                if (owned) {
                    holder = self;
                    drainOwned(self, turn);
                    break;
                }
            }
            done = true;
        } finally {
            if (owned && !done) {
                if (holder == self) {
                    leftBy = self;
                    left = word;
                }
                drainers.leftBehind = true;
                // Which may fail as well; then it is found as left.
                synchronized (this) {
                    if (holder == self) {
                        holder = null;
                        draining = false;
                        word = ((word >>> PHASE_BITS) + 1) << PHASE_BITS;
                        leftBy = null;
                        left = LOST;
                    }
                }
            }
        }
    }

    /** Drains, as the owner, on a thread that has all its stack. */
    private void drainHeld(int turn) {
        Thread self = Thread.currentThread();
        holder = self;
        boolean done = false;
        try {
            drainOwned(self, turn);
            done = true;
        } finally {
            if (!done) {
                abandon(self);
            }
        }
    }

    private void abandon(Thread self) {
        synchronized (this) {
            if (self.equals(holder)) {
                holder = null;
                draining = false;
                letGo();
            }
        }
        drainers.leftBehind = true;
    }

    private void drainOwned(Thread self, int turn) {
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
                if (isHandedOn(self)) {
                    return;
                }
                // The bus has ended: what is queued stays where it is.
                draining = false;
                holder = null;
                word = ((word >>> PHASE_BITS) + 1) << PHASE_BITS;
                return;
            }
            if (draining) {
                draining = false;
            }
            // Without a call: one that fails would leave it to a holder that is not known.
            holder = null;
            word = ((word >>> PHASE_BITS) + 1) << PHASE_BITS;
            if (!hasWork()) {
                return;
            }
            long idle = word();
            if (!isIdle(idle) || !own(idle)) {
                return;
            }
            holder = self;
        }
    }

    /** Leaves the mailbox, owned, to a drainer; false if there are none any more. */
    private boolean isHandedOn(Thread self) {
        boolean taken = false;
        // Before it is: from then on it is the drainer's to say.
        holder = null;
        try {
            taken = drainers.execute(this);
            return taken;
        } finally {
            if (!taken) {
                holder = self;
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

    /**
     * Takes the mailbox away from a callback that does not return, and interrupts its thread once. Does nothing if no
     * callback is running.
     */
    final void seize() {
        User user = active;
        String thread = runnerName();
        if (takeAway()) {
            counters.count(Event.INTERRUPTED);
            LOG.warn("The callback of {} did not return in time when its user left; its thread {} is interrupted", user,
                    thread);
            drainHeld(0);
        }
    }

    private boolean hasWork() {
        return changes.areThere() || ((active != null || closed) && hasQueued());
    }

    private boolean hasQueued() {
        MailboxQueue there = queue;
        return there != null && there.ring().hasNext();
    }
}
