// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.NotifyEvent.Reason;
import connector.api.Sender;
import connector.api.runtime.UserDTO;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Kernel;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.Verdict;

/**
 * The connector: who has which id, and the way of a message to it.
 */
public final class Bus implements Kernel, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
    private static final int SEIZURE_MS = 500;
    private static final Verdict UNKNOWN_ID = Verdict.of(NetlinkErrno.ENODEV, "nobody has that id");
    private static final Verdict FULL_DROPPED = Verdict.of(NetlinkErrno.ENOBUFS,
            "the user's mailbox is full, the message was dropped");
    private static final Verdict FULL_REFUSED = Verdict.of(NetlinkErrno.EAGAIN,
            "the user's mailbox is full, try again");
    private static final Verdict FORBIDDEN = Verdict.of(NetlinkErrno.EPERM, "this sender may not send to that id");
    private static final Verdict FALSE_LENGTH = new Verdict(NetlinkErrno.EINVAL,
            "nlmsg_len has no room for nlmsghdr and cn_msg, or is more than was sent", NlMsgHdr.LEN);
    private static final Verdict FALSE_DATA_LENGTH = new Verdict(NetlinkErrno.EINVAL,
            "cn_msg.len is more than nlmsg_len leaves", NlMsgHdr.SIZE + CnMsgHdr.DATA_LEN);
    private static final Verdict TOO_LONG = new Verdict(NetlinkErrno.EMSGSIZE,
            "cn_msg.len is more than " + CnMsg.MAX_DATA, NlMsgHdr.SIZE + CnMsgHdr.DATA_LEN);

    private final Netlink netlink;
    private final Counters counters;
    private final Drainers drainers;
    private final IdHistory history = new IdHistory();
    private final ConcurrentHashMap<CbId, Registration> registrations = new ConcurrentHashMap<>();

    /** Guards who has registered for what; nothing is called under it, and no mailbox is waited for. */
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closing;

    private volatile BusSettings settings;
    private volatile IdListener listener;
    private volatile Runnable observer = () -> { };

    /**
     * Makes a bus on a netlink, and attaches it there.
     *
     * @param netlink the ports
     * @param settings what can be configured
     */
    public Bus(Netlink netlink, BusSettings settings) {
        this.netlink = netlink;
        this.counters = netlink.counters();
        this.settings = settings;
        this.drainers = new Drainers(settings.maxDrainers());
        netlink.attach(this);
    }

    /**
     * Says who is {-1, -1}. To be called before the first user comes.
     *
     * @param connector told of each change
     */
    public void listen(IdListener connector) {
        listener = connector;
    }

    /**
     * Has something told that users came or went, or were refused.
     *
     * @param changed called often and on any thread; must return at once
     */
    public void observe(Runnable changed) {
        observer = changed;
    }

    /** Tells the observer: for those who keep account of what was refused. */
    public void changed() {
        observer.run();
    }

    /** {@return what is configured} */
    public BusSettings settings() {
        return settings;
    }

    /**
     * Changes what is configured.
     *
     * @param changed from now on
     */
    public void settings(BusSettings changed) {
        settings = changed;
        drainers.max(changed.maxDrainers());
    }

    /** {@return the ports} */
    public Netlink netlink() {
        return netlink;
    }

    /**
     * Registers a user. It is live when this returns, unless another has the id, for which it then stands by.
     *
     * @param user the user
     * @param exclusively whether it must be the only one
     * @return 0; EINVAL if the id is the connector's own, or taken and the user wants it exclusively; EAGAIN if the bus
     *         is going down
     */
    public int add(User user, boolean exclusively) {
        if (user.id().equals(CbId.CONNECTOR)) {
            return NetlinkErrno.EINVAL;
        }
        Registration registration;
        lock.lock();
        try {
            if (closing) {
                return NetlinkErrno.EAGAIN;
            }
            registration = registrations.computeIfAbsent(user.id(),
                    id -> new Registration(new Mailbox(id, user.options(), drainers)));
            if (exclusively && registration.isTaken()) {
                return NetlinkErrno.EINVAL;
            }
            registration.insert(user);
            choose(registration, null);
        } finally {
            lock.unlock();
        }
        registration.mailbox().applyPosted();
        changed();
        return 0;
    }

    /**
     * Takes a user away. When this returns no further call of its callback begins, and none is running, unless it is
     * this thread's, or one that has been given up after the configured bound. If the bus is going down it does not wait.
     *
     * @param user the user; one that is not there is left alone
     * @param reason why: WITHDRAWN or STOPPED
     */
    public void remove(User user, Reason reason) {
        Registration registration = registrations.get(user.id());
        if (registration == null) {
            return;
        }
        Change change;
        Mailbox mailbox = registration.mailbox();
        lock.lock();
        try {
            if (!registration.delete(user)) {
                return;
            }
            change = choose(registration, reason);
            if (change == null && mailbox.active() == user) {
                // It was to stand by already, but its call still runs: the change that waits for it is this one's too.
                change = registration.latest();
            }
        } finally {
            lock.unlock();
        }
        mailbox.applyPosted();
        changed();
        if (change != null && !change.isDone()) {
            change.boundBy(settings.departureBoundMs());
            if (!mailbox.isRunningHere()) {
                change.await(settings.departureBoundMs());
            }
        }
    }

    /**
     * Multicasts or unicasts messages as one datagram: cn_netlink_send_mult.
     *
     * @param msgs the messages, at least one
     * @param portId destination port, or with a group the port to be left out; u32
     * @param group destination group, u32; both 0 for the group of the first message's user
     * @param filter asked with each member's port id; null for all
     * @return 0 or an errno
     */
    public int send(List<CnMsg> msgs, int portId, int group, IntPredicate filter) {
        if (msgs.isEmpty()) {
            return NetlinkErrno.EINVAL;
        }
        int destination = group;
        if (portId == 0 && group == 0) {
            CbId id = msgs.getFirst().id();
            if (!isKnown(id)) {
                return NetlinkErrno.ENODEV;
            }
            destination = id.idx();
        }
        long length = -CnMsgHdr.SIZE;
        for (CnMsg msg : msgs) {
            length += CnMsgHdr.SIZE + msg.length();
        }
        if (length > CnMsg.MAX_DATA) {
            return NetlinkErrno.EMSGSIZE;
        }
        if (destination == 0 && portId != 0) {
            return netlink.unicast(frame(msgs), null, portId);
        }
        if (!netlink.hasListeners(destination)) {
            counters.noListener.increment();
            return NetlinkErrno.ESRCH;
        }
        return netlink.multicast(frame(msgs), null, portId, destination, filter);
    }

    /**
     * Takes a message that was not encoded, from a port of this platform.
     *
     * @param msg the message
     * @param from the port
     * @param group the group it was sent to as well, 0 for none
     * @return what became of it
     */
    public Verdict receive(CnMsg msg, Port from, int group) {
        from.countSent();
        return receiveDecoded(msg, from, group);
    }

    private Verdict receiveDecoded(CnMsg msg, Port from, int group) {
        CbId id = msg.id();
        if (!netlink.policy().maySend(from.identity(), id.idx(), id.val())) {
            counters.forbidden.increment();
            return FORBIDDEN;
        }
        if (id.equals(CbId.CONNECTOR)) {
            return listener.request(msg, 0, from);
        }
        return deliver(registrations.get(id), msg, from.sender(group), true);
    }

    @Override
    public Verdict receive(Frame frame, Port from, int group) {
        CnMsg decoded = frame.firstDecoded();
        if (decoded != null) {
            return receiveDecoded(decoded, from, group);
        }
        ByteBuffer bytes = frame.buffer();
        long length = Integer.toUnsignedLong(NlMsgHdr.length(bytes, 0));
        if (length < NlMsgHdr.SIZE + CnMsgHdr.SIZE || length > frame.length()) {
            counters.malformed.increment();
            return FALSE_LENGTH;
        }
        int idx = CnMsgHdr.idx(bytes, NlMsgHdr.SIZE);
        int val = CnMsgHdr.val(bytes, NlMsgHdr.SIZE);
        if (!netlink.policy().maySend(from.identity(), idx, val)) {
            counters.forbidden.increment();
            return FORBIDDEN;
        }
        int dataLength = CnMsgHdr.dataLength(bytes, NlMsgHdr.SIZE);
        if (dataLength > length - NlMsgHdr.SIZE - CnMsgHdr.SIZE) {
            counters.malformed.increment();
            return FALSE_DATA_LENGTH;
        }
        if (dataLength > CnMsg.MAX_DATA) {
            counters.oversize.increment();
            return TOO_LONG;
        }
        byte[] data = new byte[dataLength];
        bytes.get(NlMsgHdr.SIZE + CnMsgHdr.SIZE, data);
        CnMsg msg = CnMsg.wrap(new CbId(idx, val), CnMsgHdr.seq(bytes, NlMsgHdr.SIZE),
                CnMsgHdr.ack(bytes, NlMsgHdr.SIZE), CnMsgHdr.flags(bytes, NlMsgHdr.SIZE), data);
        if (msg.id().equals(CbId.CONNECTOR)) {
            return listener.request(msg, frame.flags(), from);
        }
        // A sender outside has no thread here that could wait: the gate's serves other clients too.
        return deliver(registrations.get(msg.id()), msg, from.sender(group), from.identity().inPlatform());
    }

    @Override
    public void closed(Port port) {
        IdListener connector = listener;
        if (connector != null) {
            connector.closed(port);
        }
    }

    /** {@return a snapshot of the users, in the order of their ids} */
    public UserDTO[] users() {
        List<UserDTO> all = new ArrayList<>();
        for (Registration registration : sorted()) {
            lock.lock();
            try {
                UserListing.add(registration, settings.stuckMs(), all);
            } finally {
                lock.unlock();
            }
        }
        return all.toArray(UserDTO[]::new);
    }

    /** {@return how many threads run callbacks beside senders} */
    public int drainers() {
        return drainers.threads();
    }

    /** {@return how many of those are held up} */
    public int heldUpDrainers() {
        return drainers.heldUp();
    }

    /** Begins to go down: nobody is added any more, nothing is announced, messages are ENODEV. */
    public void goDown() {
        lock.lock();
        try {
            closing = true;
            registrations.values().forEach(registration -> registration.mailbox().accepting(false));
        } finally {
            lock.unlock();
        }
    }

    /** Ends: {@link #goDown}, then ports are closed. What runs is not waited for. */
    @Override
    public void close() {
        goDown();
        netlink.close();
        drainers.close();
    }

    /** {@return whether it is going down} */
    public boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has a task run on a drainer.
     *
     * @param task the task; it may run user code
     * @return false if the bus has ended
     */
    public boolean execute(Runnable task) {
        return drainers.execute(task);
    }

    /**
     * Has a task run later, on the timer.
     *
     * @param task the task; short, and without user code
     * @param delayMs milliseconds
     * @return what takes it back
     */
    public Runnable cancellable(Runnable task, long delayMs) {
        return drainers.cancellable(task, delayMs);
    }

    private boolean isKnown(CbId id) {
        Registration registration = registrations.get(id);
        return id.equals(CbId.CONNECTOR) || (registration != null && registration.mailbox().isAccepting());
    }

    private Verdict deliver(Registration registration, CnMsg msg, Sender sender, boolean mayWait) {
        int errno = registration == null ? NetlinkErrno.ENODEV : registration.mailbox().deliver(msg, sender, mayWait);
        return switch (errno) {
            case 0 -> {
                counters.received.increment();
                yield Verdict.OK;
            }
            case NetlinkErrno.ENODEV -> {
                counters.unknownId.increment();
                yield UNKNOWN_ID;
            }
            case NetlinkErrno.EAGAIN -> FULL_REFUSED;
            default -> FULL_DROPPED;
        };
    }

    /**
     * Sees to it that the right user drains, after one came or went. The lock is held; the change is queued under it, so
     * that changes are applied in the order in which they were decided, but applied after it.
     */
    private Change choose(Registration registration, Reason departure) {
        User best = registration.best();
        Mailbox mailbox = registration.mailbox();
        User chosen = registration.chosen();
        if (best == chosen) {
            return null;
        }
        registration.choose(best);
        boolean heldOver = best == null && chosen.options().holdoverMs() > 0 && !closing;
        if (heldOver) {
            registration.holdOver(chosen);
        } else {
            registration.endHoldover();
        }
        mailbox.accepting((best != null || heldOver) && !closing);
        Change change = new Change(registration, best, heldOver ? Reason.SUSPENDED : departure);
        registration.latest(change);
        mailbox.post(change);
        if (heldOver) {
            long hold = registration.holdNumber();
            drainers.schedule(() -> expire(registration, hold), chosen.options().holdoverMs());
        } else if (best == null) {
            mailbox.post(() -> shutIfUnused(registration, change));
        }
        return change;
    }

    private void expire(Registration registration, long hold) {
        lock.lock();
        try {
            if (!registration.isHeldOver() || registration.holdNumber() != hold) {
                return;
            }
            registration.endHoldover();
            registration.mailbox().accepting(false);
            Change latest = registration.latest();
            registration.mailbox().post(() -> shutIfUnused(registration, latest));
        } finally {
            lock.unlock();
        }
        registration.mailbox().applyPosted();
    }

    /**
     * Ends a mailbox that nobody wants. If a user came and left again since that was decided, its changes are still to be
     * applied and announced: the end is then left to the one that was posted after them.
     */
    private void shutIfUnused(Registration registration, Change decided) {
        lock.lock();
        try {
            if (!registration.isTaken() && !registration.isHeldOver() && registration.latest() == decided) {
                registration.mailbox().shut();
                registrations.remove(registration.mailbox().id(), registration);
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Registration> sorted() {
        Collection<Registration> all = registrations.values();
        return all.stream().sorted((a, b) -> a.mailbox().id().compareTo(b.mailbox().id())).toList();
    }

    private static Frame frame(List<CnMsg> msgs) {
        return msgs.size() == 1 ? Frame.of(msgs.getFirst()) : Frame.of(msgs);
    }

    /** Another user for a mailbox, or none; applied by the mailbox' owner. */
    final class Change implements Runnable {

        private final Registration registration;
        private final User next;
        private final Reason departure;
        private final CountDownLatch done = new CountDownLatch(1);

        Change(Registration registration, User next, Reason departure) {
            this.registration = registration;
            this.next = next;
            this.departure = departure;
        }

        @Override
        public void run() {
            Mailbox mailbox = registration.mailbox();
            User before = mailbox.active();
            try {
                if (before == next) {
                    return;
                }
                if (before != null) {
                    mailbox.active(null);
                    if (before.options().inline()) {
                        mailbox.awaitInline(settings.departureBoundMs());
                    }
                }
                Reason arrival = next == null ? null : history.arrival(next);
                log(before, arrival);
                if (next != null) {
                    if (before == null) {
                        announce(() -> listener.registered(next, arrival));
                    } else {
                        announce(() -> listener.changed(next, arrival));
                    }
                    mailbox.active(next);
                } else {
                    announce(() -> listener.unregistered(before, departure));
                }
            } finally {
                done.countDown();
            }
        }

        boolean isDone() {
            return done.getCount() == 0;
        }

        /** Takes the mailbox away from a callback that has not returned by then. */
        void boundBy(long boundMs) {
            drainers.schedule(() -> {
                if (!isDone()) {
                    registration.mailbox().seize();
                }
            }, boundMs);
        }

        void await(long boundMs) {
            try {
                // A little more than the bound, for the seizure that comes at it.
                if (!done.await(boundMs + SEIZURE_MS, TimeUnit.MILLISECONDS)) {
                    LOG.warn("The change of user of {} is late; it takes place when its mailbox is let go",
                            registration.mailbox().id());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void announce(Runnable event) {
            if (listener != null && !isClosing()) {
                event.run();
            }
        }

        private void log(User before, Reason arrival) {
            if (before == null) {
                LOG.info("{} is registered ({})", next, arrival);
            } else if (next == null) {
                LOG.info("{} is unregistered ({})", before, departure);
            } else {
                LOG.info("{} takes over from {} ({})", next, before, arrival);
            }
        }
    }
}
