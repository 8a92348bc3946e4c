// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.dto.DTO;

/** A user of the host who has clients at a gate: what they have together. */
public class GateUserDTO extends DTO {

    /** The user id, u32. */
    public long uid;

    /** Clients connected now. */
    public int clients;

    /** Bytes in their receive queues now. */
    public long queuedBytes;

    /** Groups joined, counted once for each client. */
    public long memberships;

    /** Subscriptions to notifications. */
    public long subscriptions;

    /** Messages that were dropped because they were too many a second. */
    public long limited;

    /** Empty, to be filled. */
    public GateUserDTO() {
    }
}
