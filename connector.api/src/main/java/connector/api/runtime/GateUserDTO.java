// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.dto.DTO;

/** A user of the host who has clients at a gate: what they have together, with those that it has at other gates. */
public class GateUserDTO extends DTO {

    /** The user id, u32. */
    public long uid;

    /** Clients connected to this gate now. */
    public int clients;

    /** Clients connected now, to whichever gate. */
    public long clientsOfAllGates;

    /** Bytes in the receive queues of all of them now. */
    public long queuedBytes;

    /** Groups that they have joined, counted once for each client. */
    public long memberships;

    /** Their subscriptions to notifications. */
    public long subscriptions;

    /** Messages to this gate that were dropped because they were more a second than the user may send. */
    public long limited;

    /** Empty, to be filled. */
    public GateUserDTO() {
    }
}
