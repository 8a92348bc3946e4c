// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.NotifyEvent.Kind;
import connector.api.NotifyEvent.Reason;
import connector.api.NotifyRequest;
import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.SubscriptionDTO;
import connector.api.wire.CnCtlMsg;
import connector.api.wire.CnEvent;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.bus.IdListener;
import connector.impl.bus.Origin;
import connector.impl.bus.PresentUsers;
import connector.impl.bus.User;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.Tapping;
import connector.impl.netlink.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Knows which ids are there, and tells those who asked of every change. */
public final class Notifications implements IdListener {

    private static final int ACK_REGISTERED = 0;
    private static final int ACK_UNREGISTERED = 1;
    private static final int DATA_OFFSET = NlMsgHdr.SIZE + CnMsgHdr.SIZE;
    private static final Verdict FORBIDDEN = Verdict.of(NetlinkErrno.EPERM, "only root and the platform's own user may "
            + "ask who is there, for notifications and for statistics, and whom a rule of connector.policy with "
            + "allow.notify names");
    private static final Verdict TOO_MANY =
            Verdict.of(NetlinkErrno.ENOSPC, "this port or its user has as many subscriptions as it may; cancel one");
    private static final Verdict NO_SUCH =
            Verdict.of(NetlinkErrno.ENOENT, "this port has no subscription for these ranges");

    private static final Verdict NO_STATISTICS = Verdict.of(NetlinkErrno.EOPNOTSUPP,
            "statistics are given by a dump (NLM_F_DUMP, no data), once the platform has started");

    private final Netlink netlink;
    private volatile Supplier<ConnectorDTO> snapshots;
    private volatile Matcher matcher = Matcher.DOCUMENTED;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final PresentUsers present = new PresentUsers();
    private final ArrayList<Subscription> subscriptions = new ArrayList<>();
    private long epoch;

    /**
     * Makes it, without any id.
     *
     * @param netlink by which events are sent
     */
    public Notifications(Netlink netlink) {
        this.netlink = netlink;
    }

    /**
     * Changes the rule for legacy subscriptions.
     *
     * @param rule from the next event on
     */
    public void matcher(Matcher rule) {
        matcher = rule;
    }

    /** {@return the rule for legacy subscriptions} */
    public Matcher matcher() {
        return matcher;
    }

    @Override
    public void registered(User user, Reason reason) {
        tell(null, user, Kind.REGISTERED, reason);
    }

    @Override
    public void unregistered(User user, Reason reason) {
        tell(user, user, Kind.UNREGISTERED, reason);
    }

    @Override
    public void changed(User before, User user, Reason reason) {
        tell(before, user, Kind.CHANGED, reason);
    }

    @Override
    public void expired(User user, int abandoned) {
        tell(null, user, Kind.EXPIRED, Reason.NONE);
    }

    @Override
    public Verdict request(CnMsg msg, int nlmsgFlags, Port from, Tapping tapping) {
        if (!netlink.policy().mayNotify(from.identity())) {
            netlink.counters().forbidden.increment();
            return FORBIDDEN;
        }
        boolean dump = (nlmsgFlags & NlMsgHdr.NLM_F_DUMP) == NlMsgHdr.NLM_F_DUMP;
        if ((msg.flags() & CnMsgHdr.CN_STATISTICS) != 0) {
            // They tell of everything, and so are asked about as the connector's own id.
            if (!netlink.policy().mayBeTold(from.identity(), CbId.CONNECTOR.idx(), CbId.CONNECTOR.val())) {
                netlink.counters().forbidden.increment();
                return FORBIDDEN;
            }
            return dump && msg.length() == 0 ? statistics(msg, from, tapping) : NO_STATISTICS;
        }
        if (dump && msg.length() == 0) {
            dump(msg, NotifyRequest.ALL, from, tapping);
            return Verdict.OK;
        }
        ByteBuffer data = NlMsgHdr.buffer(msg.toByteArray());
        int wrong = CnCtlMsg.wrongField(data, 0, msg.length());
        if (wrong >= 0) {
            netlink.counters().badNotifyRequests.increment();
            return new Verdict(NetlinkErrno.EINVAL,
                    "cn_ctl_msg: the counts, len and cn_msg.len do not agree", DATA_OFFSET + wrong);
        }
        NotifyRequest request = ControlMessages.ranges(data);
        if (dump) {
            dump(msg, request, from, tapping);
            return Verdict.OK;
        }
        boolean extended = (msg.flags() & CnMsg.FLAG_EXTENDED) != 0;
        int group = data.getInt(CnCtlMsg.GROUP);
        return group == 0 ? cancel(request, extended, from) : subscribe(msg, request, extended, group, from, tapping);
    }

