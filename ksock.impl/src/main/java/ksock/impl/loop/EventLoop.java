// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.impl.libc.Linux;

/**
 * The event loop: what its {@linkplain #register registered} descriptors are ready for, its {@linkplain #execute
 * tasks}, and its {@linkplain #schedule timers}, one after the other by a leader, a platform thread. A leader that is
 * held up loses the loop to another thread; see the package documentation.
 *
 * <p>Nothing is started before the first use. Any thread may call; nothing blocks.
 */
public final class EventLoop implements AutoCloseable {

    private static final FaultLog LOG = new FaultLog(EventLoop.class);

    /** How long to wait for memory that the virtual machine does not have just now. */
    static final long SHORTAGE_NANOS = 10_000_000;

    /** The bound on tasks and timers between two looks at the descriptors. */
    private static final int TASKS = 256;

    /** Of how many events the memory is fetched together: what they need fits into the first cache. */
    private static final int TOGETHER = 16;

    /** From how many events at once on that pays: what fewer sockets need is in the cache already. */
    private static final int MANY = 128;

    private final Turn turn = new Turn();
    private final Slots slots = new Slots();
    private final TaskQueue tasks = new TaskQueue();
    private final Timers timers = new Timers();
    private final Crew crew = new Crew(this, turn);
    private final Shortage shortage = new Shortage(slots);
    private final ReentrantLock lifecycle = new ReentrantLock();
    private volatile Poller poller; // null before the first use; written under lifecycle
    private volatile boolean closed; // nothing is accepted any more; written under lifecycle
    private volatile boolean ended; // the threads leave, and the leader closes the poller

    // The events that were fetched last: how many, and at which step the first of them lies. Written by who leads and
    // has just waited; who takes over sees them, because it claims its term by the word that published them.
    private int firstStep;
    private int fetched;
    @SuppressWarnings("UnusedVariable") // written, so that the compiler does not leave prefetch out
    private int prefetched;

    /** A loop that has not started. */
    public EventLoop() {
    }

    /**
     * Whether the calling thread is one of a loop's, which is to say, whether it is inside a callback.
     *
     * @return false on every thread that is not the loop's own
     */
    public static boolean onLoopThread() {
        return Thread.currentThread() instanceof LoopThread;
    }

    /**
     * Whether the calling thread may not wait: it is inside a callback, of those that may not block.
     *
     * @return false on every thread that is not the loop's own
     */
    public static boolean mayNotWait() {
        return Thread.currentThread() instanceof LoopThread own && !own.mayBlock();
    }

    /**
     * Says whether what the calling thread does next may block. Without a meaning on a thread that is not the loop's
     * own.
     *
     * @param whether it may
     * @return whether it might before; to be said again afterwards
     */
    public static boolean mayBlock(boolean whether) {
        if (!(Thread.currentThread() instanceof LoopThread own)) {
            return whether;
        }
        boolean before = own.mayBlock();
        if (before != whether) {
            own.mayBlock(whether);
        }
        return before;
    }

    /** The calling thread is about to wait: if it leads a loop, another one takes that over at once. */
    static void giveWay() {
        if (Thread.currentThread() instanceof LoopThread own) {
            own.crew().giveWay();
        }
    }

    /**
     * Since when the calling thread has been held up in what it does, so that it has lost the loop to another.
     *
     * @return by {@link System#nanoTime}; 0 if it has not been, as on every thread that is not the loop's own
     */
    public static long heldUpSince() {
        return heldUpSince(Thread.currentThread());
    }

    /**
     * Since when a thread has been held up.
     *
     * @param thread one of a loop's, or another
     * @return as {@link #heldUpSince()}
     */
    public static long heldUpSince(Thread thread) {
        return thread instanceof LoopThread own ? own.heldUpSince() : 0;
    }

    /** What held the calling thread up is over. */
    public static void heldUpNoLonger() {
        if (Thread.currentThread() instanceof LoopThread own) {
            own.heldUpSince(0);
        }
    }

