// SPDX-License-Identifier: Apache-2.0
package connector.impl.session;

import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.CnReceiver;
import connector.api.ConnectorException;
import connector.api.Loss;
import connector.api.NotifyEvent;
import connector.api.NotifyRequest;
import connector.api.wire.NetlinkErrno;
import connector.impl.bus.Bus;
import connector.impl.bus.Failures;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Overrun;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.PortListener;
import connector.impl.netlink.Received;
import connector.impl.netlink.Tapped;
import connector.impl.netlink.Verdict;
import connector.impl.notify.ControlMessages;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** A bundle's port: reads its queue on a drainer, and calls the bundle's receiver. */
final class PlatformPort implements CnPort, PortListener {

    /** Messages that are run before the drainer is given back. */
    private static final int TURN = 64;

    /** For extended subscriptions the group says only that it is not a cancelling. */
    private static final int ANY_GROUP = 1;

    private final Bus bus;
    private final Port port;
    private final CnReceiver receiver;
    private final Consumer<PlatformPort> forget;
    private final AtomicInteger sequence = new AtomicInteger();
    /**
     * Held while one comes or goes, here and at the connector: to the connector those that are equal are one, which is
     * asked for by the first of them, and cancelled by the last.
     */
    private final ReentrantLock changing = new ReentrantLock();
    private final List<PortSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Failures failures = new Failures();
    private final Runnable drain = this::drain;

    PlatformPort(Bus bus, Identity identity, CnReceiver receiver, Consumer<PlatformPort> forget) {
        this.bus = bus;
        this.receiver = receiver;
        this.forget = forget;
        this.port = bus.netlink().open(identity, PortLimits.DEFAULT, this);
    }

    int open(int portId, int receiveBufferBytes) {
        if (receiveBufferBytes != 0) {
            port.receiveBufferBytes(receiveBufferBytes);
        }
        return portId == 0 ? port.autobind() : port.bind(portId, 0);
    }

    @Override
    public int portId() {
        return port.portId();
    }

    @Override
    public int bind(int groups) {
        return port.bind(port.portId(), groups);
    }

    @Override
    public int addMembership(int group) {
        return port.addMembership(group);
    }

    @Override
    public int dropMembership(int group) {
        return port.dropMembership(group);
    }

    @Override
    public Set<Integer> memberships() {
        Set<Integer> groups = new TreeSet<>(Integer::compareUnsigned);
        for (int group : port.memberships()) {
            groups.add(group);
        }
        return groups;
    }

    @Override
    public int send(CnMsg msg) {
        Objects.requireNonNull(msg, "msg");
        return port.isClosed() ? NetlinkErrno.EBADF : bus.receive(msg, port, 0).errno();
    }

    @Override
    public int send(CnMsg msg, int portId, int group) {
        Objects.requireNonNull(msg, "msg");
        return portId == 0 && group == 0 ? send(msg) : port.submit(Frame.of(msg), portId, group).errno();
    }

    @Override
    public int send(List<CnMsg> msgs) {
        for (CnMsg msg : requireMessages(msgs)) {
            int errno = send(msg);
            if (errno != 0) {
                return errno;
            }
        }
        return 0;
    }

    /** Looks through all of them before the first is sent. */
    static List<CnMsg> requireMessages(List<CnMsg> msgs) {
        for (CnMsg msg : Objects.requireNonNull(msgs, "msgs")) {
            Objects.requireNonNull(msg, "msg");
        }
        return msgs;
    }

    @Override
    public Subscription subscribe(NotifyRequest request, Consumer<? super NotifyEvent> listener)
            throws ConnectorException {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(listener, "listener");
        return started(
                new PortSubscription(this, request, ANY_GROUP, listener, sequence.incrementAndGet()));
    }

    @Override
    public Subscription subscribe(NotifyRequest request, int group) throws ConnectorException {
        Objects.requireNonNull(request, "request");
        if (group == 0) {
            throw new ConnectorException(NetlinkErrno.EINVAL, "subscribing failed: EINVAL, there is no group 0");
        }
        return started(new PortSubscription(this, request, group, null, sequence.incrementAndGet()));
    }

