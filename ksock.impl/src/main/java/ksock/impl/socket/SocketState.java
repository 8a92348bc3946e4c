// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.util.concurrent.locks.LockSupport;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import ksock.api.SysSocket;
import ksock.api.family.FamilySocket;
import ksock.api.family.ReadinessListener;
import ksock.impl.callback.EventSource;
import ksock.impl.callback.SocketEvents;
import ksock.impl.host.HostSocket;
import ksock.impl.loop.EventLoop;
import ksock.impl.loop.Handler;
import ksock.impl.loop.Registration;
import ksock.impl.wait.Deadline;
import ksock.impl.wait.WaitQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket, from being made to the end of close. See the package documentation for its life.
 *
 * <p>Any thread.
 */
public final class SocketState implements Handler, ReadinessListener {

    private static final Logger LOG = LoggerFactory.getLogger(SocketState.class);

    /** The sign of {@link #uses}: no call enters any more. */
    private static final int CLOSING = 1 << 31;

    /** Where poll lies of room, how long until a refused send is worth another try. */
    private static final long RETRY_NANOS = 2_000_000;

    private static final long FIRST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    private static final VarHandle USES;
    private static final VarHandle KEPT_ERROR;
    private static final VarHandle FINISHED;
    private static final VarHandle RECEIVED;
    private static final VarHandle SENT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            USES = lookup.findVarHandle(SocketState.class, "uses", int.class);
            KEPT_ERROR = lookup.findVarHandle(SocketState.class, "keptError", int.class);
            FINISHED = lookup.findVarHandle(SocketState.class, "finished", boolean.class);
            RECEIVED = lookup.findVarHandle(SocketState.class, "receivedBytes", long.class);
            SENT = lookup.findVarHandle(SocketState.class, "sentBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SocketScope scope;
    private final FamilyEntry entry;
    private final FamilySocket family;
    private final HostSocket host;
    private final long id;
    private final int domain;
    private final int type;
    private final int protocol;
    private final long openedAt = System.currentTimeMillis();
    private final WaitQueue waiters = new WaitQueue();

    private volatile int uses;
    private volatile boolean finished;
    // Who waits in close for the last call to leave.
    private volatile Thread closer;
    // Made at the first need, under this.
    private volatile Registration registration;
    // Made at the first callbacks, under this; kept till close.
    private volatile SocketEvents events;
    // Asked for before there were callbacks.
    private volatile boolean countReceived;
    // Takes the handle off the cleaner's list.
    private volatile Cleaner.Cleanable cleanable;
    // One of EventSource's. Written before events is read, which is written before this is read: one of both sees.
    private volatile int phase = EventSource.PHASE_NONE;
    // Whether connect was called.
    private volatile boolean initiated;
    // An errno that was taken from the host before a call could report it; handed out once.
    private volatile int keptError;
    // Set once if the event loop has died: whoever waits for readiness gets it.
    private volatile int lost;
    private volatile boolean nonBlocking;
    private volatile boolean lingers;
    // SO_RCVTIMEO and SO_SNDTIMEO, as spans.
    private volatile long receiveSpan = Deadline.FOREVER;
    private volatile long sendSpan = Deadline.FOREVER;
    private volatile long receivedBytes;
    private volatile long sentBytes;

    SocketState(SocketScope scope, FamilyEntry entry, FamilySocket family, long id, int domain, int type,
            int protocol) {
        this.scope = scope;
        this.entry = entry;
        this.family = family;
        this.host = family instanceof HostSocket hostSocket ? hostSocket : null;
        this.id = id;
        this.domain = domain;
        this.type = type;
        this.protocol = protocol;
    }

    // What it is.

    /** {@return its number} */
    public long id() {
        return id;
    }

    /** {@return whom it belongs to} */
    public SocketScope scope() {
        return scope;
    }

    /** {@return the family that made it} */
    public FamilyEntry entry() {
        return entry;
    }

    /** {@return the address family} */
    public int domain() {
        return domain;
    }

    /** {@return the type, without flags} */
    public int type() {
        return type;
    }

    /** {@return the protocol} */
    public int protocol() {
        return protocol;
    }

    /** {@return when it was made, in milliseconds since 1970} */
    public long openedAt() {
        return openedAt;
    }

    /** {@return bytes received in its life} */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** {@return bytes sent in its life} */
    public long sentBytes() {
        return sentBytes;
    }

    /** {@return calls blocked in it now} */
    public int blockedCalls() {
        return waiters.size();
    }

    /** {@return one of the phases of {@link EventSource}} */
    public int phase() {
        return phase;
    }

    /** {@return its callbacks, null if none were ever set} */
    public SocketEvents events() {
        return events;
    }

    /** {@return whether close has not been called} */
    public boolean isOpen() {
        return uses >= 0;
    }

    FamilySocket family() {
        return family;
    }

    /** The descriptor and its calls, null of another family. */
    HostSocket host() {
        return host;
    }

    WaitQueue waiters() {
        return waiters;
    }

    EventLoop loop() {
        return scope.core().loop();
    }

    /** Whether it is a byte stream, where a call can be done in part. */
    boolean isStream() {
        return type == SysSocket.SOCK_STREAM;
    }

    boolean isConnectionOriented() {
        return type == SysSocket.SOCK_STREAM || type == SysSocket.SOCK_SEQPACKET;
    }

    /** Whether poll tells of room where a send is refused: a full peer, which is no matter of this socket's buffer. */
    boolean pollLiesOfRoom() {
        return host != null && (domain == SysSocket.AF_NETLINK
                || (domain == SysSocket.AF_UNIX && type == SysSocket.SOCK_DGRAM));
    }

    // Calls.

    /** Begins a call; the descriptor is good until {@link #leave}. */
    void enter(String operation) throws KernelSocketException {
        if (!tryEnter()) {
            throw new KernelSocketException(operation, Errno.ENOTSOCK, "socket " + id + " is closed");
        }
    }

    /** Begins a call; false if the socket is closing. */
    boolean tryEnter() {
        int before = (int) USES.getAndAdd(this, 1);
        if (before < 0) {
            leave();
            return false;
        }
        return true;
    }

    /** Ends a call. */
    void leave() {
        int before = (int) USES.getAndAdd(this, -1);
        if (before == CLOSING + 1) {
            finish();
        }
    }

    /** Whether a call with these flags may wait. */
    boolean mayBlock(int flags) {
        return (flags & SysSocket.MSG_DONTWAIT) == 0 && !nonBlocking && !EventLoop.onLoopThread();
    }

    /** Throws if there is a reason to wait no longer. */
    void checkWait(String operation, boolean cancelled) throws KernelSocketException {
        if (uses < 0) {
            throw new KernelSocketException(operation, Errno.EINTR, "socket " + id + " was closed");
        }
        if (cancelled) {
            throw new KernelSocketException(operation, Errno.ECANCELED, "the call was cancelled");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new KernelSocketException(operation, Errno.EINTR, "the thread was interrupted");
        }
        if (lost != 0) {
            throw new KernelSocketException(operation, lost, "the event loop has ended");
        }
    }

    void received(long bytes) {
        RECEIVED.getAndAdd(this, bytes);
        SocketEvents told = events;
        if (told != null) {
            told.received();
        }
    }

    void sent(long bytes) {
        SENT.getAndAdd(this, bytes);
    }

    /**
     * A send that may not block was refused or cut short.
     *
     * @param result what it gave
     * @param length what there was to send
     */
    void sendRefused(long result, long length) {
        SocketEvents told = events;
        if (told != null && (result < 0 || (result < length && isStream()))) {
            told.sendRefused(pollLiesOfRoom() ? RETRY_NANOS : 0);
        }
    }

    /** An accept failed; what is a shortage ends some time. */
    void acceptFailed(KernelSocketException e) {
        SocketEvents told = events;
        if (told != null) {
            switch (e.errno()) {
                case EMFILE, ENFILE, ENOBUFS, ENOMEM -> told.acceptFailed(e.number());
                default -> {
                    // Of this one connection, or of the listener.
                }
            }
        }
    }

    // Phases.

    boolean initiated() {
        return initiated;
    }

    /** It listens. */
    void listening() {
        phase = EventSource.PHASE_LISTENING;
        SocketEvents told = events;
        if (told != null) {
            told.listening();
        }
    }

    /** A connect goes on by itself, and no thread waits in it. */
    void connecting() {
        initiated = true;
        if (isConnectionOriented()) {
            phase = EventSource.PHASE_CONNECTING;
        }
        SocketEvents told = events;
        if (told != null) {
            told.connectPending();
        }
    }

    /**
     * A connection is made.
     *
     * @param byConnect whether by a call of connect; else it was accepted or made as one of a pair
     */
    void connected(boolean byConnect) {
        initiated = byConnect;
        if (isConnectionOriented()) {
            phase = EventSource.PHASE_CONNECTED;
        }
        SocketEvents told = events;
        if (told != null && byConnect) {
            told.connected();
        }
    }

    /**
     * A connect has failed.
     *
     * @param errno why
     * @param toTell whether it had been going on for a while; else the call's own error is all there is to it
     */
    void connectFailed(int errno, boolean toTell) {
        initiated = true;
        phase = EventSource.PHASE_NONE;
        SocketEvents told = events;
        if (told != null && toTell) {
            told.connectFailed(errno);
        }
    }

    /** The loop found out how a connect has ended. */
    void connectEnded(int errno) {
        phase = errno == 0 ? EventSource.PHASE_CONNECTED : EventSource.PHASE_NONE;
    }

    // Callbacks.

    void callbacks(SocketCallbacks callbacks, Object arg, KernelSocket handle) throws KernelSocketException {
        enter("callbacks");
        try {
            if (callbacks == null && events == null) {
                return;
            }
            synchronized (this) {
                if (events == null) {
                    SocketCore core = scope.core();
                    events = new SocketEvents(new StateEvents(this), loop(), core.failures(), core.shortage());
                    events.countReceived(countReceived);
                }
            }
        } finally {
            // Not during set, which waits for a callback, which may wait in close for this call to be out.
            leave();
        }
        events.set(callbacks, arg, handle);
    }

    void countReceived(boolean exact) {
        countReceived = exact;
        SocketEvents told = events;
        if (told != null) {
            told.countReceived(exact);
        }
    }

    void rearmCallbacks() throws KernelSocketException {
        enter("rearm");
        try {
            SocketEvents told = events;
            if (told != null) {
                told.rearm();
            }
        } finally {
            leave();
        }
    }

    // Errors that were taken from the host out of turn.

    /** Keeps an error for the next call that can report it. */
    public void keepError(int errno) {
        keptError = errno;
    }

    /** Throws the error that was kept, once. */
    void throwKeptError(String operation) throws KernelSocketException {
        if (keptError != 0) {
            int errno = takeKeptError();
            if (errno != 0) {
                throw new KernelSocketException(operation, errno, "socket " + id);
            }
        }
    }

    /** The error that was kept, once; 0 for none. */
    int takeKeptError() {
        return (int) KEPT_ERROR.getAndSet(this, 0);
    }

    /** The pending error, kept or the host's (SO_ERROR, which forgets it); 0 for none. */
    int takePendingError() {
        int kept = takeKeptError();
        return kept != 0 ? kept : takeHostError();
    }

    /** The host's or family's pending error (SO_ERROR, which forgets it); 0 for none. Within a call. */
    int takeHostError() {
        return host != null
                ? Math.max(0, host.option(SysSocket.SOL_SOCKET, SysSocket.SO_ERROR)) : OptionCalls.familyError(family);
    }

    /** Whether an error that ended a call which had done something is one of the connection, told by the next call. */
    boolean reportsLater(KernelSocketException e) {
        return switch (e.errno()) {
            case ECONNRESET, ECONNABORTED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENETDOWN -> true;
            default -> false;
        };
    }

    // Options that are ours to keep.

    void nonBlocking(boolean on) {
        nonBlocking = on;
    }

    void lingers(boolean on) {
        lingers = on;
    }

    boolean lingers() {
        return lingers;
    }

    long receiveSpan() {
        return receiveSpan;
    }

    void receiveSpan(long span) {
        receiveSpan = span;
    }

    long sendSpan() {
        return sendSpan;
    }

    void sendSpan(long span) {
        sendSpan = span;
    }

    // Readiness.

    /** Makes sure that {@link #ready} is told of arrivals from now on. Within a call. */
    void watch() throws KernelSocketException {
        if (host != null && registration == null) {
            synchronized (this) {
                if (registration == null) {
                    registration = loop().register(host.fd(), this);
                }
            }
        }
    }

    /** Has {@link #ready} told once of room to write. Within a call, after {@link #watch}. */
    void watchRoom() throws KernelSocketException {
        Registration watched = registration;
        if (watched != null) {
            int result = watched.armWrite();
            if (result < 0) {
                throw new KernelSocketException("epoll_ctl", -result, "socket " + id);
            }
        }
    }

    /** Has all that holds now told again, room to write excepted. Within a call. */
    void watchAgain() throws KernelSocketException {
        Registration watched = registration;
        if (watched == null) {
            watch();
        } else {
            int result = watched.rearm();
            if (result < 0) {
                throw new KernelSocketException("epoll_ctl", -result, "socket " + id);
            }
        }
    }

    @Override
    public void ready(int bits) {
        waiters.ready(bits);
        SocketEvents told = events;
        if (told != null) {
            if (host == null) {
                // On a thread of the family's, where no user's code may run.
                told.post(bits);
            } else {
                told.ready(bits);
            }
        }
    }

    @Override
    public void lost(int errno) {
        lost = errno;
        waiters.wake();
    }

    // Life.

    void cleanable(Cleaner.Cleanable handle) {
        cleanable = handle;
    }

    /**
     * Closes the socket, and waits until its calls are out and the descriptor is given back.
     *
     * @param boundNanos how long to wait; {@link Deadline#FOREVER} as long as it takes. What is not done by then is
     *        done by whoever is the last out
     * @return whether it is done
     */
    boolean close(long boundNanos) {
        int before = beginClose();
        if (before < 0) {
            return finished;
        }
        return endClose(boundNanos);
    }

    /** Lets no call enter any more, and wakes those that are under way; what {@link #uses} was before. */
    int beginClose() {
        int before = (int) USES.getAndBitwiseOr(this, CLOSING);
        if (before > 0) {
            waiters.wake();
        }
        return before;
    }

    /** Waits for the end of what {@link #beginClose} began. */
    boolean endClose(long boundNanos) {
        SocketEvents told = events;
        if (told != null) {
            told.close(boundNanos == Deadline.FOREVER ? 0 : boundNanos);
        }
        if (uses == CLOSING) {
            finish();
        }
        if (finished) {
            return true;
        }
        closer = Thread.currentThread();
        long deadline = Deadline.after(boundNanos);
        long pause = FIRST_PAUSE_NANOS;
        boolean interrupted = false;
        try {
            while (!finished && Deadline.remaining(deadline, boundNanos) > 0) {
                waiters.wake();
                LockSupport.parkNanos(this, pause);
                interrupted |= Thread.interrupted();
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (!finished) {
            LOG.warn("Socket {} of {} is closed, but {} calls are still in it; the last one out gives the descriptor"
                    + " back", id, scope, uses & ~CLOSING);
        }
        return finished;
    }

    private void finish() {
        if (!FINISHED.compareAndSet(this, false, true)) {
            return;
        }
        try {
            Registration watched = registration;
            if (watched != null) {
                watched.close();
            }
            if (host == null) {
                family.readiness(null);
            }
            if (host != null && lingers) {
                // close(2) waits for the data to be taken, whether or not the descriptor blocks.
                Thread.ofPlatform().daemon().name("ksock-linger-" + id).inheritInheritableThreadLocals(false)
                        .start(host::close);
            } else {
                family.close();
            }
        } catch (RuntimeException e) {
            LOG.error("Socket {} of family {} failed to close", id, entry.name(), e);
        } finally {
            scope.forget(this);
            Cleaner.Cleanable handle = cleanable;
            if (handle != null) {
                handle.clean();
            }
            LockSupport.unpark(closer);
        }
    }

    @Override
    public String toString() {
        return "socket " + id + " (" + entry.name() + ", domain " + domain + ", type " + type + ", protocol "
                + protocol + ')';
    }
}