    @Override
    public void closed(Port port) {
        lock.lock();
        try {
            remove(subscription -> subscription.port() == port);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says what statistics are made of.
     *
     * @param source gives a snapshot of everything; null from now on for none
     */
    public void statistics(Supplier<ConnectorDTO> source) {
        snapshots = source;
    }

    private Verdict statistics(CnMsg request, Port from, Tapping tapping) {
        Supplier<ConnectorDTO> source = snapshots;
        if (source == null) {
            return NO_STATISTICS;
        }
        Statistics statistics = new Statistics(source.get(), System.nanoTime(), request);
        int errno = from.dumpQuietly(statistics.frames(), statistics.count(), statistics.bytes());
        if (errno == 0) {
            taken(tapping);
        }
        from.wakeReader();
        return errno == 0 ? Verdict.OK : Verdict.of(errno, "this port's receive queue, or its user, "
                + "has no room for as much: read what there is, ask again");
    }

    /** {@return how many changes there have been} */
    public long epoch() {
        lock.lock();
        try {
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    /** {@return a snapshot of the subscriptions, in the order in which they were made} */
    public SubscriptionDTO[] subscriptions() {
        lock.lock();
        try {
            return subscriptions.stream().map(Subscription::toDTO).toArray(SubscriptionDTO[]::new);
        } finally {
            lock.unlock();
        }
    }

    private Verdict subscribe(CnMsg msg, NotifyRequest request, boolean extended, int group, Port from,
            Tapping tapping) {
        List<Port> woken = new ArrayList<>();
        lock.lock();
        try {
            if (from.isClosed()) {
                return Verdict.of(NetlinkErrno.EBADF, "the port is closed");
            }
            // What takes memory comes first: what is counted is there.
            Subscription subscription = new Subscription(from, request, extended, group);
            subscriptions.ensureCapacity(subscriptions.size() + 1);
            if (!replaces(request, extended, from) && !hasOneMore(from)) {
                netlink.counters().tooManySubscriptions.increment();
                return TOO_MANY;
            }
            subscriptions.add(subscription);
            if (extended) {
                snapshot(msg, request, from, woken);
            }
        } finally {
            lock.unlock();
        }
        taken(tapping);
        woken.forEach(Port::wakeReader);
        return Verdict.OK;
    }

    /**
     * Whether a port had the same subscription, which is gone then, and what was counted for it is the next one's: who
     * replaces has no more than before, whatever else its user was granted by another gate. The lock is held.
     */
    private boolean replaces(NotifyRequest request, boolean extended, Port from) {
        return subscriptions.removeIf(subscription -> subscription.isFor(from, request, extended));
    }

    /** Whether a port may have one more, which is counted then. The lock is held. */
    private boolean hasOneMore(Port from) {
        long has = subscriptions.stream().filter(subscription -> subscription.port() == from).count();
        return has < from.limits().maxSubscriptions() && from.account().takeSubscription();
    }

    private static void taken(Tapping tapping) {
        if (tapping != null) {
            tapping.taken();
        }
    }

    private Verdict cancel(NotifyRequest request, boolean extended, Port from) {
        lock.lock();
        try {
            return remove(subscription -> subscription.isFor(from, request, extended))
                    ? Verdict.OK : NO_SUCH;
        } finally {
            lock.unlock();
        }
    }

    /** The lock is held. */
    private boolean remove(Predicate<Subscription> which) {
        return subscriptions.removeIf(subscription -> {
            boolean removed = which.test(subscription);
            if (removed) {
                subscription.port().account().giveSubscription();
            }
            return removed;
        });
    }

    private void dump(CnMsg msg, NotifyRequest request, Port from, Tapping tapping) {
        List<Port> woken = new ArrayList<>();
        lock.lock();
        try {
            snapshot(msg, request, from, woken);
        } finally {
            lock.unlock();
        }
        taken(tapping);
        woken.forEach(Port::wakeReader);
    }

    /**
     * The lock is held. The users are noted now; they are put in the order of their ids, and their events are made,
     * when the reader comes to them.
     */
    private void snapshot(CnMsg asked, NotifyRequest request, Port from, List<Port> woken) {
        KnownUser[] users = present.matching(user -> request.matches(user.id()) && mayBeTold(from, user))
                .stream().map(KnownUser::new).toArray(KnownUser[]::new);
        long at = epoch;
        int seq = asked.seq();
        int ack = asked.ack() + 1;
        Frame end = Frame.of(CnMsg.wrap(CbId.CONNECTOR, seq, ack, CnMsg.FLAG_EXTENDED,
                CnEvent.data(Kind.SNAPSHOT_END.code(), Reason.NONE.code(), at, 0, null, null, null, -1)));
        Snapshot events = new Snapshot(
                users, user -> extended(user, Kind.PRESENT, Reason.NONE, at, seq, ack), end);
        from.dumpQuietly(events, users.length + 1, Arrays.stream(users).mapToLong(KnownUser::bytes).sum());
        woken.add(from);
    }

    private void tell(User gone, User user, Kind kind, Reason reason) {
        List<Port> woken = new ArrayList<>();
        lock.lock();
        try {
            epoch++;
            if (gone != null) {
                present.remove(gone);
            }
            if (kind == Kind.REGISTERED || kind == Kind.CHANGED) {
                present.add(user);
            }
            if (!subscriptions.isEmpty()) {
                emit(user, kind, reason, woken);
            }
        } finally {
            lock.unlock();
        }
        woken.forEach(Port::wakeReader);
        netlink.taps().wake();
    }

    /** The lock is held. Newest subscription first, as in Linux; each group and each port once. */
    private void emit(User user, Kind kind, Reason reason, List<Port> woken) {
        int ack = kind == Kind.UNREGISTERED || kind == Kind.EXPIRED ? ACK_UNREGISTERED : ACK_REGISTERED;
        Set<Integer> groups = new HashSet<>();
        Set<Port> ports = new HashSet<>();
        Frame legacy = null;
        Frame extended = null;
        for (Subscription subscription : subscriptions.reversed()) {
            Matcher rule = subscription.isExtended() ? Matcher.DOCUMENTED : matcher;
            if (!rule.matches(subscription.request(), user.id()) || !mayBeTold(subscription.port(), user)) {
                continue;
            }
            if (subscription.isExtended()) {
                if (ports.add(subscription.port())) {
                    extended = extended == null ? extended(new KnownUser(user), kind, reason, epoch, 0, ack) : extended;
                    subscription.port().deliverQuietly(extended);
                    woken.add(subscription.port());
                }
                subscription.counted();
            } else if (kind == Kind.REGISTERED || kind == Kind.UNREGISTERED) {
                if (groups.add(subscription.group())) {
                    legacy = legacy == null ? Frame.of(CnMsg.of(user.id(), 0, ack)) : legacy;
                    netlink.multicastQuietly(legacy, subscription.group(), woken);
                }
                subscription.counted();
            }
        }
    }

    private boolean mayBeTold(Port port, User user) {
        return netlink.policy().mayBeTold(port.identity(), user.id().idx(), user.id().val());
    }

    private static Frame extended(KnownUser user, Kind kind, Reason reason, long at, int seq, int ack) {
        Origin origin = user.origin();
        return Frame.of(CnMsg.wrap(user.id(), seq, ack, CnMsg.FLAG_EXTENDED, CnEvent.data(kind.code(), reason.code(),
                at, user.generation(), user.name(), Statistics.cut(origin.bundle()), Statistics.cut(origin.version()),
                origin.bundleId())));
    }
}
