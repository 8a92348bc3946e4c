// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.wire.NetlinkErrno;
import connector.impl.netlink.Tapping;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The mailbox of one id, as those who bring messages find it. Messages of one sender leave it in the order in which
 * they came; one callback runs at a time (but for inline delivery); a change of user takes place between two messages.
 *
 * <p>Who brings a message to an idle, empty mailbox owns it for that message, or, in a {@link Visit}, for those that
 * follow as well; who finds it otherwise queues the message, which is then drained.
 */
final class Mailbox extends Draining {

    private static final VarHandle INLINE;

    static {
        try {
            INLINE = MethodHandles.lookup().findVarHandle(Mailbox.class, "inline", InlineDelivery.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CbId id;

    private volatile InlineDelivery inline;
    /** Written under the registry's lock. */
    private volatile boolean accepting;

    Mailbox(CbId id, UserOptions options, Drainers drainers, MailboxCounters all) {
        super(id, options, drainers, all);
        this.id = id;
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
        User user = active();
        if (user != null && user.options().inline()) {
            int errno = inlineOrNew().deliver(self, msg, sender, tapping, now());
            return errno == InlineDelivery.NOT_INLINE ? enqueue(msg, sender, mayWait, tapping) : errno;
        }
        if (!isDraining() && runIfIdle(self, msg, sender, tapping)) {
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
        long running = LOST;
        boolean done = false;
        try {
            running = ownAndRun(idle);
            boolean brought = running != LOST && runBrought(self, running, msg, sender, tapping);
            done = true;
            return brought;
        } finally {
            if (!done && running != LOST) {
                if (word == running) {
                    leftBy = null;
                    left = running;
                }
                drainers.leftBehind = true;
                // Which may fail as well; then it is found as left.
                synchronized (this) {
                    if (word == running) {
                        word = ((running >>> PHASE_BITS) + 1) << PHASE_BITS;
                        left = LOST;
                    }
                }
            }
            Nesting.exit(nesting);
        }
    }

    /** Owns it, running: runs the message, unless there is something ahead of it or nobody to run it. */
    private boolean runBrought(Thread self, long running, CnMsg msg, Sender sender, Tapping tapping) {
        User user = active();
        boolean runnable = user != null && nothingQueued();
        if (runnable) {
            if (tapping != null) {
                tapping.taken();
            }
            called(self, running, now());
            user.call(msg, sender);
        }
        endVisit(running);
        return runnable;
    }

    // What follows is for a Visit.

    /** Takes the mailbox to running, if it has a user, and nothing to do; the word, or LOST. */
    long beginVisit() {
        User user = active();
        long idle = word();
        if (user == null || user.options().inline() || !isIdle(idle) || !mayGoOn()) {
            return LOST;
        }
        long running = ownAndRun(idle);
        if (running != LOST && (active() == null || !mayGoOn())) {
            endVisit(running);
            return LOST;
        }
        return running;
    }

    /** Whether a visit's next message may be run: it is not if it has to wait for others, or for a change. */
    boolean mayGoOn() {
        return accepting && nothingQueued() && !changesAreThere();
    }

    /** Runs the first message of a visit; false, and not run, if the mailbox was taken away. */
    boolean runVisited(long running, CnMsg msg, Sender sender) {
        User user = active();
        if (user == null) {
            return false;
        }
        called(Thread.currentThread(), running, now());
        user.call(msg, sender);
        return true;
    }

    /** Runs the next message of a visit; the word, or LOST, and not run, if the mailbox was taken away. */
    long goOn(long running, CnMsg msg, Sender sender) {
        User user = active();
        long next = runNext(running);
        if (next != LOST) {
            called(Thread.currentThread(), next, now());
            user.call(msg, sender);
        }
        return next;
    }

    /** Lets the mailbox go, and sees to what gathered meanwhile. */
    void endVisit(long running) {
        if (stopAndLetGo(running)) {
            drainRest();
        }
    }

    // Up to here for a Visit.

    private int enqueue(CnMsg msg, Sender sender, boolean mayWait, Tapping tapping) {
        MailboxQueue to = queueOrNew();
        if (!to.offer(msg, sender)) {
            int errno = to.overflow(msg, sender, options(), mayWait && !isRunningHere());
            if (errno != 0) {
                return errno;
            }
        }
        if (tapping != null) {
            tapping.queued();
        }
        if (!isDraining()) {
            drainFromSender();
        }
        return 0;
    }

    private InlineDelivery inlineOrNew() {
        InlineDelivery there = inline;
        if (there == null) {
            InlineDelivery fresh = new InlineDelivery(this, counters());
            InlineDelivery other = (InlineDelivery) INLINE.compareAndExchange(this, null, fresh);
            there = other == null ? fresh : other;
        }
        return there;
    }

    // What follows is for changes, and is called by the owner.

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

    // What follows is for listings.

    long delivered() {
        InlineDelivery there = inline;
        return called() + (there == null ? 0 : there.count());
    }

    int queued() {
        MailboxQueue there = queue();
        return there == null ? 0 : there.ring().size();
    }

    int queuedBytes() {
        MailboxQueue there = queue();
        return there == null ? 0 : there.ring().bytes();
    }

    int capacity() {
        MailboxQueue there = queue();
        return there == null ? MessageRing.roundUp(options().capacity()) : there.ring().capacity();
    }

    int maxBytes() {
        MailboxQueue there = queue();
        return there == null ? options().bytes() : there.ring().maxBytes();
    }

    /** For how long the callback has been running, in milliseconds, by the bus' coarse clock; 0 if it is not. */
    long runningMs() {
        long now = now();
        InlineDelivery there = inline;
        return Math.max(runningMs(now), there == null ? 0 : there.runningMs(now));
    }
}
