// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.concurrent.atomic.AtomicLongArray;

/** What became of messages that were not simply delivered: of one mailbox, and with it of all that there have been. */
final class MailboxCounters {

    /** What is counted. */
    enum Event {
        /** Dropped on arrival because the mailbox was full. */
        DROPPED,
        /** Dropped to make room for a newer one. */
        DROPPED_OLDEST,
        /** Refused with EAGAIN. */
        REFUSED,
        /** A send that waited for room. */
        WAITED,
        /** One that waited and got none in time, so that its message was dropped. */
        WAITED_IN_VAIN,
        /** Dropped because nobody took the id over in time. */
        ABANDONED,
        /** A call that did not return in time when its user left. */
        INTERRUPTED
    }

    private static final int EVENTS = Event.values().length;

    private final MailboxCounters all;
    private final AtomicLongArray counts = new AtomicLongArray(EVENTS);

    /** Counts for all mailboxes if there is none above. */
    MailboxCounters(MailboxCounters all) {
        this.all = all;
    }

    void count(Event event) {
        add(event, 1);
    }

    void add(Event event, int times) {
        counts.getAndAdd(event.ordinal(), times);
        if (all != null) {
            all.add(event, times);
        }
    }

    long get(Event event) {
        return counts.get(event.ordinal());
    }
}
