// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who owns a mailbox: one thread at most, or nobody.
 * <p>
 * It is one word, taken by one CAS: idle, nobody; owned, somebody who applies changes; running, somebody who is in the
 * callback, or between two messages. The upper bits count transitions, each message is one, so that no word comes
 * twice. Running can be taken away, which is how a callback that does not return loses the mailbox; its thread finds
 * out by the failing CAS when it does return. From the CAS that begins a message on, that message counts as being
 * delivered to the user that there was.
 * <p>
 * <b>Access modes.</b> The word is moved by CAS, or set volatile by the owner. What is known of the running call is
 * written opaque by its thread before the call, the word it began with last and released, so that it is known to be of
 * this call and no other.
 * <p>
 * It is what mailboxes extend, not what they have, for the sake of where it lies: its fields change with each message,
 * and those of the mailbox, which all senders read, hardly ever. See {@link PaddedOwnership}.
 */
abstract class Ownership {

    /** No word: what a transition gives that did not succeed. */
    static final long LOST = 0;

    private static final int IDLE = 0;
    private static final int OWNED = 1;
    private static final int RUNNING = 2;
    private static final int PHASE = 3;
    static final int PHASE_BITS = 2;

    private static final VarHandle WORD;
    private static final VarHandle RUNNER;
    private static final VarHandle RUNS;
    private static final VarHandle SINCE;
    private static final VarHandle DELIVERED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Ownership.class, "word", long.class);
            RUNNER = lookup.findVarHandle(Ownership.class, "runner", Thread.class);
            RUNS = lookup.findVarHandle(Ownership.class, "runs", long.class);
            SINCE = lookup.findVarHandle(Ownership.class, "since", long.class);
            DELIVERED = lookup.findVarHandle(Ownership.class, "delivered", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Beside what is here, written by who has neither stack nor memory to call anything: see {@link Draining}. */
    volatile long word;
    /**
     * Who owns it otherwise than for one message; null before that is left to somebody else. Others may read what they
     * like here, but never themselves.
     */
    Thread holder;
    /** The word of somebody who could not let go, and who it was if a holder; {@link #LOST} for none. */
    volatile long left;
    Thread leftBy;
    @SuppressWarnings("unused")
    private Thread runner;
    @SuppressWarnings("unused")
    private long runs;
    @SuppressWarnings("unused")
    private long since;
    private long delivered;

    final long word() {
        return word;
    }

    static boolean isIdle(long word) {
        return (word & PHASE) == IDLE;
    }

    /** Takes it from idle to owned; false if somebody was faster. */
    final boolean own(long idle) {
        return WORD.compareAndSet(this, idle, next(idle, OWNED));
    }

    /** Takes it from idle to running; {@link #LOST} if somebody was faster, else the word. */
    final long ownAndRun(long idle) {
        long running = next(idle, RUNNING);
        return WORD.compareAndSet(this, idle, running) ? running : LOST;
    }

    /** The owner goes on to running; the word. */
    final long startRunning() {
        long running = next(word, RUNNING);
        WORD.setVolatile(this, running);
        return running;
    }

    /**
     * A call begins, in this thread. All of it is written before the call, for after it this thread may be the owner no
     * more. What is left behind counts only while the word is the call's.
     */
    final void called(Thread self, long running, long now) {
        RUNNER.setOpaque(this, self);
        SINCE.setOpaque(this, now);
        DELIVERED.setOpaque(this, delivered + 1);
        RUNS.setRelease(this, running);
    }

    /** From one message to the next; {@link #LOST} if it was taken away, else the word. */
    final long runNext(long running) {
        long next = next(running, RUNNING);
        if (WORD.compareAndSet(this, running, next)) {
            return next;
        }
        awaitTaking();
        return LOST;
    }

    /** From running to owned; false if it was taken away. */
    final boolean stopRunning(long running) {
        if (WORD.compareAndSet(this, running, next(running, OWNED))) {
            return true;
        }
        awaitTaking();
        return false;
    }

    /** From running to idle; false if it was taken away. */
    final boolean stopAndLetGo(long running) {
        if (WORD.compareAndSet(this, running, next(running, IDLE))) {
            return true;
        }
        awaitTaking();
        return false;
    }

    /** From owned to idle. */
    final void letGo() {
        WORD.setVolatile(this, next(word, IDLE));
    }

    /**
     * Takes it away from a call that does not return, and interrupts its thread once.
     *
     * @return whether there was one; then this thread is the owner
     */
    final boolean takeAway() {
        long running = word;
        if ((running & PHASE) != RUNNING) {
            return false;
        }
        synchronized (this) {
            // Under the lock until the interrupt is sent: its thread waits for that when it finds the mailbox gone.
            boolean called = (long) RUNS.getAcquire(this) == running;
            Thread thread = (Thread) RUNNER.getOpaque(this);
            if (!WORD.compareAndSet(this, running, next(running, OWNED))) {
                return false;
            }
            holder = Thread.currentThread();
            if (called) {
                thread.interrupt();
            }
        }
        return true;
    }

    private void awaitTaking() {
        synchronized (this) {
            // The interrupt was for the callback, which is over. It may have been a sender's thread, whose own
            // interrupt, had it come at the same time, is lost with it: nothing can tell the two apart.
            Thread.interrupted();
        }
    }

    /** How many calls there have been. */
    final long called() {
        return (long) DELIVERED.getOpaque(this);
    }

    /** For how long the call has been running, by the bus' clock; 0 if none is. */
    final long runningMs(long now) {
        long began = (long) SINCE.getOpaque(this);
        return (word & PHASE) == RUNNING ? now - began : 0;
    }

    /** The name of the thread that was called last; empty if there was none. */
    final String runnerName() {
        Thread thread = (Thread) RUNNER.getOpaque(this);
        return thread == null ? "" : thread.getName();
    }

    private static long next(long word, int phase) {
        return ((word >>> PHASE_BITS) + 1) << PHASE_BITS | phase;
    }
}
