// SPDX-License-Identifier: Apache-2.0
package connector.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bus, as those inside see it: the functions of {@code linux/connector.h} as a service.
 *
 * <p>The service is prototype-scoped. What is made with one instance (callbacks, ports, subscriptions, requests) ends
 * when the instance is released: with a plain reference, when the bundle lets go of the service; with one of
 * {@code ReferenceScope.PROTOTYPE_REQUIRED}, when the component ends.
 *
 * <p>Any thread may call any method, and none blocks unless it says so. Errors of sending are returned, as positive
 * numbers of {@code connector.api.wire.NetlinkErrno}: a message that nobody wants is normal life.
 */
@ProviderType
public interface Connector {

    /**
     * Registers a callback: {@code cn_add_callback}. It is live when this returns; the id's registration has been
     * notified before its first message.
     *
     * @param id the id, which also names the group ({@code idx}) of its group-0 sends
     * @param name a name for people; at most 255 characters, need not be unique
     * @param callback what to call with each message
     * @return 0; EINVAL if the id is taken ({@link CbId#CONNECTOR} always is); EAGAIN if the connector is going
     *         down, or this instance was released
     * @throws IllegalArgumentException if the name is too long
     */
    int addCallback(CbId id, String name, CnCallback callback);

    /**
     * Registers a callback with properties, the same that a service in the whiteboard may have: delivery, mailbox,
     * overflow, holdover.
     *
     * @param id the id
     * @param name a name for people
     * @param callback what to call with each message
     * @param properties names and values as in {@link ConnectorConstants}; those of id and name are ignored
     * @return as {@link #addCallback(CbId, String, CnCallback)}
     * @throws IllegalArgumentException if a property's value is not one of its; the message names both
     */
    int addCallback(CbId id, String name, CnCallback callback, Map<String, ?> properties);

    /**
     * Removes a callback that this instance added: {@code cn_del_callback}. An id that it did not add is left alone.
     *
     * <p><b>Blocks</b> while the callback is running in another thread, up to the configured bound; after that, the
     * running call is interrupted, counted, and left to itself. Called from inside the callback it does not wait.
     *
     * @param id the id
     */
    void delCallback(CbId id);

    /**
     * Multicasts a message: {@code cn_netlink_send(msg, group)}.
     *
     * @param msg the message; with a group given, its id need not be registered
     * @param group u32; 0 for the group of the id's user, which is its idx
     * @return 0 if at least one port took it; ENODEV if the group is 0 and nobody has the id; ESRCH if nobody listens;
     *         ENOBUFS if a port that asked for it (NETLINK_BROADCAST_ERROR) could not take it
     */
    int netlinkSend(CnMsg msg, int group);

    /**
     * Sends a message to a port or a group, as later kernels do: {@code cn_netlink_send(msg, portid, group)}.
     *
     * @param msg the message
     * @param portId u32; with a group: the port that is left out of it; without: the one port it goes to; 0 for none
     * @param group u32; both 0: the group of the id's user
     * @return as {@link #netlinkSend(CnMsg, int)}; to a port: ECONNREFUSED if there is none, EAGAIN if its queue is
     *         full
     */
    int netlinkSend(CnMsg msg, int portId, int group);

    /**
     * Sends several messages as one datagram: {@code cn_netlink_send_mult}, with the filter of kernels from 6.6 on.
     *
     * @param msgs the messages, at least one, at most {@value CnMsg#MAX_DATA} bytes with all but the first header; the
     *        first one's id decides where both port and group are 0
     * @param portId as above
     * @param group as above
     * @param filter asked with the port id of each member of the group, on this thread, whether it gets it; must not
     *        block; null for all. Not asked where the message goes to one port
     * @return as {@link #netlinkSend(CnMsg, int, int)}; EMSGSIZE if they are too long together; EINVAL if there is none
     */
    int netlinkSendMult(List<CnMsg> msgs, int portId, int group, IntPredicate filter);

    /**
     * Asks a user, and <b>blocks</b> until it has replied: {@link #requestAsync} and a wait. A thread that is running
     * a callback must not ask its own id: that ends in ETIMEDOUT.
     *
     * @param id whom to ask
     * @param data the request's data, copied
     * @param timeout how long to wait for the reply, more than 0
     * @return the reply
     * @throws ConnectorException ENODEV if nobody has the id; EPERM; EAGAIN or ENOBUFS if its mailbox is full;
     *         ETIMEDOUT if no reply came; ECANCELED if this instance was released meanwhile
     * @throws InterruptedException if the thread was interrupted; the request is forgotten
     * @throws IllegalArgumentException if the data is too long, or the timeout is not more than 0
     */
    CnMsg request(CbId id, byte[] data, Duration timeout) throws ConnectorException, InterruptedException;

    /**
     * Asks a user. The request has a seq that no other of this instance's pending requests has, and a random ack; the
     * reply is known by the convention. A reply that comes too late is dropped, and counted.
     *
     * @param id whom to ask
     * @param data the request's data, copied
     * @param timeout how long to wait for the reply, more than 0
     * @param convention by which rule the reply is known
     * @return completed with the reply, or with a {@link ConnectorException} as {@link #request} throws it; it is
     *         completed on a thread of the connector, never on the replier's. Cancelling it forgets the request
     * @throws IllegalArgumentException if the data is too long, or the timeout is not more than 0
     */
    CompletableFuture<CnMsg> requestAsync(CbId id, byte[] data, Duration timeout, ReplyConvention convention);

    /**
     * Opens a port, with an id chosen by the connector and a receive queue of the default size.
     *
     * @param receiver what takes its messages
     * @return the port
     * @throws ConnectorException ECANCELED if the connector is going down, or this instance was released
     */
    CnPort openPort(CnReceiver receiver) throws ConnectorException;

    /**
     * Opens a port.
     *
     * @param portId u32; 0 for one that the connector chooses
     * @param receiveBufferBytes of its receive queue, in which each message counts with its frame and 64 bytes more; at
     *        least 4096; 0 for the default
     * @param receiver what takes its messages
     * @return the port
     * @throws ConnectorException EADDRINUSE if the port id is in use; EPERM if the policy forbids it; ECANCELED as
     *         above
     * @throws IllegalArgumentException if the receive queue is smaller than 4096 bytes, and not 0
     */
    CnPort openPort(int portId, int receiveBufferBytes, CnReceiver receiver) throws ConnectorException;
}
