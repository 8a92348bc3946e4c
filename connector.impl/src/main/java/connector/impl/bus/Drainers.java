// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that run callbacks when no sender does, and the bus' clock.
 * <p>
 * They are platform threads: user code on the scheduler of virtual threads would, two busy users suffice, stall
 * everything else there. There are as many as processors, and one more for each that is held up in a callback, up to a
 * bound; those too many end after a while. A drainer's task is short unless a callback is slow: a mailbox gives its
 * thread back after a number of messages.
 */
final class Drainers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Drainers.class);
    private static final int TICK_MS = 100;
    private static final int KEEP_ALIVE_MS = 10_000;
    static final int CORE = Math.max(2, Runtime.getRuntime().availableProcessors());

    /** One thread. */
    private final class Drainer implements Runnable {

        /** When it began its task, by {@link #now}; 0 while it has none. */
        private volatile long since;

        @Override
        public void run() {
            try {
                drainers.add(this);
                Runnable task = next();
                while (task != null) {
                    since = now();
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        LOG.error("A drainer's task failed", e);
                    }
                    since = 0;
                    // An interrupt meant for the callback that it ran is not meant for the next.
                    Thread.interrupted();
                    task = next();
                }
            } finally {
                ended();
                drainers.remove(this);
            }
        }

        boolean isHeldUp() {
            long began = since;
            return began != 0 && now() - began >= TICK_MS;
        }
    }

    private final TaskQueue tasks = new TaskQueue();
    private final Set<Drainer> drainers = ConcurrentHashMap.newKeySet();
    /** Changed under the monitor, and without a call, for which there may be no stack. */
    private volatile int threads;
    private final AtomicInteger idle = new AtomicInteger();
    private final AtomicInteger names = new AtomicInteger();
    private final Function<String, ThreadFactory> threadsBy;
    private final ScheduledThreadPoolExecutor timer;
    private final ScheduledFuture<?> ticks;

    private volatile int max;
    private volatile long now = TICK_MS;
    private volatile boolean closed;
    private boolean exhausted;

    /**
     * Set by whoever had to leave something undone, for want of stack or memory, and had none to say what; the next
     * tick has it looked for.
     */
    volatile boolean leftBehind;
    private volatile Runnable search = () -> { };
    private volatile Runnable otherSearch = () -> { };

    Drainers(int max) {
        this(max, Drainers::threads);
    }

    /** With threads that somebody else makes, each by its name. */
    Drainers(int max, Function<String, ThreadFactory> threadsBy) {
        this.threadsBy = threadsBy;
        max(max);
        timer = new ScheduledThreadPoolExecutor(1, threads("connector-timer"));
        timer.setRemoveOnCancelPolicy(true);
        ticks = timer.scheduleAtFixedRate(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** Milliseconds since the bus began, in steps of a tenth of a second: for telling who is stuck. Never 0. */
    long now() {
        return now;
    }

    /**
     * Says how what was left behind is found; both are short, and run no user code.
     *
     * @param inMailboxes run at the tick after {@link #leftBehind} was set
     * @param elsewhere run at each tick, to look whether there is something to find
     */
    void search(Runnable inMailboxes, Runnable elsewhere) {
        search = inMailboxes;
        otherSearch = elsewhere;
    }

    /** Has a task run; false if the bus has ended. */
    boolean execute(Runnable task) {
        if (closed) {
            return false;
        }
        if (idle.get() == 0 && threads < CORE) {
            grow(CORE);
        }
        // Last: who fails in here for want of stack has not handed anything on.
        tasks.add(task);
        return true;
    }

    /** Has a short task, which runs no user code, run on the timer; not at all if the bus has ended. */
    void schedule(Runnable task, long delayMs) {
        cancellable(task, delayMs);
    }

    /** As {@link #schedule}, and gives what takes the task back. */
    Runnable cancellable(Runnable task, long delayMs) {
        try {
            ScheduledFuture<?> timed = timer.schedule(task, delayMs, TimeUnit.MILLISECONDS);
            return () -> timed.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.debug("The bus has ended before a timed task", e);
            return () -> { };
        }
    }

    /** Changes the bound; threads beyond it end when they are no longer held up. */
    void max(int threadsAtMost) {
        max = Math.max(CORE, threadsAtMost);
    }

    int threads() {
        return threads;
    }

    int heldUp() {
        return (int) drainers.stream().filter(Drainer::isHeldUp).count();
    }

    /** Ends: what is running is not waited for, what waits is dropped. */
    @Override
    public void close() {
        closed = true;
        ticks.cancel(false);
        timer.shutdownNow();
        tasks.clear();
        // Wakes those that wait for a task; they see that it is over.
        for (int i = threads; i > 0; i--) {
            tasks.add(() -> { });
        }
    }

    private Runnable next() {
        idle.incrementAndGet();
        try {
            while (!closed) {
                Runnable task = tasks.poll(KEEP_ALIVE_MS);
                if (task != null) {
                    return task;
                }
                if (threads > CORE) {
                    return null;
                }
            }
            return null;
        } catch (InterruptedException e) {
            // Nobody but a seizure that came late interrupts a drainer; what it was meant for is over.
            return closed ? null : () -> { };
        } finally {
            idle.decrementAndGet();
        }
    }

    private void tick() {
        // Nobody else writes it.
        long later = now + TICK_MS;
        now = later;
        try {
            look();
        } catch (RuntimeException | Error e) {
            // The timer would not tick again.
            LOG.error("Looking after the drainers failed; it is tried again", e);
        }
    }

    private void look() {
        if (leftBehind) {
            leftBehind = false;
            search.run();
        }
        otherSearch.run();
        if (tasks.isEmpty() || idle.get() > 0) {
            return;
        }
        int wanted = CORE + heldUp();
        if (wanted <= max) {
            exhausted = false;
            grow(wanted);
        } else if (!exhausted) {
            exhausted = true;
            LOG.warn("All {} drainers are held up in callbacks; messages to other users wait for senders to run them",
                    max);
        }
    }

    private void grow(int wanted) {
        try {
            begin(wanted);
        } catch (OutOfMemoryError e) {
            // The host gives no thread now. Those that there are go on, and the next tick asks again.
            LOG.warn("There is no thread to be had for a drainer, of which there are {}", threads, e);
        }
    }

    /** Begins one more, if there may be. Who needs it may have no stack, or no memory, at any call: then it is none. */
    private synchronized void begin(int wanted) {
        if (threads >= Math.min(wanted, max)) {
            return;
        }
        Thread thread = threadsBy.apply("connector-drainer-" + names.incrementAndGet()).newThread(new Drainer());
        int before = threads;
        boolean started = false;
        threads = before + 1;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                threads = before;
            }
        }
    }

    private synchronized void ended() {
        int before = threads;
        threads = before - 1;
    }

    /**
     * Threads that keep nothing of whoever happened to cause them: not its class loader, nor what it has inheritable.
     */
    private static ThreadFactory threads(String name) {
        ThreadFactory plain = Thread.ofPlatform().daemon().name(name).inheritInheritableThreadLocals(false).factory();
        return task -> {
            Thread thread = plain.newThread(task);
            thread.setContextClassLoader(Drainers.class.getClassLoader());
            return thread;
        };
    }
}
