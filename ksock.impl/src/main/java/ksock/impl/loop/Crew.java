// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a loop: one leads, one watches it, a few are spare, and any number are held up in callbacks.
 *
 * <p>The watcher looks at the leader's progress, at its {@link Pace}, and takes the loop over when there has been none
 * for a millisecond while the leader was at work, unless it only {@linkplain Suspicion waits for a processor}; and at
 * once from a leader that says that it is about to wait. A leader that rests needs no watching: the watcher sleeps,
 * until the leader, back at work, wakes it. So an idle loop costs nothing, and a busy one a look in eight milliseconds.
 */
final class Crew {

    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
    private static final FaultLog FAULTS = new FaultLog(Crew.class);

    private static final int SPARES = 2;

    private final EventLoop loop;
    private final Turn turn;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition watcherWanted = lock.newCondition();
    private volatile LoopThread leader; // written by whoever makes it that, before it is watched
    private volatile Thread watcher; // written under lock
    private int spares; // guarded by lock
    private int named; // guarded by lock
    private volatile boolean crowded; // nobody is there to take the loop over; written by the watcher
    private int heldUp; // guarded by lock
    private long takeOvers; // guarded by lock
    private int size; // guarded by lock
    private int limit = 1024; // guarded by lock
    private volatile boolean ended;
    private volatile Thread sleeping; // the watcher, while it sleeps
    private volatile long waitsAt = -1; // the word at which the leader said that it is about to wait
    private final Pace pace = new Pace(); // the watcher's, handed on under lock

    Crew(EventLoop loop, Turn turn) {
        this.loop = loop;
        this.turn = turn;
    }

    /** Starts the first leader and its watcher. */
    void start(long term) {
        lock.lock();
        try {
            LoopThread first = named(() -> serve(term));
            leader = first;
            begin(first);
            replaceWatcher();
        } finally {
            lock.unlock();
        }
    }

    void limit(int threads) {
        lock.lock();
        try {
            limit = threads;
        } finally {
            lock.unlock();
        }
    }

    /** The leader is back at work. */
    void working() {
        Thread watching = sleeping;
        if (watching != null) {
            LockSupport.unpark(watching);
        }
    }

    /** The calling thread is about to wait in its callback: has the loop taken over, if it leads. */
    void giveWay() {
        if (Thread.currentThread().equals(leader)) {
            // The word stays until the callback returns, or the loop is taken over. Just taken over, it is the next
            // leader's, which then is taken for one that waits: it loses the loop once for nothing, and no event.
            waitsAt = turn.observe();
            LockSupport.unpark(watcher);
        }
    }

