// SPDX-License-Identifier: Apache-2.0
package connector.api;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A netlink socket of the bus inside the platform, without the socket: a port id, memberships in multicast groups, a
 * receive queue. With it a bundle is on the "userspace" side: it listens to groups, sends to users by their id, and
 * asks for notifications, just as a process at the gate.
 *
 * <p>Any thread may call any of it. Nothing blocks but {@code send}: to an idle user it runs that user's callback on
 * the calling thread, unless that is a virtual one, and where a user chose to make its senders wait for room, it waits.
 * A port ends with {@link #close}, or with the {@link Connector} that opened it; after that, everything returns EBADF.
 */
@ProviderType
public interface CnPort extends AutoCloseable {

    /** {@return the port id, u32 in the bits of an int, never 0} */
    int portId();

    /**
     * Takes a group membership for each set bit: bit n - 1 is group n, as {@code nl_groups} in bind(2). It leaves
     * those of the groups 1 to 32 whose bit is not set; memberships in groups beyond 32 stay as they are.
     *
     * @param groups the mask
     * @return 0, or EPERM if the policy forbids one of them, in which case nothing has changed
     */
    int bind(int groups);

    /**
     * Joins a group: NETLINK_ADD_MEMBERSHIP.
     *
     * @param group u32, any but 0
     * @return 0; EINVAL for group 0; EPERM if the policy forbids it
     */
    int addMembership(int group);

    /**
     * Leaves a group: NETLINK_DROP_MEMBERSHIP. Leaving one that was not joined is no error.
     *
     * @param group u32, any but 0
     * @return 0; EINVAL for group 0
     */
    int dropMembership(int group);

    /** {@return the groups joined, as they are now, u32 each} */
    Set<Integer> memberships();

    /**
     * Sends a message to the user with its id, as a process sends to port 0, group 0. Unlike a process, the caller is
     * told what became of it.
     *
     * @param msg the message
     * @return 0 once it is delivered or queued; ENODEV if nobody has the id; EPERM if the policy forbids it; EAGAIN if
     *         the user's mailbox is full and the user chose so; ENOBUFS if it is full and the message was dropped
     */
    int send(CnMsg msg);

    /**
     * Sends a message to another port, to a group, or both. With a group, the message goes to its members but this
     * port; and it goes to the port, which is the connector for port 0, as in Linux.
     *
     * @param msg the message
     * @param portId the destination port, u32; 0 is the connector
     * @param group the destination group, u32; 0 is none
     * @return 0, or what {@link #send(CnMsg)} gives for port 0, ECONNREFUSED if no such port exists, EAGAIN if its
     *         queue is full, EPERM if the policy forbids it
     */
    int send(CnMsg msg, int portId, int group);

    /**
     * Sends several messages to the users with their ids, in order: {@link #send(CnMsg)} for each.
     *
     * @param msgs the messages
     * @return 0 if all went, else the errno of the first that did not; those after it were not sent
     */
    int send(List<CnMsg> msgs);

    /**
     * Asks for extended notifications. The listener is called with the snapshot and then each change, on a thread of
     * the connector, one at a time, in order with the port's other messages.
     *
     * @param request which ids
     * @param listener what is called
     * @return the subscription; closing it ends it
     * @throws ConnectorException EPERM if the policy forbids it; ENOSPC if the port has as many as it may; EBADF if the
     *         port is closed
     */
    Subscription subscribe(NotifyRequest request, Consumer<? super NotifyEvent> listener) throws ConnectorException;

    /**
     * Asks for legacy notifications: Linux' events of 20 bytes, multicast to a group. It is for the caller to join
     * the group.
     *
     * @param request which ids
     * @param group the group that they are sent to, u32, any but 0
     * @return the subscription; closing it ends it
     * @throws ConnectorException EINVAL for group 0; otherwise as the other form
     */
    Subscription subscribe(NotifyRequest request, int group) throws ConnectorException;

    /**
     * Closes the port: its id is free again, its subscriptions end, what is queued is dropped. Closing twice is fine.
     */
    @Override
    void close();

    /** A subscription to notifications. It ends with its port at the latest. */
    @ProviderType
    interface Subscription extends AutoCloseable {

        /** Ends the subscription. Once this has returned no event for it is sent; closing twice is fine. */
        @Override
        void close();
    }
}
