// SPDX-License-Identifier: Apache-2.0
package connector.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A user of the bus: what the connector calls with each message for its id.
 *
 * <p>Registered as a service with {@link ConnectorConstants#IDX}, {@link ConnectorConstants#VAL} and
 * {@link ConnectorConstants#NAME}, best by {@link connector.api.propertytypes.ConnectorUser}, or by
 * {@link Connector#addCallback}.
 *
 * <p><b>Threads.</b> For one id, messages come one at a time, first in first out per sender, and what one call wrote
 * the next call sees. They come on the thread of whoever sends, if the id is idle and that is a platform thread, else
 * on a thread of the connector: never on a virtual thread, never under a lock of the connector. A callback may block;
 * it then holds up its own id, and the sender that brought the message, but nobody else. It may send, and may add and
 * delete callbacks, its own too.
 *
 * <p>A message that a process sent may come on the thread that reads that process' gate connection, one of kernel
 * sockets' own. It may be blocked like any other: it holds up this connection then, and another thread sees to the
 * others.
 *
 * <p><b>Leaving.</b> After the service is unregistered, or {@link Connector#delCallback} has returned, no further call
 * begins. A call still running is waited for, up to a bound (configuration {@code connector}), after which its thread
 * is interrupted, once.
 */
@ConsumerType
@FunctionalInterface
public interface CnCallback {

    /**
     * Takes one message.
     *
     * @param msg the message; may be kept
     * @param sender who sent it, by what the connector knows and the sender cannot forge; may be kept, to reply later
     * @throws Exception whatever it likes: counted, logged once a cause, and otherwise without consequence
     */
    void callback(CnMsg msg, Sender sender) throws Exception;
}
