// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.family.FamilySocket;
import ksock.impl.callback.CallbackFailures;
import ksock.impl.callback.DescriptorShortage;
import ksock.impl.host.HostFamily;
import ksock.impl.loop.EventLoop;
import ksock.impl.wait.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What there is one of: the families, the open sockets of all owners, and the event loop they share.
 *
 * <p>Any thread; only {@link #close} and {@link #removeFamily} wait, and with a bound.
 */
public final class SocketCore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SocketCore.class);

    private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);
    private static final long LAST_LOOK_NANOS = 1_000_000;

    private final EventLoop loop;
    private final CallbackFailures failures = new CallbackFailures();
    private final DescriptorShortage shortage = new DescriptorShortage();
    private final Families families = new Families();
    private final Cleaner cleaner = Cleaner.create(
            Thread.ofPlatform().daemon().name("ksock-cleaner").inheritInheritableThreadLocals(false).factory());
    private final Map<Long, SocketState> sockets = new ConcurrentHashMap<>();
    private final Set<BatchMemory> batches = ConcurrentHashMap.newKeySet();
    private final AtomicLong ids = new AtomicLong();
    private final LongAdder connects = new LongAdder();
    private final LongAdder failedConnects = new LongAdder();
    // What closed sockets counted. Written under it, as sockets are taken out, so that none is counted twice or not at
    // all.
    private final Totals past = new Totals();
    private long closed; // guarded by past
    private final LongAdder forgotten = new LongAdder();
    private volatile boolean ended;
    private volatile long closeBoundNanos = CLOSE_BOUND.toNanos();
    private volatile Runnable onChange = () -> { };

    /**
     * A core without sockets.
     *
     * @param loop tells of readiness; the caller's to close, after this
     */
    public SocketCore(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * The service for one owner.
     *
     * @param bundleId the owner's bundle, -1 without a framework
     * @param bundle its symbolic name, empty without a framework
     * @return to be closed with its owner
     */
    public SocketScope scope(long bundleId, String bundle) {
        return new SocketScope(this, bundleId, bundle);
    }

    /**
     * Adds the family of a service, or takes note that its properties have changed: sockets that it has made stay.
     *
     * @param entry the family and what it is for
     */
    public void putFamily(FamilyEntry entry) {
        families.put(entry);
        onChange.run();
    }

    /**
     * Takes the family of a service away and closes its sockets; their blocked calls end with EINTR.
     *
     * @param entry the family, with whatever properties
     */
    public void removeFamily(FamilyEntry entry) {
        families.remove(entry);
        onChange.run();
        closeAll(sockets().stream().filter(socket -> socket.entry().isOfServiceOf(entry)).toList());
    }

    /** {@return the families, the host's first} */
    public List<FamilyEntry> families() {
        List<FamilyEntry> all = new ArrayList<>();
        all.add(families.host());
        all.addAll(families.provided());
        return all;
    }

    /** {@return why the host's family can make no sockets here, empty if it can} */
    public String hostUnsupported() {
        return ((HostFamily) families.host().family()).unsupported();
    }

    /** {@return the sockets that are open, by their numbers} */
    public List<SocketState> sockets() {
        return sockets.values().stream().sorted(Comparator.comparingLong(SocketState::id)).toList();
    }

    /** {@return sockets made in the core's life} */
    public long opened() {
        return ids.get();
    }

    /** {@return sockets closed in the core's life} */
    public long closed() {
        synchronized (past) {
            return closed;
        }
    }

    /** {@return sockets that nobody closed and nobody held any more, and that were closed for their owners} */
    public long forgotten() {
        return forgotten.sum();
    }

    /** {@return connections made by connect} */
    public long connects() {
        return connects.sum();
    }

    /** {@return connects that failed} */
    public long failedConnects() {
        return failedConnects.sum();
    }

    /** {@return what all sockets have counted, those that are closed included} */
    public Totals totals() {
        Totals totals = new Totals();
        List<SocketState> open;
        synchronized (past) {
            totals.add(past);
            open = List.copyOf(sockets.values());
        }
        open.forEach(totals::add);
        return totals;
    }

    /** {@return where listeners wait that found no descriptor} */
    public DescriptorShortage shortage() {
        return shortage;
    }

    /**
     * Says how long the end of an owner or family waits for calls and callbacks to come out; at first 5 seconds.
     *
     * @param bound the time for all of them together
     */
    public void closeBound(Duration bound) {
        closeBoundNanos = bound.toNanos();
    }

    /**
     * Says whom to tell when a socket or a family has come or gone.
     *
     * @param listener returns soon; may be called by any thread
     */
    public void onChange(Runnable listener) {
        onChange = listener;
    }

    /** {@return the loop that tells of readiness} */
    public EventLoop loop() {
        return loop;
    }

    /** Closes all sockets and batches, whosever they are; none can be made any more. */
    @Override
    public void close() {
        ended = true;
        closeAll(sockets());
        batches.forEach(BatchMemory::close);
    }

    boolean isOpen() {
        return !ended;
    }

    Cleaner cleaner() {
        return cleaner;
    }

    CallbackFailures failures() {
        return failures;
    }

    /** A connect was seen to end; 0 or an errno. */
    void connectEnded(int errno) {
        (errno == 0 ? connects : failedConnects).increment();
    }

    /** What batches have of the host, to be closed with the last of all owners. */
    Set<BatchMemory> batches() {
        return batches;
    }

    Families familyRegistry() {
        return families;
    }

    /** Gives a family's new socket its state and a handle; closes it if that can no longer be. */
    SocketHandle adopt(SocketScope scope, FamilyEntry entry, FamilySocket family, int domain, int type, int protocol)
            throws KernelSocketException {
        SocketState state = null;
        SocketHandle handle = null;
        try {
            state = new SocketState(scope, entry, family, ids.incrementAndGet(), domain, type, protocol);
            sockets.put(state.id(), state);
            if (!scope.take(state)) {
                throw new KernelSocketException("socket", Errno.ESHUTDOWN, "the owner has gone: " + scope);
            }
            if (!families.contains(entry)) {
                throw new KernelSocketException("socket", Errno.EAFNOSUPPORT, "family " + entry.name() + " has gone");
            }
            if (state.host() == null) {
                family.readiness(state.readiness());
            }
            onChange.run();
            handle = handle(state);
            return handle;
        } finally {
            if (handle == null) {
                // Nobody gets it who could close it; there may have been no memory for it.
                if (state == null) {
                    family.close();
                } else {
                    state.close(closeBoundNanos);
                }
            }
        }
    }

    private SocketHandle handle(SocketState state) {
        SocketHandle handle = new SocketHandle(state);
        state.cleanable(cleaner.register(handle, () -> closeForgotten(state)));
        return handle;
    }

    private void closeForgotten(SocketState state) {
        // Also run by the one who has closed it, to be taken off the cleaner's list.
        if (state.isOpen() || state.abandoned()) {
            forgotten.increment();
            state.markForgotten();
            LOG.warn("{} of {} was forgotten without close, and is closed now", state, state.scope());
            state.close(closeBoundNanos);
        }
    }

    void forget(SocketState state) {
        boolean removed;
        synchronized (past) {
            removed = sockets.remove(state.id()) != null;
            if (removed) {
                closed++;
                past.add(state);
            }
        }
        if (removed) {
            shortage.relieved();
            onChange.run();
        }
    }

    /** Closes several at once: all are told to end before the first is waited for, and the bound is for all of them. */
    void closeAll(List<SocketState> all) {
        List<SocketState> begun = all.stream().filter(SocketState::beginClose).toList();
        long bound = closeBoundNanos;
        long deadline = Deadline.after(bound);
        for (SocketState socket : begun) {
            try {
                // Who comes after one that took all the time still gets a look.
                socket.endClose(Math.max(LAST_LOOK_NANOS, Deadline.remaining(deadline, bound)));
            } catch (RuntimeException | Error e) {
                socket.abandon();
                LOG.error("{} failed to close; those behind it are closed all the same", socket, e);
            }
        }
    }
}
