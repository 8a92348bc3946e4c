// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysPoll.POLLERR;
import static ksock.api.SysPoll.POLLHUP;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysPoll.POLLOUT;
import static ksock.api.SysPoll.POLLPRI;
import static ksock.api.SysPoll.POLLRDHUP;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import ksock.impl.loop.EventLoop;
import ksock.impl.loop.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket's callbacks: takes what is ready from the loop, from a family, and from the socket's own calls, and has it
 * {@linkplain Raiser raised}, by one thread at a time. See the package documentation.
 *
 * <p>Any thread may call. Only {@link #set} and {@link #close} wait, and only for a callback of this socket that runs in
 * another thread; never on a loop thread.
 */
public final class SocketEvents extends Task {

    private static final Logger LOG = LoggerFactory.getLogger(SocketEvents.class);

    // The state word. The lower bits are what is to be looked at, the POLL bits among them by their own values.
    static final int CONNECTED = 1 << 8;
    static final int CONNECT_FAILED = 1 << 9;
    private static final int PENDING = 0xFFFF;
    /** Somebody raises what is pending. */
    private static final int RUNNING = 1 << 16;
    /** In the loop's queue. */
    private static final int POSTED = 1 << 17;
    /** A send was refused or cut short since xmit was last raised. */
    private static final int ROOM_WANTED = 1 << 18;
    /** A timer for a retry is set. */
    private static final int RETRYING = 1 << 19;
    private static final int CLOSED = 1 << 20;

    private static final int POLL_BITS = POLLIN | POLLPRI | POLLOUT | POLLERR | POLLHUP | POLLRDHUP;

    /** The bound on what is raised before others get their turn. */
    private static final int PASSES = 16;

    private static final long FIRST_BACK_OFF = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_BACK_OFF = TimeUnit.SECONDS.toNanos(1);

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(SocketEvents.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final EventSource source;
    private final EventLoop loop;
    private final DescriptorShortage shortage;
    private final Raiser raiser;
    private volatile int state;
    private volatile Armed armed = Armed.OFF; // written under this
    private volatile long raised; // the sequence of those that are raised, or were last; written by the one that runs
    private volatile Thread runner; // who runs, or did last
    private volatile int waiters; // threads that wait for the end of older callbacks; written under this
    private volatile int connectError; // of a connect that failed and was not told; 0 for none
    private long sequence; // guarded by this
    private volatile int refusals; // accepts that failed since a newconn met with none; written under this

    /**
     * With no callbacks set.
     *
     * @param source the socket
     * @param loop where callbacks run
     * @param failures counts what they throw
     * @param shortage where listeners wait that cannot accept
     */
    public SocketEvents(EventSource source, EventLoop loop, CallbackFailures failures, DescriptorShortage shortage) {
        this.source = source;
        this.loop = loop;
        this.shortage = shortage;
        this.raiser = new Raiser(this, source, failures);
    }

    /**
     * Sets the callbacks, or turns them off; as {@link KernelSocket#callbacks}.
     *
     * @param callbacks {@code null} for off
     * @param arg given to each
     * @param socket the handle given to each, held strongly while they are set
     * @throws KernelSocketException ENOTSOCK: closed; ENOSPC, ENOMEM, EMFILE ...: the loop cannot watch the socket, and
     *         the callbacks are off
     */
    public void set(SocketCallbacks callbacks, Object arg, KernelSocket socket) throws KernelSocketException {
        Armed mine = arm(callbacks, arg, socket);
        if (mine == null) {
            throw new KernelSocketException("callbacks", Errno.ENOTSOCK, "closed");
        }
        try {
            if (callbacks != null) {
                replay(callbacks);
            }
        } catch (KernelSocketException e) {
            arm(null, null, null);
            throw e;
        } finally {
            awaitOlder(mine.sequence(), 0);
        }
    }

    /**
     * Turns the callbacks off for good.
     *
     * @param boundNanos how long to wait for one that is running, in nanoseconds; 0 for as long as it takes
     * @return false if one still runs after that time, which is logged
     */
    public boolean close(long boundNanos) {
        Armed last = armed;
        long mine;
        synchronized (this) {
            mine = ++sequence;
            armed = new Armed(mine, null, null, null);
            STATE.getAndBitwiseOr(this, CLOSED);
        }
        shortage.remove(this);
        boolean out = awaitOlder(mine, boundNanos);
        if (!out) {
            LOG.warn("A callback of socket {} still runs {} ms after the socket was closed; it is not waited for",
                    last.socket() == null ? "?" : last.socket().id(), TimeUnit.NANOSECONDS.toMillis(boundNanos));
        }
        return out;
    }

    /** {@return whether callbacks are set} */
    public boolean armed() {
        return armed.callbacks() != null;
    }

    /** {@return the names of the callbacks that are set, empty if none are} */
    public String names() {
        SocketCallbacks callbacks = armed.callbacks();
        return callbacks == null ? "" : Raiser.names(callbacks);
    }

    /** {@return how many callbacks were called} */
    public long called() {
        return raiser.called();
    }

    /** {@return how many callbacks were held up for so long that the loop went on without their thread} */
    public long heldUp() {
        return raiser.heldUp();
    }

    /** {@return how long the longest of those took that were held up, in nanoseconds} */
    public long longestNanos() {
        return raiser.longestNanos();
    }

    /** {@return for how long the callback that runs now has been held up, in nanoseconds; 0 if none is} */
    public long heldUpNanos() {
        if ((state & RUNNING) == 0) {
            return 0;
        }
        long since = EventLoop.heldUpSince(runner);
        return since == 0 ? 0 : System.nanoTime() - since;
    }

    /** {@return how many of this socket's callbacks threw} */
    public long failures() {
        return raiser.failures();
    }

    /**
     * As {@link KernelSocket#countReceived}.
     *
     * @param exact whether recv is told the number of bytes
     */
    public void countReceived(boolean exact) {
        raiser.countReceived(exact);
    }

    /**
     * As {@link KernelSocket#rearm}.
     *
     * @throws KernelSocketException ENOMEM: not now
     */
    public void rearm() throws KernelSocketException {
        if (armed()) {
            source.rearm();
        }
    }

    /**
     * Raises what became ready. Called on the loop; runs callbacks.
     *
     * @param events {@code POLL} bits
     */
    public void ready(int events) {
        // Without callbacks it is dropped: arming asks for all of it again.
        if (armed()) {
            run(events & POLL_BITS);
        }
    }

    /** Reads what {@link #ready} is going to read; see {@link ksock.impl.loop.Handler#prefetch}. */
    public int prefetch() {
        Armed mine = armed;
        SocketCallbacks callbacks = mine.callbacks();
        return callbacks == null ? 0
                : state + refusals + raiser.prefetch() + readHead(mine.socket()) + readHead(mine.arg())
                        + readHead(callbacks.recv());
    }

    private static int readHead(Object object) {
        // Its class is not known before its head was read.
        return object instanceof Task ? 1 : 0;
    }

    /**
     * Has what became ready raised on the loop, soon. Any thread; allocates nothing.
     *
     * @param events {@code POLL} bits
     */
    public void post(int events) {
        postPending(events & POLL_BITS);
    }

    /** The socket's connect goes on by itself, its phase is {@link EventSource#PHASE_CONNECTING}. */
    public void connectPending() {
        if (armed()) {
            source.armWrite();
        }
    }

    /** The socket's connect is done, its phase is {@link EventSource#PHASE_CONNECTED} if it has connections. */
    public void connected() {
        raiser.connected();
        postPending(CONNECTED);
    }

    /**
     * A connect that a thread waited in has failed.
     *
     * @param errno why
     */
    public void connectFailed(int errno) {
        connectError = errno;
        postPending(CONNECT_FAILED);
    }

    /** The socket listens, its phase is {@link EventSource#PHASE_LISTENING}. */
    public void listening() {
        try {
            // What came before the phase could be seen was dropped.
            rearm();
        } catch (KernelSocketException e) {
            postPending(POLLIN);
        }
    }

    /**
     * A send was refused or cut short.
     *
     * @param retryNanos 0 if {@code POLLOUT} tells when to go on; where it does not, how long to wait, in nanoseconds
     */
    public void sendRefused(long retryNanos) {
        STATE.getAndBitwiseOr(this, ROOM_WANTED);
        SocketCallbacks callbacks = armed.callbacks();
        if (callbacks == null || callbacks.xmit() == null) {
            return;
        }
        if (retryNanos > 0) {
            retryLater(POLLOUT, retryNanos);
        } else {
            source.armWrite();
        }
    }

    /** Something was received, by whomever. */
    public void received() {
        if (raiser.urgentTold() && raiser.urgentGone() && (source.poll() & POLLPRI) != 0) {
            // The next urgent byte came while the former was still thought to be there.
            postPending(POLLPRI);
        }
    }

    /** Urgent data was received, by whomever: what holds now, or comes, is another. */
    public void urgentReceived() {
        if (raiser.urgentTaken() && (source.poll() & POLLPRI) != 0) {
            postPending(POLLPRI);
        }
    }

    /**
     * An accept failed for want of descriptors or memory. Has newconn raised again: when a descriptor is given back, or
     * after a time that doubles, from 10 ms to a second.
     *
     * @param errno EMFILE, ENFILE, ENOBUFS or ENOMEM
     */
    public void acceptFailed(int errno) {
        if (!armed()) {
            return;
        }
        long delay;
        synchronized (this) {
            delay = Math.min(FIRST_BACK_OFF << Math.min(refusals, 10), LONGEST_BACK_OFF);
            refusals++;
        }
        if (errno == Errno.EMFILE.number() || errno == Errno.ENFILE.number()) {
            shortage.add(this);
        }
        retryLater(POLLIN, delay);
    }

    /** How many accepts failed in a row; to be given to {@link #acceptedSince}. */
    int refusals() {
        return refusals;
    }

    /** A newconn callback is out; if no accept failed in it, the shortage is over. */
    void acceptedSince(int before) {
        if (before != 0) {
            synchronized (this) {
                refusals = refusals == before ? 0 : refusals;
            }
        }
    }

    /** A descriptor was given back. */
    void retryAccept() {
        postPending(POLLIN);
    }

    @Override
    protected void run() {
        STATE.getAndBitwiseAnd(this, ~POSTED);
        run(0);
    }

    // Below: for the raiser, which runs while this has RUNNING.

    /** Whether these are still set; else others were, and none of these is called any more. */
    boolean stillSet(Armed mine) {
        return armed.sequence() == mine.sequence();
    }

    /** Whether a send was refused since room was told. */
    boolean roomWanted() {
        return (state & ROOM_WANTED) != 0;
    }

    /** That there is room is being told. */
    void roomTold() {
        STATE.getAndBitwiseAnd(this, ~ROOM_WANTED);
    }

    /** The error of a connect that failed; 0 if there is none to tell. */
    int connectError() {
        return connectError;
    }

    /** A connect has failed, or its failure was told. */
    void connectError(int errno) {
        connectError = errno;
    }

    private synchronized Armed arm(SocketCallbacks callbacks, Object arg, KernelSocket socket) {
        if ((state & CLOSED) != 0) {
            return null;
        }
        Armed mine = callbacks == null
                ? new Armed(++sequence, null, null, null) : new Armed(++sequence, callbacks, arg, socket);
        armed = mine;
        return mine;
    }

    private void replay(SocketCallbacks callbacks) throws KernelSocketException {
        source.rearm();
        int phase = source.phase();
        if (phase == EventSource.PHASE_CONNECTING) {
            source.armWrite();
        } else if (raiser.connectedIsDue(phase)) {
            postPending(CONNECTED);
        }
        if (connectError != 0) {
            postPending(CONNECT_FAILED);
        }
        if ((state & ROOM_WANTED) != 0 && callbacks.xmit() != null) {
            source.armWrite();
        }
    }

    private void postPending(int bits) {
        if (!armed()) {
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
        } while (!STATE.compareAndSet(this, seen, next));
        if ((seen & POSTED) == 0 && (next & POSTED) != 0) {
            execute();
        }
    }

    private void execute() {
        try {
            loop.execute(this);
        } catch (KernelSocketException e) {
            STATE.getAndBitwiseAnd(this, ~POSTED);
            LOG.warn("Callbacks are lost: the event loop does not run", e);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very thread
    private void run(int bits) {
        int pending = begin(bits);
        if (pending < 0) {
            return;
        }
        Thread current = Thread.currentThread();
        if (runner != current) {
            runner = current;
        }
        for (int pass = 0; pass < PASSES; pass++) {
            raise(pending);
            int seen = state;
            while ((seen & PENDING) == 0) {
                if (STATE.compareAndSet(this, seen, seen & ~RUNNING)) {
                    wakeWaiters();
                    return;
                }
                seen = state;
            }
            pending = (int) STATE.getAndBitwiseAnd(this, ~PENDING) & PENDING;
        }
        // The rest behind all others that are ready.
        int posted = (int) STATE.getAndBitwiseOr(this, pending | POSTED) & POSTED;
        STATE.getAndBitwiseAnd(this, ~RUNNING);
        wakeWaiters();
        if (posted == 0) {
            execute();
        }
    }

    /** Becomes the one that raises; what is pending, or -1 if another does already, who then raises this too. */
    private int begin(int bits) {
        int seen = state;
        if ((seen & (RUNNING | PENDING)) == 0 && STATE.compareAndSet(this, seen, seen | RUNNING)) {
            return bits;
        }
        int before = (int) STATE.getAndBitwiseOr(this, bits | RUNNING);
        return (before & RUNNING) != 0 ? -1 : (int) STATE.getAndBitwiseAnd(this, ~PENDING) & PENDING;
    }

    private void raise(int pending) {
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
                raiser.raise(mine, pending);
            } finally {
                EventLoop.mayBlock(couldBlock);
            }
        }
    }

    private void wakeWaiters() {
        if (waiters != 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    private void retryLater(int event, long delayNanos) {
        if (((int) STATE.getAndBitwiseOr(this, RETRYING) & RETRYING) != 0) {
            return;
        }
        Task retry = new Task() {
            @Override
            protected void run() {
                STATE.getAndBitwiseAnd(SocketEvents.this, ~RETRYING);
                ready(event);
            }
        };
        try {
            loop.schedule(retry, delayNanos);
        } catch (KernelSocketException e) {
            STATE.getAndBitwiseAnd(this, ~RETRYING);
            LOG.warn("Callbacks are lost: the event loop does not run", e);
        }
    }

    /** Waits until no callback runs that was set before {@code mine}; never on a loop thread. */
    private boolean awaitOlder(long mine, long boundNanos) {
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
