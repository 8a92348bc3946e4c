// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import connector.api.CnMsg;
import connector.api.NotifyEvent.Reason;
import connector.impl.bus.IdListener;
import connector.impl.bus.User;
import connector.impl.jfr.BusEvents;
import connector.impl.jfr.BusEvents.UserChange;
import connector.impl.netlink.Port;
import connector.impl.netlink.Tapping;
import connector.impl.netlink.Verdict;

/** Tells the flight recorder of every change, before another listener. */
public final class RecordedChanges implements IdListener {

    private final IdListener next;

    /**
     * Ahead of another.
     *
     * @param next told of all, and asked with all messages
     */
    public RecordedChanges(IdListener next) {
        this.next = next;
    }

    @Override
    public void registered(User user, Reason reason) {
        record(UserChange.REGISTERED, user, reason);
        next.registered(user, reason);
    }

    @Override
    public void unregistered(User user, Reason reason) {
        record(UserChange.UNREGISTERED, user, reason);
        next.unregistered(user, reason);
    }

    @Override
    public void changed(User before, User user, Reason reason) {
        record(UserChange.CHANGED, user, reason);
        next.changed(before, user, reason);
    }

    @Override
    public void expired(User user, int abandoned) {
        BusEvents.expired(user.recorded(), abandoned);
        next.expired(user, abandoned);
    }

    @Override
    public Verdict request(CnMsg msg, int nlmsgFlags, Port from, Tapping tapping) {
        return next.request(msg, nlmsgFlags, from, tapping);
    }

    @Override
    public void closed(Port port) {
        next.closed(port);
    }

    private static void record(UserChange change, User user, Reason reason) {
        BusEvents.user(change, user.recorded(), reason.name());
    }
}
