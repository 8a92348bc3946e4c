// SPDX-License-Identifier: Apache-2.0
package connector.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What takes the messages that arrive at a {@link CnPort}.
 *
 * <p>It is called one message at a time, in the order of the port's receive queue, on a thread of the connector. A
 * receiver that blocks holds up its own port; when the port's receive queue is full, messages are lost by netlink's
 * rule, and {@link #overrun} says which.
 */
@ConsumerType
@FunctionalInterface
public interface CnReceiver {

    /**
     * Takes one message.
     *
     * @param msg the message
     * @param sender who sent it; {@link Sender#group()} is the group by which it came, 0 if it was sent to this port
     * @throws Exception whatever it likes: counted, logged once a cause, and otherwise without consequence
     */
    void received(CnMsg msg, Sender sender) throws Exception;

    /**
     * Told that messages were lost: ENOBUFS, with what the kernel does not say. Called ahead of those messages that
     * were still queued, and again, with what was lost meanwhile, once the queue has been emptied.
     *
     * @param loss what was lost, of one group
     * @throws Exception as {@link #received}
     */
    default void overrun(Loss loss) throws Exception {
    }
}
