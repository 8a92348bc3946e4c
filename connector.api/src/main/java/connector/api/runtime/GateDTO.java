// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.dto.DTO;

/** A gate: a socket by which processes come to the bus. */
public class GateDTO extends DTO {

    /** Its name in the configuration; {@code default} without one. */
    public String name;

    /** The socket's path. */
    public String path;

    /** How its socket carries frames: {@code stream} or {@code seqpacket}. */
    public String type;

    /** Whether it listens. */
    public boolean listening;

    /** Why it does not listen; null if it does. */
    public String failure;

    /** Clients connected now. */
    public int clients;

    /** Clients at most. */
    public int maxClients;

    /** Connections accepted. */
    public long accepted;

    /** Connections refused for their number, and those that were over before they could be accepted. */
    public long refused;

    /** Frames that came. */
    public long framesIn;

    /** Frames that went. */
    public long framesOut;

    /** Bytes that came. */
    public long bytesIn;

    /** Bytes that went. */
    public long bytesOut;

    /**
     * Frames with a false length, an unknown type, or no room for what they say; those of clients, and those of netlink
     * sockets inside that no client could be sent, which it was told as lost.
     */
    public long malformed;

    /** Messages that were dropped because their client, or its user, sent more a second than it may. */
    public long limited;

    /** The users who have clients, in the order of their uids; null if it does not listen. */
    public GateUserDTO[] users;

    /** Empty, to be filled. */
    public GateDTO() {
    }
}
