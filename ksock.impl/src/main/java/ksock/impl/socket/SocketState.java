// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.SysSocket;
import ksock.api.family.FamilySocket;
import ksock.impl.callback.SocketEvents;
import ksock.impl.host.HostSocket;
import ksock.impl.jfr.Operation;
import ksock.impl.jfr.Operations;
import ksock.impl.jfr.Recorded;
import ksock.impl.jfr.RecordedLife;
import ksock.impl.wait.Deadline;
import ksock.impl.wait.WaitQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket, from being made to the end of close. See the package documentation for its life.
 *
 * <p>Any thread.
 */
public final class SocketState extends Traffic implements Recorded {

    private static final Logger LOG = LoggerFactory.getLogger(SocketState.class);

    /** Where poll lies of room, how long until a refused send is worth another try. */
    private static final long RETRY_NANOS = 2_000_000;

    private static final VarHandle KEPT_ERROR;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            KEPT_ERROR = lookup.findVarHandle(SocketState.class, "keptError", int.class);
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
    /** For how long it is open, whatever is done to the clock. */
    private final long openedNanos = System.nanoTime();
    private final Readiness readiness;

    // Takes the handle off the cleaner's list.
    private volatile Cleaner.Cleanable cleanable;
    // An errno that was taken from the host before a call could report it; handed out once.
    private volatile int keptError;
    private volatile boolean nonBlocking;
    private volatile boolean lingers;
    private volatile boolean forgotten;
    private volatile boolean abandoned;
    // A family's own socket is closed once, whatever comes of it.
    private volatile boolean familyClosed;
    // Of the close, if that is recorded; written by who closes.
    private volatile Operation<RecordedLife> recordedClose;
    // SO_RCVTIMEO and SO_SNDTIMEO, as spans.
    private volatile long receiveSpan = Deadline.FOREVER;
    private volatile long sendSpan = Deadline.FOREVER;
    // Whether one of the options was ever set that the host may hand on to what is accepted.
    private volatile boolean handsOn;

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
        this.readiness = new Readiness(this);
    }

    // What it is.

    @Override
    public long id() {
        return id;
    }

    @Override
    public long bundleId() {
        return scope.bundleId();
    }

    @Override
    public String bundle() {
        return scope.bundle();
    }

    @Override
    public String familyName() {
        return entry.name();
    }

    /** {@return whom it belongs to} */
    public SocketScope scope() {
        return scope;
    }

    /** {@return the family that made it} */
    public FamilyEntry entry() {
        return entry;
    }

    @Override
    public int domain() {
        return domain;
    }

    @Override
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

    /** {@return when it was made, as {@link System#nanoTime} has it} */
    long openedNanos() {
        return openedNanos;
    }

    /** {@return what it has counted in its life} */
    public Totals totals() {
        Totals totals = new Totals();
        totals.add(this);
        return totals;
    }

    /** {@return calls blocked in it now} */
    public int blockedCalls() {
        return readiness.size();
    }

    /** {@return one of the phases of {@link ksock.impl.callback.EventSource}} */
    public int phase() {
        return readiness.phase();
    }

    /** {@return its callbacks, null if none were ever set} */
    public SocketEvents events() {
        return readiness.events();
    }

    @Override
    public String localAddress() {
        return Inspection.localAddress(this);
    }

    @Override
    public String remoteAddress() {
        return Inspection.remoteAddress(this);
    }

    /** {@return what it does, as netstat names it; empty where its type has no states} */
    public String state() {
        return Inspection.state(this);
    }

    /** {@return bytes that came and were not received, -1 if the family does not say} */
    public long receiveQueueBytes() {
        return Inspection.receiveQueueBytes(this);
    }

    /** {@return bytes that were sent and are still here, -1 if the family does not say} */
    public long sendQueueBytes() {
        return Inspection.sendQueueBytes(this);
    }

    FamilySocket family() {
        return family;
    }

    /** The descriptor and its calls, null of another family. */
    HostSocket host() {
        return host;
    }

    WaitQueue waiters() {
        return readiness;
    }

    Readiness readiness() {
        return readiness;
    }

    /** Whether it is a byte stream, where a call can be done in part. */
    boolean isStream() {
        return type == SysSocket.SOCK_STREAM;
    }

    /** Whether poll tells of room where a send is refused: a full peer, which is no matter of this socket's buffer. */
    boolean pollLiesOfRoom() {
        return domain == SysSocket.AF_NETLINK
                || (host != null && domain == SysSocket.AF_UNIX && type == SysSocket.SOCK_DGRAM);
    }

    // Calls.

    /** Begins a call; the descriptor is good until {@link #leave}. */
    void enter(String operation) throws KernelSocketException {
        if (!tryEnter()) {
            throw new KernelSocketException(operation, Errno.ENOTSOCK, "socket " + id + " is closed");
        }
    }

    /**
     * Makes a call on this socket, and leaves whatever happens. Those made with every message do the same by
     * themselves, so as to leave no garbage however they are compiled.
     */
    long call(String operation, Call call) throws KernelSocketException {
        enter(operation);
        try {
            return call.make();
        } finally {
            boolean left = false;
            try {
                leave();
                left = true;
            } finally {
                if (!left) {
                    lost++;
                }
            }
        }
    }

    /** As {@link #prefetch}, of what a send reads. */
    int prefetchSend() {
        return calls() + prefetchTraffic() + keptError + (host == null ? 0 : host.fd());
    }

    /** Reads what a call is going to read; see {@link ksock.impl.loop.Handler#prefetch}. */
    int prefetch() {
        return calls() + prefetchTraffic() + keptError + (lingers ? 1 : 0)
                + (host == null ? 0 : host.fd());
    }

    void received(long bytes, int flags) {
        countReceived(bytes);
        SocketEvents told = events();
        if (told != null) {
            if ((flags & (SysSocket.MSG_OOB | SysSocket.MSG_PEEK)) == SysSocket.MSG_OOB) {
                told.urgentReceived();
            } else {
                told.received();
            }
        }
    }

    /** A receive found nothing; where the mark was next, it has passed the urgent byte. */
    void receivedNothing(int flags) {
        SocketEvents told = events();
        if (told != null && (flags & (SysSocket.MSG_OOB | SysSocket.MSG_PEEK)) == 0) {
            told.received();
        }
    }

    /**
     * A send that may not block was refused or cut short.
     *
     * @param result what it gave
     * @param length what there was to send
     */
    void sendRefused(long result, long length) {
        if (result < 0 || (result < length && isStream())) {
            countRefused();
            SocketEvents told = events();
            if (told != null) {
                told.sendRefused(pollLiesOfRoom() ? RETRY_NANOS : 0);
            }
        }
    }

    /** An accept failed; what is a shortage ends some time. */
    void acceptFailed(KernelSocketException e) {
        SocketEvents told = events();
        if (told != null) {
            switch (e.errno()) {
                case EMFILE, ENFILE, ENOBUFS, ENOMEM -> told.acceptFailed(e.number());
                default -> {
                    // Of this one connection, or of the listener.
                }
            }
        }
    }

    // Errors that were taken from the host out of turn.

    /** Keeps an error for the next call that can report it. */
    void keepError(int errno) {
        keptError = errno;
    }

    /** Keeps on what was taken and not met, unless another has come meanwhile. */
    void keepErrorOn(int errno) {
        KEPT_ERROR.compareAndSet(this, 0, errno);
    }

    /** {@return the error that is kept; 0 for none} */
    int keptError() {
        return keptError;
    }

    /** Whether an error waits for the next call. */
    boolean keepsError() {
        return keptError != 0;
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

    /** The pending error, kept or the host's; 0 for none. Within a call. */
    int takePendingError() {
        int kept = takeKeptError();
        int error = kept != 0 ? kept : takeHostError();
        if (error != 0) {
            return error;
        }
        synchronized (readiness) {
            // The loop may just have had it in hand.
            return takeKeptError();
        }
    }

    /** The host's or family's pending error (SO_ERROR, which forgets it); 0 for none. Within a call. */
    int takeHostError() {
        return host != null
                ? Math.max(0, host.option(SysSocket.SOL_SOCKET, SysSocket.SO_ERROR)) : OptionCalls.familyError(family);
    }

    // Options that are ours to keep.

    void nonBlocking(boolean on) {
        nonBlocking = on;
    }

    boolean nonBlocking() {
        return nonBlocking;
    }

    void lingers(boolean on) {
        lingers = on;
    }

    boolean lingers() {
        return lingers;
    }

    boolean handsOn() {
        return handsOn;
    }

    /** An option was set that what is accepted may have from here. */
    void markHandsOn() {
        handsOn = true;
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

    // Life.

    /** Nobody holds it any more. */
    void markForgotten() {
        forgotten = true;
    }

    boolean forgotten() {
        return forgotten;
    }

    void cleanable(Cleaner.Cleanable handle) {
        cleanable = handle;
    }

    /**
     * Closes the socket, and waits until its calls are out and the descriptor is given back.
     *
     * @param boundNanos how long to wait; {@link Deadline#FOREVER} as long as it takes. What is not done by then is
     *        done by whoever is the last out
     */
    void close(long boundNanos) {
        boolean done = false;
        try {
            if (beginClose()) {
                endClose(boundNanos);
            }
            done = true;
        } finally {
            if (!done) {
                // It ran out of stack: by this write and no call, it is left to whoever closes next.
                abandoned = true;
            }
        }
    }

    /** A close has failed: it is left to whoever closes next. */
    void abandon() {
        abandoned = true;
    }

    /** Whether a close has failed for want of stack, and no other has taken its place. */
    boolean abandoned() {
        return abandoned;
    }

    /**
     * Lets no call enter any more, and wakes those that are under way; false if that was done before, and by one who
     * goes on.
     */
    boolean beginClose() {
        if (recordedClose == null) {
            // Before the end begins: from then on a call that leaves may release.
            recordedClose = Operations.close();
        }
        boolean mine = beginEnd();
        if (abandoned) {
            abandoned = false;
            mine = true;
        }
        if (mine) {
            readiness.wake();
        }
        return mine;
    }

    /** Waits for the end of what {@link #beginClose} began. */
    void endClose(long boundNanos) {
        SocketEvents told = events();
        if (told != null) {
            told.close(boundNanos == Deadline.FOREVER ? 0 : boundNanos);
        }
        if (!await(readiness, boundNanos)) {
            LOG.warn("{} of {} is closed, but {} calls are still in it; the last one out gives the descriptor back",
                    this, scope, calls());
        }
    }

    @Override
    void release() {
        Operation<RecordedLife> recorded = recordedClose;
        Parting parting = null;
        try {
            if (recorded != null) {
                parting = Parting.of(this);
            }
        } catch (Throwable e) {
            failed(e);
        }
        try {
            try {
                readiness.close();
            } finally {
                closeFamily();
            }
        } catch (Throwable e) {
            failed(e);
        }
        scope.forget(this);
        if (parting != null) {
            recorded.end(parting, 0);
        }
        Cleaner.Cleanable handle = cleanable;
        if (handle != null) {
            handle.clean();
        }
    }

    /** A part of the end has failed, as by a family whose bundle has gone: the rest is done all the same. */
    private void failed(Throwable e) {
        if (e instanceof StackOverflowError overflow) {
            // Then all of it is run again.
            throw overflow;
        }
        LOG.error("{} failed to close", this, e);
    }

    private void closeFamily() {
        if (host == null) {
            if (!familyClosed) {
                familyClosed = true;
                family.close();
            }
            return;
        }
        if (!lingers) {
            host.close();
            return;
        }
        try {
            // close(2) waits for the data to be taken, whether or not the descriptor blocks.
            Thread.ofPlatform().daemon().name("ksock-linger-" + id).inheritInheritableThreadLocals(false)
                    .start(host::close);
        } catch (OutOfMemoryError e) {
            LOG.warn("{} lingers in the thread that closes it: there is no other", this, e);
            host.close();
        }
    }

    // The virtual machine's own takes a call into its depths, once a socket.
    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public String toString() {
        return "socket " + id + " (" + entry.name() + ", domain " + domain + ", type " + type + ", protocol "
                + protocol + ')';
    }
}
