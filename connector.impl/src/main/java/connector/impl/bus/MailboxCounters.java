// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CbId;
import connector.api.wire.NetlinkErrno;
import connector.impl.jfr.BusEvents;
import connector.impl.netlink.Taps;
import connector.impl.netlink.Verdict;
import java.util.concurrent.atomic.AtomicLongArray;

/** What became of messages that were not simply delivered: of one mailbox, and with it of all that there have been. */
final class MailboxCounters {

    /** What is counted. */
    enum Event {
        /** Dropped on arrival because the mailbox was full. */
        DROPPED(0),
        /** Dropped to make room for a newer one. */
        DROPPED_OLDEST(1),
        /** Refused with EAGAIN. */
        REFUSED(2),
        /** A send that waited for room. */
        WAITED(3),
        /** One that waited and got none in time, so that its message was dropped. */
        WAITED_IN_VAIN(4),
        /** Dropped because nobody took the id over in time. */
        ABANDONED(5),
        /** A call that did not return in time when its user left. */
        INTERRUPTED(6),
        /** A holdover that ended because nobody took the id over in time. */
        EXPIRED(7);

        private static final int COUNT = 8;

        private final int place;

        Event(int place) {
            this.place = place;
        }
    }

    private static final Verdict MADE_ROOM = Verdict.of(NetlinkErrno.ENOBUFS,
            "the user's mailbox is full: it made room for a newer one");
    private static final Verdict NOT_TAKEN_OVER = Verdict.of(NetlinkErrno.ENODEV,
            "its user has left, and nobody took the id over in time");

    private final CbId id;
    private final MailboxCounters all;
    private final Taps taps;
    private final AtomicLongArray counts = new AtomicLongArray(Event.COUNT);

    /** Counts for all mailboxes. */
    MailboxCounters(Taps taps) {
        this(null, null, taps);
    }

    /** Counts for the mailbox of an id, and for all. */
    MailboxCounters(CbId id, MailboxCounters all) {
        this(id, all, all.taps);
    }

    private MailboxCounters(CbId id, MailboxCounters all, Taps taps) {
        this.id = id;
        this.all = all;
        this.taps = taps;
    }

    /** Counts that a message is dropped which had been taken for later, and tells taps. No lock may be held. */
    void countDropped(Event event, MessageRing.Taken message) {
        count(event);
        if (taps.areOn()) {
            taps.droppedLate(message.msg, message.sender,
                    event == Event.DROPPED_OLDEST ? MADE_ROOM : NOT_TAKEN_OVER);
        }
    }

    void count(Event event) {
        add(event, 1);
        switch (event) {
            case DROPPED, DROPPED_OLDEST, WAITED_IN_VAIN, ABANDONED -> BusEvents.lost(
                    Integer.toUnsignedLong(id.idx()), Integer.toUnsignedLong(id.val()), event.name());
            case REFUSED, WAITED, INTERRUPTED, EXPIRED -> {
                // Not a message that nobody knows of.
            }
        }
    }

    void add(Event event, int times) {
        counts.getAndAdd(event.place, times);
        if (all != null) {
            all.add(event, times);
        }
    }

    long get(Event event) {
        return counts.get(event.place);
    }
}
