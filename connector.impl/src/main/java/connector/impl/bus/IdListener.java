// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CnMsg;
import connector.api.NotifyEvent.Reason;
import connector.impl.netlink.Port;
import connector.impl.netlink.Tapping;
import connector.impl.netlink.Verdict;

/**
 * The connector's own user {-1, -1}: told of every change of who has an id, and asked with the messages to that id.
 * <p>
 * Changes of one id come in order, and between two of its messages: registered before its user's first, unregistered
 * after its last. They are called while the mailbox is owned: an implementation must return soon, and not run user
 * code.
 */
public interface IdListener {

    /**
     * An id that had no user has one.
     *
     * @param user the user
     * @param reason why
     */
    void registered(User user, Reason reason);

    /**
     * An id has no user any more.
     *
     * @param user who had it
     * @param reason why
     */
    void unregistered(User user, Reason reason);

    /**
     * Another user has the id, without a gap.
     *
     * @param before who had it
     * @param user who has it now
     * @param reason why
     */
    void changed(User before, User user, Reason reason);

    /**
     * An id was held over for whoever came next, and nobody came in time. That it has no user was told before.
     *
     * @param user who had it last
     * @param abandoned how many messages were kept for the next, and are dropped
     */
    void expired(User user, int abandoned);

    /**
     * A message to {-1, -1}.
     *
     * @param msg the message
     * @param nlmsgFlags the flags of its frame
     * @param from the port that sent it
     * @param tapping told that the message is taken, before anything that answers it can be read; null where nobody
     *        taps
     * @return what became of it
     */
    Verdict request(CnMsg msg, int nlmsgFlags, Port from, Tapping tapping);

    /**
     * A port was closed.
     *
     * @param port the port
     */
    void closed(Port port);
}
