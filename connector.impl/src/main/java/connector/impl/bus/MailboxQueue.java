// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.wire.NetlinkErrno;
import connector.impl.bus.MailboxCounters.Event;

/** What waits in a mailbox, who waits for room in it, and what becomes of a message that finds none. */
final class MailboxQueue {

    private final MessageRing ring;
    private final MailboxCounters counters;
    private final RoomWaiters roomWaiters = new RoomWaiters();

    MailboxQueue(int capacity, int bytes, MailboxCounters counters) {
        ring = new MessageRing(capacity, bytes);
        this.counters = counters;
    }

    MessageRing ring() {
        return ring;
    }

    /** Puts a message in; false if there is no room. */
    boolean offer(CnMsg msg, Sender sender) {
        return ring.offer(msg, sender);
    }

    /**
     * Does with a message that found no room what the user chose, and counts what is not delivered.
     *
     * @param mayWait whether the sender's thread may wait for room
     * @return 0 if it is in after all; else the errno
     */
    int overflow(CnMsg msg, Sender sender, UserOptions options, boolean mayWait) {
        return switch (options.overflow()) {
            case DROP_NEWEST -> lost(Event.DROPPED, NetlinkErrno.ENOBUFS);
            case EAGAIN -> lost(Event.REFUSED, NetlinkErrno.EAGAIN);
            case DROP_OLDEST -> {
                dropOldest(msg, sender);
                yield 0;
            }
            case WAIT -> {
                if (!mayWait) {
                    yield lost(Event.REFUSED, NetlinkErrno.EAGAIN);
                }
                counters.count(Event.WAITED);
                yield roomWaiters.offer(ring, msg, sender, options.overflowWaitMs()) ? 0
                        : lost(Event.WAITED_IN_VAIN, NetlinkErrno.ENOBUFS);
            }
        };
    }

    private void dropOldest(CnMsg msg, Sender sender) {
        MessageRing.Taken oldest = new MessageRing.Taken();
        while (!ring.offer(msg, sender)) {
            if (ring.poll(oldest)) {
                counters.countDropped(Event.DROPPED_OLDEST, oldest);
            } else {
                // The oldest is just being put in.
                Thread.onSpinWait();
            }
        }
    }

    private int lost(Event how, int errno) {
        counters.count(how);
        return errno;
    }

    /** To be called when a message has been taken out of the ring. */
    void madeRoom() {
        roomWaiters.madeRoom(ring);
    }

    /** Drops all that is in. */
    void abandon() {
        MessageRing.Taken taken = new MessageRing.Taken();
        while (ring.poll(taken)) {
            counters.countDropped(Event.ABANDONED, taken);
            madeRoom();
        }
    }
}
