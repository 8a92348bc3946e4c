// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.dto.DTO;

/** A subscription to notifications. */
public class SubscriptionDTO extends DTO {

    /** The port it belongs to, u32. */
    public long portId;

    /** The group that legacy events are sent to, u32. */
    public long group;

    /** Whether it is an extended one, whose events go to the port. */
    public boolean extended;

    /** Ranges of idx, as {@code 10-19}. */
    public String[] idx;

    /** Ranges of val. */
    public String[] val;

    /** Events that it was sent. */
    public long events;

    /** Empty, to be filled. */
    public SubscriptionDTO() {
    }
}