    private Subscription started(PortSubscription subscription) throws ConnectorException {
        Verdict verdict;
        changing.lock();
        try {
            // Known before it is asked for, or the snapshot would find nobody.
            subscriptions.add(subscription);
            verdict = ask(subscription);
            if (verdict.errno() != 0) {
                subscriptions.remove(subscription);
            }
        } finally {
            changing.unlock();
        }
        if (verdict.errno() != 0) {
            throw new ConnectorException(verdict.errno(), "subscribing failed: "
                    + NetlinkErrno.name(verdict.errno()) + ", " + verdict.text());
        }
        return subscription;
    }

    /** Ends a subscription, unless another of this port is for the same ids: to the connector the two are one. */
    void end(PortSubscription subscription) {
        changing.lock();
        try {
            if (subscriptions.remove(subscription)
                    && subscriptions.stream().noneMatch(other -> other.isSameTo(subscription))) {
                bus.receive(ControlMessages.request(subscription.request(), 0, 0, subscription.isExtended()), port, 0);
            }
        } finally {
            changing.unlock();
        }
    }

    /** Asks for all extended ones once more: each begins again with a snapshot. */
    private void askAgain() {
        changing.lock();
        try {
            subscriptions.stream().filter(PortSubscription::isExtended).forEach(this::ask);
        } finally {
            changing.unlock();
        }
    }

    /** The lock is held. */
    private Verdict ask(PortSubscription subscription) {
        if (port.isClosed()) {
            return Verdict.of(NetlinkErrno.EBADF, "the port is closed");
        }
        return bus.receive(ControlMessages.request(subscription.request(), subscription.sequence(),
                subscription.group(), subscription.isExtended()), port, 0);
    }

    @Override
    public void close() {
        port.close();
        forget.accept(this);
    }

    @Override
    public void readable(Port readable) {
        bus.execute(drain);
    }

    @Override
    public String toString() {
        return port.toString();
    }

    private void drain() {
        boolean more = true;
        try {
            more = drainTurn();
        } finally {
            // Whatever was thrown: nobody else is going to look again.
            if (more) {
                drainAgain();
            }
        }
    }

    private void drainAgain() {
        boolean handedOn = false;
        try {
            bus.execute(drain);
            handedOn = true;
        } finally {
            if (!handedOn) {
                port.readableLater();
            }
        }
    }

    /** Receives for one turn; tells whether there may be more. */
    private boolean drainTurn() {
        for (int turn = TURN; turn > 0; turn--) {
            Received next = port.receive();
            switch (next) {
                case null -> {
                    return false;
                }
                case Overrun overrun -> overrun(overrun);
                case Datagram datagram -> received(datagram);
                case Tapped tapped -> {
                    // A bundle's port does not tap: a socket of its own does.
                }
            }
        }
        return true;
    }

    private void overrun(Overrun overrun) {
        for (Loss loss : overrun.losses()) {
            guarded(() -> receiver.overrun(loss));
            if (loss.group() == 0) {
                // Events may be among what was lost: begin again, with a new snapshot.
                askAgain();
            }
        }
    }

    private void received(Datagram datagram) {
        boolean fromConnector = datagram.source() == null && datagram.group() == 0;
        for (CnMsg msg : datagram.frame().messages()) {
            NotifyEvent event = fromConnector ? ControlMessages.event(msg) : null;
            if (event == null || subscriptions.stream().noneMatch(PortSubscription::isExtended)) {
                guarded(() -> receiver.received(msg, new Correspondent(this, port, datagram)));
            } else {
                for (PortSubscription subscription : subscriptions) {
                    guarded(() -> subscription.notice(event, msg.seq()));
                }
            }
        }
    }

    /** User code. */
    private interface Call {
        void call() throws Exception;
    }

    private void guarded(Call call) {
        if (port.isClosed()) {
            return;
        }
        try {
            call.call();
        } catch (Throwable t) {
            failures.log(port, t);
        }
    }
}
