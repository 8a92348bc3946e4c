// SPDX-License-Identifier: Apache-2.0
package connector.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Who sent a message: what Linux passes to a callback as {@code struct netlink_skb_parms}. All of it is what the
 * connector itself knows of the sending port; nothing is taken from the message.
 *
 * <p>Any thread may call; nothing blocks.
 */
@ProviderType
public interface Sender {

    /** The value of {@link #pid()} where it is not known. */
    int UNKNOWN = -1;

    /** {@return the netlink port that sent it, u32 in the bits of an int; 0 is the connector itself} */
    int portId();

    /** {@return whether the port is of this platform (a bundle's), rather than another process'} */
    boolean inPlatform();

    /**
     * {@return whether its port is still open; once it is not, its id may become that of another port, and sender}
     */
    boolean isOpen();

    /** {@return the sender's user id, u32 in the bits of an int, or {@link #UNKNOWN}} */
    int uid();

    /** {@return the sender's group id, u32 in the bits of an int, or {@link #UNKNOWN}} */
    int gid();

    /** {@return the sender's process id as it was when the port was opened, or {@link #UNKNOWN}} */
    int pid();

    /** {@return the multicast group that the message was addressed to as well, or 0 if only to the connector} */
    int group();

    /**
     * Sends a message to this sender's port, and only there.
     *
     * @param msg the message; its seq and ack are the caller's business: see {@link CnMsg#reply}
     * @return 0; ECONNREFUSED if the port is gone; EAGAIN if its receive queue is full, which is then told its reader
     *         as loss
     */
    int send(CnMsg msg);

    /**
     * Replies: sends the request's id and seq, and its ack + 1, with this data, to this sender's port alone.
     *
     * @param request the message that is answered
     * @param data the reply's data, copied; at most {@link CnMsg#MAX_DATA} bytes
     * @return 0 or an errno, as {@link #send}
     * @throws IllegalArgumentException if the data is too long; the message names the length
     */
    default int reply(CnMsg request, byte... data) {
        return send(request.reply(data));
    }
}