    /**
     * Watches a descriptor for arrivals. What is ready already is reported at once.
     *
     * @param fd the descriptor, one that epoll can watch
     * @param handler told what is ready
     * @return to be closed before the descriptor is
     * @throws KernelSocketException ENOSPC: {@code /proc/sys/fs/epoll/max_user_watches}; ENOMEM; EMFILE, ENFILE: the
     *         loop could not be started; ECANCELED: it has ended
     */
    public Registration register(int fd, Handler handler) throws KernelSocketException {
        start();
        if (!(poller instanceof EpollPoller epoll)) {
            throw new KernelSocketException("epoll_ctl", Errno.EOPNOTSUPP, Linux.unsupported());
        }
        Registration registration = new Registration(epoll, slots, handler, fd, slots.allocate());
        int result = -Errno.ENOMEM.number();
        try {
            slots.set(registration);
            // After it can be found: the end of the loop is seen either here or by open.
            result = closed ? -Errno.ECANCELED.number() : registration.open();
        } finally {
            if (result < 0) {
                slots.free(registration.key());
            }
        }
        if (result < 0) {
            throw new KernelSocketException("epoll_ctl", -result, "fd " + fd);
        }
        return registration;
    }

    /**
     * Has a task run soon, on the loop.
     *
     * @param task not in the queue at the moment
     * @throws KernelSocketException EMFILE, ENFILE, ENOMEM: the loop could not be started; ECANCELED: it has ended
     */
    public void execute(Task task) throws KernelSocketException {
        start();
        tasks.add(task);
        wakeIfResting();
    }

    /**
     * Has a task run later, on the loop; for what has to back off.
     *
     * @param task not waiting for another time at the moment
     * @param delayNanos how much later, in nanoseconds, met to a millisecond
     * @throws KernelSocketException as {@link #execute}
     */
    public void schedule(Task task, long delayNanos) throws KernelSocketException {
        start();
        if (timers.add(task, delayNanos)) {
            wakeIfResting();
        }
    }

    /**
     * Who was to be told of something has thrown. If it was for want of memory, all that is ready is reported again,
     * after a while; else nothing is done. Never throws.
     *
     * @param why what was thrown
     */
    public void eventsLost(Throwable why) {
        if (why instanceof OutOfMemoryError) {
            shortage.eventsLost();
        }
    }

    /**
     * Limits the threads, the leader and the spare ones included. At the limit, events wait until a callback returns.
     *
     * @param limit at least 2; 1024 at first
     */
    public void threadLimit(int limit) {
        crew.limit(limit);
    }

    /** {@return how many threads the loop has, the leader included} */
    public int threads() {
        return crew.size();
    }

    /** {@return how many threads are held up now, each in the callbacks of one socket} */
    public int heldUp() {
        return crew.heldUp();
    }

    /** {@return how often the loop was taken over from a thread that was held up} */
    public long takeOvers() {
        return crew.takeOvers();
    }

    /** {@return whether the leader is held up and, for the limit on threads, nobody takes over: events wait} */
    public boolean crowded() {
        return crew.crowded();
    }

    /** {@return whether the loop works, or will when it is first needed; false once it was closed or has died} */
    public boolean isAlive() {
        return !closed;
    }

    /**
     * Ends the loop: tells each handler that is still registered that it is lost, runs no more tasks, and lets the
     * threads go. Does not wait for a callback that is running.
     */
    @Override
    public void close() {
        end(null);
    }

    /** Does what there is to do, until the loop is taken over (true) or ends. Called by a thread of the crew. */
    boolean lead(long term) {
        long now = term;
        int budget = TASKS;
        try {
            while (!ended) {
                try {
                    int index = Turn.step(now) - firstStep;
                    boolean event = Integer.compareUnsigned(index, fetched) < 0;
                    int events = 0;
                    long key = Poller.NO_KEY;
                    if (event) {
                        // Read before it is claimed: if the claim succeeds, nobody had fetched others over it.
                        if (fetched >= MANY && index % TOGETHER == 0) {
                            prefetch(index, Math.min(index + TOGETHER, fetched));
                        }
                        events = poller.events(index);
                        key = poller.key(index);
                    } else if (budget <= 0 || (tasks.isEmpty() && timers.timeoutMs() != 0)) {
                        now = await(now);
                        if (now < 0) {
                            return true;
                        }
                        budget = TASKS;
                        continue;
                    }
                    now = turn.claim(now);
                    if (now < 0) {
                        return true;
                    }
                    if (event) {
                        deliver(events, key);
                    } else {
                        budget--;
                        runOne();
                    }
                } catch (OutOfMemoryError e) {
                    // What was claimed is lost, and asked for again; what was not is tried again.
                    shortage.eventsLost();
                    awaitMemory();
                }
            }
            // Unless another thread leads by now, and does it.
            if (turn.claim(now) < 0) {
                return true;
            }
            poller.close();
        } catch (RuntimeException | Error e) {
            end(e);
            poller.close();
        }
        return false;
    }

