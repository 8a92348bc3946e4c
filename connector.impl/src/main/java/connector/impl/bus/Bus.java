// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.NotifyEvent.Reason;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Kernel;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.Route;
import connector.impl.netlink.Tapping;
import connector.impl.netlink.Taps;
import connector.impl.netlink.Verdict;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * The connector: the way of a message to the user that has its id, and from a user to ports.
 */
public final class Bus implements Kernel, AutoCloseable {

    private static final Verdict UNKNOWN_ID = Verdict.of(NetlinkErrno.ENODEV, "nobody has that id");
    private static final Verdict FULL_DROPPED = Verdict.of(NetlinkErrno.ENOBUFS,
            "the user's mailbox is full, the message was dropped");
    private static final Verdict FULL_REFUSED = Verdict.of(NetlinkErrno.EAGAIN,
            "the user's mailbox is full, try again");
    static final Verdict FORBIDDEN = Verdict.of(NetlinkErrno.EPERM, "this sender may not send to that id");

    private final Netlink netlink;
    private final Taps taps;
    private final Counters counters;
    private final Drainers drainers;
    private final Registry registry;

    private volatile IdListener listener;

    /**
     * Makes a bus on a netlink, and attaches it there.
     *
     * @param netlink the ports
     * @param settings what can be configured
     */
    public Bus(Netlink netlink, BusSettings settings) {
        this.netlink = netlink;
        this.taps = netlink.taps();
        this.counters = netlink.counters();
        this.drainers = new Drainers(settings.maxDrainers());
        this.registry = new Registry(drainers, settings, taps);
        drainers.search(registry::drainLeft, netlink::wakeLeft);
        netlink.attach(this);
    }

    /**
     * Says who is {-1, -1}. To be called before the first user comes.
     *
     * @param connector told of each change
     */
    public void listen(IdListener connector) {
        listener = connector;
        registry.listen(connector);
    }

    /**
     * Has something told that users came or went, or were refused.
     *
     * @param changed called often and on any thread; must return at once
     */
    public void observe(Runnable changed) {
        registry.observe(changed);
    }

    /** Tells the observer: for those who keep account of what was refused. */
    public void changed() {
        registry.changed();
    }

    /** {@return what is configured} */
    public BusSettings settings() {
        return registry.settings();
    }

    /**
     * Changes what is configured.
     *
     * @param changed from now on
     */
    public void settings(BusSettings changed) {
        registry.settings(changed);
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
        return registry.add(user, exclusively);
    }

    /**
     * Finds a user.
     *
     * @param id its id
     * @param which tells whether it is the one, and calls nothing
     * @return the user, which has the id or stands by for it; null if there is none
     */
    public User find(CbId id, Predicate<User> which) {
        return registry.find(id, which);
    }

    /**
     * Takes a user away. When this returns no further call of its callback begins, and none is running, unless it is
     * this thread's, or one that has been given up after the configured bound. If the bus is going down it does not
     * wait.
     *
     * @param user the user; one that is not there is left alone
     * @param reason why: WITHDRAWN or STOPPED
     */
    public void remove(User user, Reason reason) {
        registry.remove(user, reason);
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
                if (taps.areOn()) {
                    taps.toNobody(frame(msgs)).refused(NetlinkErrno.ENODEV);
                }
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
        if (!netlink.hasListeners(destination) && !taps.areOn()) {
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
        return taps.areOn() ? receiveTapped(Frame.of(msg), from, group) : receiveDecoded(msg, from, group, null);
    }

    private Verdict receiveTapped(Frame frame, Port from, int group) {
        Tapping tapping = taps.toConnector(frame, from, group);
        Verdict verdict = receive(frame, from, group, tapping);
        if (verdict.errno() == 0) {
            // To {-1, -1}: of what users take it has been told before they did.
            tapping.taken();
        } else if (group == 0 || verdict.errno() != NetlinkErrno.ENODEV) {
            // A group's message need not be for a user as well, and of the group it has been told.
            tapping.refused(verdict);
        }
        return verdict;
    }

    private Verdict receiveDecoded(CnMsg msg, Port from, int group, Tapping tapping) {
        CbId id = msg.id();
        if (id.equals(CbId.CONNECTOR)) {
            return request(msg, 0, from, tapping);
        }
        if (!maySend(from, id.idx(), id.val())) {
            return FORBIDDEN;
        }
        Mailbox mailbox = mailbox(id);
        return verdict(mailbox == null
                ? NetlinkErrno.ENODEV : mailbox.deliver(msg, from.sender(group), true, tapping));
    }

    @Override
    public Verdict receive(Frame frame, Port from, int group) {
        return taps.areOn() ? receiveTapped(frame, from, group) : receive(frame, from, group, null);
    }

    /** The last one is told once it is known what becomes of it; null where nobody taps. */
    private Verdict receive(Frame frame, Port from, int group, Tapping tapping) {
        CnMsg decoded = frame.firstDecoded();
        if (decoded != null) {
            return receiveDecoded(decoded, from, group, tapping);
        }
        return BusRoute.ofOne(this, from, group, tapping).receive(frame.buffer(), 0, frame.length());
    }

    @Override
    public Route route(Port from) {
        return BusRoute.ofMany(this, from);
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
        return registry.users();
    }

    /**
     * Tells what became of messages to users.
     *
     * @param dto where to
     */
    public void count(CountersDTO dto) {
        registry.count(dto);
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
        registry.goDown();
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
        return registry.isClosing();
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

    // What follows is for the ways of messages as well.

    Counters counters() {
        return counters;
    }

    /** Whether a port may send to an id; it is counted if not. */
    boolean maySend(Port from, int idx, int val) {
        boolean permitted = netlink.policy().maySend(from.identity(), idx, val);
        if (!permitted) {
            counters.forbidden.increment();
        }
        return permitted;
    }

    /** Has a request that was sent to {-1, -1} answered. */
    Verdict request(CnMsg msg, int flags, Port from, Tapping tapping) {
        return listener.request(msg, flags, from, tapping);
    }

    /** The mailbox of an id; null if it has none. */
    Mailbox mailbox(CbId id) {
        return registry.mailbox(id);
    }

    /** What to tell of what became of a delivery. */
    Verdict verdict(int errno) {
        return switch (errno) {
            case 0 -> Verdict.OK;
            case NetlinkErrno.ENODEV -> {
                counters.unknownId.increment();
                yield UNKNOWN_ID;
            }
            case NetlinkErrno.EAGAIN -> FULL_REFUSED;
            default -> FULL_DROPPED;
        };
    }

    private boolean isKnown(CbId id) {
        Mailbox mailbox = mailbox(id);
        return id.equals(CbId.CONNECTOR) || (mailbox != null && mailbox.isAccepting());
    }

    private static Frame frame(List<CnMsg> msgs) {
        return msgs.size() == 1 ? Frame.of(msgs.getFirst()) : Frame.of(msgs);
    }
}
