// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.wire.NetlinkErrno;
import connector.impl.bus.MailboxCounters.Event;
import connector.impl.netlink.Tapping;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls of a user that chose inline delivery: each on its sender's thread, as many at once as senders come. */
final class InlineDelivery {

    /** The user is inline no more: the message has to be queued. */
    static final int NOT_INLINE = -1;

    private static final Logger LOG = LoggerFactory.getLogger(InlineDelivery.class);

    private final Mailbox mailbox;
    private final MailboxCounters counters;
    private final InlineCalls calls = new InlineCalls();

    InlineDelivery(Mailbox mailbox, MailboxCounters counters) {
        this.mailbox = mailbox;
        this.counters = counters;
    }

    /**
     * Calls the user, whoever it is by now.
     *
     * @param tapping told just before the call; null where nobody taps
     * @param now the time by the bus' clock
     * @return 0; EAGAIN if callbacks are nested too deep on this thread, or too many calls are running;
     *         {@link #NOT_INLINE}
     */
    int deliver(Thread self, CnMsg msg, Sender sender, Tapping tapping, long now) {
        Object[] nesting = Nesting.current();
        if (!Nesting.enter(nesting, mailbox)) {
            counters.count(Event.REFUSED);
            return NetlinkErrno.EAGAIN;
        }
        int slot = InlineCalls.NONE;
        boolean done = false;
        try {
            slot = calls.enter(self, now);
            if (slot == InlineCalls.NONE) {
                counters.count(Event.REFUSED);
                return NetlinkErrno.EAGAIN;
            }
            boolean inline = call(slot, msg, sender, tapping);
            calls.exit(self, slot);
            done = true;
            return inline ? 0 : NOT_INLINE;
        } finally {
            if (!done && slot != InlineCalls.NONE) {
                // Without a call of anything, for which there may be no stack left.
                synchronized (calls) {
                    calls.slots[slot] = null;
                }
            }
            Nesting.exit(nesting);
        }
    }

    private boolean call(int slot, CnMsg msg, Sender sender, Tapping tapping) {
        // Read again: who makes a user leave clears it first and looks at the running calls after that.
        User user = mailbox.active();
        if (user == null || !user.options().inline()) {
            return false;
        }
        calls.count(slot);
        if (tapping != null) {
            tapping.taken();
        }
        user.call(msg, sender);
        return true;
    }

    /** Waits until no other thread is in a call, none of which begins any more; after the bound, interrupts them. */
    void await(User leaving, long boundMs) {
        int interrupted = calls.await(boundMs);
        if (interrupted > 0) {
            counters.add(Event.INTERRUPTED, interrupted);
            LOG.warn("{} inline calls of {} did not return within {} ms when it left; their threads are interrupted",
                    interrupted, leaving, boundMs);
        }
    }

    /** How many calls there have been. */
    long count() {
        return calls.count();
    }

    /** For how long the longest that is running has been running, by the bus' clock; 0 if none is. */
    long runningMs(long now) {
        return calls.runningMs(now);
    }
}