    private long await(long now) {
        long resting = turn.rest(now);
        if (resting < 0) {
            return -1;
        }
        // From here to work nothing may be thrown: at rest, nobody else takes over.
        int count = fetch();
        if (count < 0) {
            throw new IllegalStateException("epoll_wait failed: " + Errno.of(-count) + " (" + -count + ')');
        }
        firstStep = Turn.step(resting);
        fetched = count;
        long working = turn.work(resting);
        crew.working();
        return working;
    }

    private int fetch() {
        try {
            // Looked at after resting: who adds a task looks whether we rest after having added it.
            int count = poller.await(tasks.isEmpty() && !ended ? shortage.timeoutMs(timers.timeoutMs()) : 0);
            shortage.askAgainIfDue();
            return count;
        } catch (OutOfMemoryError e) {
            // If it was for linking the call, that was not made; if it was made, what it gave is gone.
            shortage.eventsLost();
            awaitMemory();
            return 0;
        }
    }

    private void awaitMemory() {
        LockSupport.parkNanos(this, SHORTAGE_NANOS);
    }

    private void prefetch(int from, int to) {
        int sum = 0;
        for (int index = from; index < to; index++) {
            Handler handler = handler(poller.key(index));
            if (handler != null) {
                sum += handler.prefetch();
            }
        }
        prefetched = sum;
    }

    private void deliver(int events, long key) {
        Handler handler = handler(key);
        if (handler == null) {
            return;
        }
        try {
            handler.ready(events);
        } catch (RuntimeException | Error e) {
            eventsLost(e);
            LOG.error("An event was lost to an error in its handler; the loop goes on", e);
        }
    }

    /** Null if it has gone, or if the key is the poller's own. */
    private Handler handler(long key) {
        return key < 0 ? null : slots.handler(key);
    }

    private void runOne() {
        Task task = timers.poll();
        if (task == null) {
            task = tasks.poll();
        }
        if (task == null) {
            return;
        }
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A task of the event loop failed; the loop goes on", e);
        }
    }

    private void wakeIfResting() {
        // A leader at work looks at the queue before it rests.
        if (!Turn.busy(turn.observe())) {
            poller.wake();
        }
    }

    private void start() throws KernelSocketException {
        if (poller != null && !closed) {
            return;
        }
        lifecycle.lock();
        try {
            if (closed) {
                throw new KernelSocketException("epoll_wait", Errno.ECANCELED, "the event loop has ended");
            }
            if (poller == null) {
                Poller made = Linux.unsupported() == null ? new EpollPoller() : new ParkingPoller();
                try {
                    poller = made;
                    // At work from the first task on: else one that blocks could not be relieved.
                    crew.start(turn.work(turn.observe()));
                } catch (Error e) {
                    poller = null;
                    made.close();
                    throw new KernelSocketException("epoll_wait", Errno.EAGAIN, "no thread for the event loop: " + e);
                }
            }
        } finally {
            lifecycle.unlock();
        }
    }

    private void end(Throwable cause) {
        lifecycle.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lifecycle.unlock();
        }
        try {
            if (cause != null) {
                LOG.error("The event loop has died; what waits for it fails with ECANCELED", cause);
            }
            for (Registration registration : slots.all()) {
                if (registration.lose()) {
                    lose(registration);
                }
            }
        } finally {
            ended = true;
            crew.end();
            if (poller != null) {
                poller.wake();
            }
        }
    }

    private static void lose(Registration registration) {
        try {
            registration.handler().lost(Errno.ECANCELED.number());
        } catch (RuntimeException | Error e) {
            LOG.error("A handler failed when it was told of the end of the event loop", e);
        }
    }
}
