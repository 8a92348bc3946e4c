// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CbId;
import connector.api.NotifyEvent.Reason;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.NetlinkErrno;
import connector.impl.bus.MailboxCounters.Event;
import connector.impl.netlink.Taps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who has which id, and who stands by for it. Decisions are made here, under one lock, and posted to the mailbox; its
 * owner applies them between two messages, as a {@link Change}.
 */
final class Registry {

    private final Drainers drainers;
    private final MailboxCounters counters;
    /** What mailboxes delivered that are no more. */
    private final LongAdder deliveredBefore = new LongAdder();
    /** Vacant ones too: who leaves and comes again finds its place, and the table is not written to. */
    private final RegistrationTable registrations = new RegistrationTable();

    /** Guards who has registered for what; nothing is called under it, and no mailbox is waited for. */
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private final Vacancies vacancies = new Vacancies();

    /** Written under the lock. */
    private volatile boolean closing;
    private volatile BusSettings settings;
    private volatile IdListener listener;
    private volatile Runnable observer = () -> { };

    Registry(Drainers drainers, BusSettings settings, Taps taps) {
        counters = new MailboxCounters(taps);
        this.drainers = drainers;
        this.settings = settings;
    }

    /** Sees to what somebody left behind in a mailbox who had no stack, or no memory, to do it. */
    void drainLeft() {
        mailboxes().forEach(Mailbox::drainLeft);
    }

    /** The mailbox of an id; null if it has neither a user nor a mailbox that is held over. */
    Mailbox mailbox(CbId id) {
        Registration registration = registrations.get(id);
        return registration == null ? null : registration.mailbox();
    }

    /** Who is told of changes; null for nobody, or nobody any more. */
    IdListener listener() {
        return closing ? null : listener;
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

    /** Notes that a user has an id now, and says why it came. */
    Reason arrival(Registration registration, User user) {
        lock.lock();
        try {
            return registration.arrival(user);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link Bus#add}. */
    int add(User user, boolean exclusively) {
        if (user.id().equals(CbId.CONNECTOR)) {
            return NetlinkErrno.EINVAL;
        }
        Mailbox mailbox;
        lock.lock();
        try {
            if (closing) {
                return NetlinkErrno.EAGAIN;
            }
            Registration registration = occupied(user);
            if (exclusively && registration.isTaken()) {
                return NetlinkErrno.EINVAL;
            }
            mailbox = registration.mailbox();
            registration.insert(user);
            choose(registration, null);
        } finally {
            lock.unlock();
        }
        mailbox.applyPosted();
        changed();
        return 0;
    }

    /** As {@link Bus#find}. */
    User find(CbId id, Predicate<User> which) {
        Registration registration = registrations.get(id);
        if (registration != null) {
            lock.lock();
            try {
                for (User user : registration.users()) {
                    if (which.test(user)) {
                        return user;
                    }
                }
            } finally {
                lock.unlock();
            }
        }
        return null;
    }

    /** As {@link Bus#remove}. */
    void remove(User user, Reason reason) {
        Registration registration = registrations.get(user.id());
        if (registration == null) {
            return;
        }
        Change change;
        Mailbox mailbox;
        lock.lock();
        try {
            if (!registration.delete(user)) {
                return;
            }
            mailbox = registration.mailbox();
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
        if (change != null && !change.isDone() && !closing) {
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
        for (Mailbox mailbox : mailboxes().toList()) {
            dto.userDelivered += mailbox.delivered();
            queued += mailbox.queued();
        }
        dto.userDropped = counters.get(Event.DROPPED) + counters.get(Event.DROPPED_OLDEST)
                + counters.get(Event.WAITED_IN_VAIN);
        dto.userRefused = counters.get(Event.REFUSED);
        dto.userAbandoned = counters.get(Event.ABANDONED);
        dto.userExpired = counters.get(Event.EXPIRED);
        dto.userInterrupted = counters.get(Event.INTERRUPTED);
        dto.received = dto.userDelivered + queued + dto.userAbandoned + counters.get(Event.DROPPED_OLDEST);
    }

    /** Nobody is added any more, nothing is announced, no mailbox takes anything. */
    void goDown() {
        lock.lock();
        try {
            closing = true;
            mailboxes().forEach(mailbox -> mailbox.accepting(false));
        } finally {
            lock.unlock();
        }
    }

    boolean isClosing() {
        return closing;
    }

    /** The registration for a user, vacant no more. The lock is held. */
    private Registration occupied(User user) {
        CbId id = user.id();
        Registration registration = registrations.get(id);
        boolean known = registration != null;
        if (!known) {
            registration = new Registration(id);
            registrations.add(registration);
        }
        if (registration.mailbox() == null) {
            if (known) {
                vacancies.remove(registration);
            }
            registration.occupy(new Mailbox(id, user.options(), drainers, counters));
        }
        return registration;
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
        Mailbox mailbox = registration.mailbox();
        lock.lock();
        try {
            if (!registration.isHeldOver() || registration.holdNumber() != hold) {
                return;
            }
            User last = registration.last();
            registration.endHoldover();
            mailbox.accepting(false);
            Change latest = registration.latest();
            mailbox.post(() -> {
                if (shutIfUnused(registration, latest)) {
                    expired(last, mailbox.queued());
                }
            });
        } finally {
            lock.unlock();
        }
        mailbox.applyPosted();
    }

    /**
     * Ends a mailbox that nobody wants. If a user came and left again since that was decided, its changes are still to
     * be applied and announced: the end is then left to the one that was posted after them.
     *
     * @return whether it has ended
     */
    private boolean shutIfUnused(Registration registration, Change decided) {
        lock.lock();
        try {
            boolean unused = !registration.isTaken() && !registration.isHeldOver()
                    && registration.latest() == decided;
            if (unused) {
                Mailbox mailbox = registration.mailbox();
                mailbox.shut();
                deliveredBefore.add(mailbox.delivered());
                registration.vacate();
                Registration forgotten = vacancies.add(registration);
                if (forgotten != null) {
                    registrations.remove(forgotten);
                }
            }
            return unused;
        } finally {
            lock.unlock();
        }
    }

    private void expired(User last, int abandoned) {
        counters.add(Event.EXPIRED, 1);
        IdListener connector = listener();
        if (connector != null) {
            connector.expired(last, abandoned);
        }
    }

    private Stream<Mailbox> mailboxes() {
        return registrations.stream().map(Registration::mailbox).filter(Objects::nonNull);
    }

    private List<Registration> sorted() {
        return registrations.stream().filter(registration -> registration.mailbox() != null)
                .sorted(Comparator.comparing(Registration::id)).toList();
    }
}
