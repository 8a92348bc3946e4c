// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.NotifyEvent.Reason;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Another user for a mailbox, or none; applied by the mailbox' owner. */
final class Change implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Change.class);
    private static final int SEIZURE_MS = 500;

    private final Registry registry;
    private final Drainers drainers;
    private final Registration registration;
    private final Mailbox mailbox;
    private final User next;
    private final Reason departure;
    private final CountDownLatch done = new CountDownLatch(1);

    Change(Registry registry, Drainers drainers, Registration registration, User next, Reason departure) {
        this.registry = registry;
        this.drainers = drainers;
        this.registration = registration;
        this.mailbox = registration.mailbox();
        this.next = next;
        this.departure = departure;
    }

    @Override
    public void run() {
        User before = mailbox.active();
        try {
            if (before == next) {
                return;
            }
            if (before != null) {
                mailbox.active(null);
                if (before.options().inline()) {
                    mailbox.awaitInline(before, registry.settings().departureBoundMs());
                }
            }
            try {
                tell(before);
            } finally {
                if (next != null) {
                    mailbox.active(next);
                }
            }
        } finally {
            done.countDown();
        }
    }

    private void tell(User before) {
        Reason arrival = next == null ? null : registry.arrival(registration, next);
        log(before, arrival);
        if (next == null) {
            announce(listener -> listener.unregistered(before, departure));
        } else if (before == null) {
            announce(listener -> listener.registered(next, arrival));
        } else {
            announce(listener -> listener.changed(before, next, arrival));
        }
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    /** Takes the mailbox away from a callback that has not returned by then. */
    void boundBy(long boundMs) {
        drainers.schedule(() -> {
            if (!isDone()) {
                mailbox.seize();
            }
        }, boundMs);
    }

    void await(long boundMs) {
        try {
            // A little more than the bound, for the seizure that comes at it.
            if (!done.await(boundMs + SEIZURE_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("The change of user of {} is late; it takes place when its mailbox is let go",
                        mailbox.id());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void announce(Consumer<IdListener> event) {
        IdListener listener = registry.listener();
        if (listener != null) {
            event.accept(listener);
        }
    }

    private void log(User before, Reason arrival) {
        if (before == null) {
            LOG.debug("{} is registered ({})", next, arrival);
        } else if (next == null) {
            LOG.debug("{} is unregistered ({})", before, departure);
        } else {
            LOG.debug("{} takes over from {} ({})", next, before, arrival);
        }
    }
}
