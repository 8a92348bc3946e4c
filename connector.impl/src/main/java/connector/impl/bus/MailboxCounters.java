// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import connector.api.CbId;
import connector.impl.jfr.BusEvents;

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

    private final CbId id;
    private final MailboxCounters all;
    // Filled once, and not written to after that.
    private final Map<Event, AtomicLong> counts = new EnumMap<>(Event.class);

    /** Counts for all mailboxes. */
    MailboxCounters() {
        this(null, null);
    }

    /** Counts for the mailbox of an id, and for all. */
    MailboxCounters(CbId id, MailboxCounters all) {
        this.id = id;
        this.all = all;
        for (Event event : Event.values()) {
            counts.put(event, new AtomicLong());
        }
    }

    void count(Event event) {
        add(event, 1);
        switch (event) {
            case DROPPED, DROPPED_OLDEST, WAITED_IN_VAIN, ABANDONED -> BusEvents.lost(
                    Integer.toUnsignedLong(id.idx()), Integer.toUnsignedLong(id.val()), event.name());
            case REFUSED, WAITED, INTERRUPTED -> {
                // Not a message that nobody knows of.
            }
        }
    }

    void add(Event event, int times) {
        counts.get(event).getAndAdd(times);
        if (all != null) {
            all.add(event, times);
        }
    }

    long get(Event event) {
        return counts.get(event).get();
    }
}
