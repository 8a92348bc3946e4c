// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

import connector.api.CbId;
import connector.api.NotifyEvent.Reason;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.NetlinkErrno;
import connector.impl.bus.MailboxCounters.Event;

/**
 * Who has which id, and who stands by for it. Decisions are made here, under one lock, and posted to the mailbox; its
 * owner applies them between two messages, as a {@link Change}.
 */
final class Registry {

    private final Drainers drainers;
    private final IdHistory history = new IdHistory();
    private final MailboxCounters counters = new MailboxCounters();
    /** What mailboxes delivered that are no more. */
    private final LongAdder deliveredBefore = new LongAdder();
    private final ConcurrentHashMap<CbId, Registration> registrations = new ConcurrentHashMap<>();

    /** Guards who has registered for what; nothing is called under it, and no mailbox is waited for. */
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closing;

    private volatile BusSettings settings;
    private volatile IdListener listener;
    private volatile Runnable observer = () -> { };

    Registry(Drainers drainers, BusSettings settings) {
        this.drainers = drainers;
        this.settings = settings;
    }

    /** The registration of an id; null if it has neither a user nor a mailbox that is held over. */
    Registration get(CbId id) {
        return registrations.get(id);
    }

    /** Who is told of changes; null for nobody, or nobody any more. */
    IdListener listener() {
        return isClosing() ? null : listener;
    }

    void listen(IdListener connector) {
        listener = connector;
    }

    void observe(Runnable changed) {
        observer = changed;
    }

    void changed() {
        observer.run();
    }

    BusSettings settings() {
        return settings;
    }

    void settings(BusSettings changed) {
        settings = changed;
        drainers.max(changed.maxDrainers());
    }

    /** Notes that a user has the id now, and says why it came. */
    Reason arrival(User user) {
        return history.arrival(user);
    }

    /** As {@link Bus#add}. */
    int add(User user, boolean exclusively) {
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
                    id -> new Registration(new Mailbox(id, user.options(), drainers, counters)));
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

    /** As {@link Bus#remove}. */
    void remove(User user, Reason reason) {
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

    /** A snapshot of the users, in the order of their ids. */
    UserDTO[] users() {
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

    /** Tells what became of all messages to users, those that have left as well. */
    void count(CountersDTO dto) {
        long queued = 0;
        dto.userDelivered = deliveredBefore.sum();
        for (Registration registration : registrations.values()) {
            dto.userDelivered += registration.mailbox().delivered();
            queued += registration.mailbox().queued();
        }
        dto.userDropped = counters.get(Event.DROPPED) + counters.get(Event.DROPPED_OLDEST)
                + counters.get(Event.WAITED_IN_VAIN);
        dto.userRefused = counters.get(Event.REFUSED);
        dto.userAbandoned = counters.get(Event.ABANDONED);
        dto.userInterrupted = counters.get(Event.INTERRUPTED);
        dto.received = dto.userDelivered + queued + dto.userAbandoned + counters.get(Event.DROPPED_OLDEST);
    }

    /** Nobody is added any more, nothing is announced, no mailbox takes anything. */
    void goDown() {
        lock.lock();
        try {
            closing = true;
            registrations.values().forEach(registration -> registration.mailbox().accepting(false));
        } finally {
            lock.unlock();
        }
    }

    boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sees to it that the right user drains, after one came or went. The lock is held; the change is queued under it,
     * so that changes are applied in the order in which they were decided, but applied after it.
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
        Change change = new Change(this, drainers, registration, best, heldOver ? Reason.SUSPENDED : departure);
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
     * Ends a mailbox that nobody wants. If a user came and left again since that was decided, its changes are still to
     * be applied and announced: the end is then left to the one that was posted after them.
     */
    private void shutIfUnused(Registration registration, Change decided) {
        lock.lock();
        try {
            if (!registration.isTaken() && !registration.isHeldOver() && registration.latest() == decided) {
                registration.mailbox().shut();
                registrations.remove(registration.mailbox().id(), registration);
                deliveredBefore.add(registration.mailbox().delivered());
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Registration> sorted() {
        return registrations.values().stream().sorted((a, b) -> a.mailbox().id().compareTo(b.mailbox().id())).toList();
    }
}