    /** Lets the threads go as they become free. */
    void end() {
        ended = true;
        lock.lock();
        try {
            watcherWanted.signalAll();
            LockSupport.unpark(watcher);
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** How many threads are held up now: they lost the loop, and have not come back. */
    int heldUp() {
        lock.lock();
        try {
            return heldUp;
        } finally {
            lock.unlock();
        }
    }

    /** How often the loop was taken over. */
    long takeOvers() {
        lock.lock();
        try {
            return takeOvers;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the leader is held up and nobody can take the loop over. */
    boolean crowded() {
        return crowded;
    }

    /** The life of a thread; {@code term} is negative if it does not begin as the leader. */
    private void serve(long term) {
        try {
            long mine = term;
            do {
                // Also if the loop has ended meanwhile: the leader is who gives its descriptors back.
                if (mine >= 0) {
                    lead(mine);
                }
                if (ended || !awaitWatch()) {
                    return;
                }
                mine = watchWhateverComes();
            } while (mine >= 0);
        } finally {
            left();
        }
    }

    /** Leads until the loop is lost to another thread, or ends. */
    private void lead(long term) {
        LoopThread self = (LoopThread) Thread.currentThread();
        boolean overthrown = loop.lead(term);
        self.heldUpSince(0);
        if (!overthrown) {
            return;
        }
        lock.lock();
        try {
            heldUp--;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a watcher is wanted; false if this thread is not needed any more. */
    private boolean awaitWatch() {
        lock.lock();
        try {
            if (watcher != null && spares >= SPARES) {
                return false;
            }
            spares++;
            while (watcher != null && !ended) {
                watcherWanted.awaitUninterruptibly();
            }
            spares--;
            if (ended) {
                return false;
            }
            watcher = Thread.currentThread();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #watch}, also where there is no memory for what it looks at. */
    private long watchWhateverComes() {
        while (true) {
            try {
                return watch();
            } catch (OutOfMemoryError e) {
                // Without a watcher, one callback that does not return would end all others for good.
                LockSupport.parkNanos(this, EventLoop.SHORTAGE_NANOS);
            }
        }
    }

    /** Watches until the leader is held up; the term that was taken over then, -1 if the loop has ended. */
    private long watch() {
        Watch watch = new Watch();
        pace.begin();
        long term = -1;
        while (term < 0 && !ended) {
            term = watch.look();
        }
        return term;
    }

    /** A watch, of which each look is a method of its own, so that it is compiled however long the watch is. */
    private final class Watch {

        private final Suspicion suspicion = new Suspicion();
        private long last = -1;
        private long since;

        /** Looks once, and pauses; the term that was taken over, -1 if none was. */
        private long look() {
            long seen = turn.observe();
            boolean moved = seen != last;
            if (moved) {
                since = System.nanoTime();
                crowded = false;
            }
            if (!Turn.busy(seen)) {
                if (moved) {
                    pace.gotOn();
                } else {
                    pace.rested();
                }
            } else if (seen == waitsAt || (!moved && suspicion.isHeldUp(leader, seen))) {
                pace.suspects();
                long term = replaceable() ? takeOver(seen, since) : -1;
                if (term >= 0) {
                    if (seen != waitsAt) {
                        pace.beWary();
                    }
                    replace();
                    return term;
                }
            } else if (!moved || Suspicion.rests(leader)) {
                pace.suspects();
            } else {
                pace.gotOn();
            }
            last = seen;
            pause(seen);
            return -1;
        }
    }

    private void pause(long seen) {
        if (pace.maySleep()) {
            sleepWhile(seen);
            pace.begin();
        } else {
            LockSupport.parkNanos(this, pace.nanos());
        }
        Thread.interrupted();
    }

    /** Takes the loop over from a leader that has not moved since; the new term, -1 if it has moved after all. */
    private long takeOver(long seen, long since) {
        LoopThread overthrown = leader;
        // Before the leader can find out, which then takes the mark away.
        overthrown.heldUpSince(since);
        long term = turn.takeOver(seen);
        if (term < 0) {
            overthrown.heldUpSince(0);
        } else {
            leader = (LoopThread) Thread.currentThread();
        }
        return term;
    }

    private void sleepWhile(long resting) {
        sleeping = Thread.currentThread();
        // Looked at after the leader can see that we sleep: it looks after it has said that it works.
        if (turn.observe() == resting && !ended) {
            LockSupport.park(this);
        }
        sleeping = null;
    }

    private boolean replaceable() {
        lock.lock();
        try {
            if (spares > 0 || size < limit) {
                return true;
            }
            if (!crowded) {
                crowded = true;
                LOG.warn("{} threads are held up in socket callbacks; events wait until one returns", size);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** The watcher has become the leader; another one is wanted. */
    private void replace() {
        lock.lock();
        try {
            watcher = null;
            heldUp++;
            takeOvers++;
            replaceWatcher();
        } finally {
            lock.unlock();
        }
    }

    private void replaceWatcher() {
        if (spares > 0) {
            watcherWanted.signal();
            return;
        }
        try {
            begin(named(() -> serve(-1)));
        } catch (OutOfMemoryError e) {
            // Whoever comes back from its callback first will watch.
            FAULTS.warn("No further thread for the event loop: a callback that takes long holds up others", e);
        }
    }

    private LoopThread named(Runnable body) {
        return new LoopThread(this, body, "ksock-loop-" + ++named);
    }

    private void begin(LoopThread thread) {
        thread.start();
        size++;
    }

    private void left() {
        lock.lock();
        try {
            if (Thread.currentThread().equals(watcher)) {
                watcher = null;
            }
            size--;
            if (!ended && watcher == null && spares == 0) {
                // It ended before it could watch, as where there is no memory: then nobody would.
                replaceWatcher();
            }
        } finally {
            lock.unlock();
        }
    }
}
