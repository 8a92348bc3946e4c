// SPDX-License-Identifier: Apache-2.0
package connector.impl.session;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.ConnectorException;
import connector.api.ReplyConvention;
import connector.api.wire.NetlinkErrno;
import connector.impl.bus.Bus;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.PortListener;
import connector.impl.netlink.Received;
import connector.impl.netlink.Verdict;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** Asks users, from a port of its own, and matches the replies. */
final class Requester implements PortListener, AutoCloseable {

    /**
     * A request without its reply.
     *
     * @param blocking whether somebody waits in the call: then nothing but that depends on the future
     */
    private record Pending(CnMsg request, ReplyConvention convention, CompletableFuture<CnMsg> reply,
            boolean blocking) {
    }

    private final Bus bus;
    private final Identity identity;
    private final ConcurrentHashMap<Integer, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicInteger sequence = new AtomicInteger(ThreadLocalRandom.current().nextInt());
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private Port port;
    private boolean closed;

    Requester(Bus bus, Identity identity) {
        this.bus = bus;
        this.identity = identity;
    }

    CnMsg request(CbId id, byte[] data, Duration timeout) throws ConnectorException, InterruptedException {
        long nanos = nanos(timeout);
        Pending asked = ask(id, data, ReplyConvention.ACK_PLUS_ONE, true);
        try {
            return asked.reply().get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw timedOut(asked.request(), timeout);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConnectorException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            pending.remove(asked.request().seq(), asked);
        }
    }

    CompletableFuture<CnMsg> requestAsync(CbId id, byte[] data, Duration timeout, ReplyConvention convention) {
        long nanos = nanos(timeout);
        Pending asked = ask(id, data, convention, false);
        Runnable forgetTimer = bus.cancellable(() -> fail(asked, timedOut(asked.request(), timeout)),
                TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        return asked.reply().whenComplete((reply, failure) -> {
            pending.remove(asked.request().seq(), asked);
            forgetTimer.run();
        });
    }

    @Override
    public void readable(Port readable) {
        for (Received next = readable.receive(); next != null; next = readable.receive()) {
            if (next instanceof Datagram datagram) {
                datagram.frame().messages().forEach(this::replied);
            }
        }
    }

    @Override
    public void close() {
        Port opened;
        lock.lock();
        try {
            closed = true;
            opened = port;
        } finally {
            lock.unlock();
        }
        if (opened != null) {
            opened.close();
        }
        pending.values().forEach(asked -> fail(asked, canceled()));
    }

    private Pending ask(CbId id, byte[] data, ReplyConvention convention, boolean blocking) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(data, "data");
        CompletableFuture<CnMsg> reply = new CompletableFuture<>();
        Pending asked;
        do {
            CnMsg request = CnMsg.of(id, sequence.getAndIncrement(), ThreadLocalRandom.current().nextInt(), data);
            asked = new Pending(request, convention, reply, blocking);
        } while (pending.putIfAbsent(asked.request().seq(), asked) != null);
        Port from = opened();
        if (from == null) {
            fail(asked, canceled());
            return asked;
        }
        Verdict verdict = bus.receive(asked.request(), from, 0);
        if (verdict.errno() != 0) {
            fail(asked, new ConnectorException(verdict.errno(), "request to " + id + " failed: "
                    + NetlinkErrno.name(verdict.errno()) + ", " + verdict.text()));
        }
        return asked;
    }

    private void replied(CnMsg reply) {
        Pending asked = pending.get(reply.seq());
        if (asked == null || !asked.convention().matches(asked.request(), reply)
                || !pending.remove(reply.seq(), asked)) {
            bus.netlink().counters().lateReplies.increment();
            return;
        }
        finish(asked, () -> asked.reply().complete(reply));
    }

    private void fail(Pending asked, ConnectorException failure) {
        pending.remove(asked.request().seq(), asked);
        finish(asked, () -> asked.reply().completeExceptionally(failure));
    }

    private void finish(Pending asked, Runnable completion) {
        if (asked.blocking() || !bus.execute(completion)) {
            completion.run();
        }
    }

    private Port opened() {
        lock.lock();
        try {
            if (port == null && !closed && !bus.isClosing()) {
                port = bus.netlink().open(identity, PortLimits.DEFAULT, this);
                port.autobind();
            }
            return closed ? null : port;
        } finally {
            lock.unlock();
        }
    }

    private static long nanos(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a timeout of " + timeout + " is not more than 0");
        }
        return timeout.compareTo(Duration.ofDays(365)) > 0 ? Duration.ofDays(365).toNanos() : timeout.toNanos();
    }

    private static ConnectorException timedOut(CnMsg request, Duration timeout) {
        return new ConnectorException(NetlinkErrno.ETIMEDOUT, "request to " + request.id()
                + " failed: ETIMEDOUT, no reply within " + timeout.toMillis() + " ms");
    }

    private static ConnectorException canceled() {
        return new ConnectorException(NetlinkErrno.ECANCELED, "request failed: ECANCELED, the connector was released");
    }
}
