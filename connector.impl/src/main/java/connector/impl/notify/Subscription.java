// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import connector.api.NotifyRange;
import connector.api.NotifyRequest;
import connector.api.runtime.SubscriptionDTO;
import connector.impl.netlink.Port;
import java.util.concurrent.atomic.LongAdder;

/** Somebody who wants to be told. */
final class Subscription {

    private final Port port;
    private final NotifyRequest request;
    private final boolean extended;
    private final int group;
    private final LongAdder events = new LongAdder();

    Subscription(Port port, NotifyRequest request, boolean extended, int group) {
        this.port = port;
        this.request = request;
        this.extended = extended;
        this.group = group;
    }

    Port port() {
        return port;
    }

    NotifyRequest request() {
        return request;
    }

    boolean isExtended() {
        return extended;
    }

    int group() {
        return group;
    }

    void counted() {
        events.increment();
    }

    /** Whether it is the same port's, of the same kind, for the same ranges: the group is not compared, as in Linux. */
    boolean isFor(Port asker, NotifyRequest asked, boolean askedExtended) {
        return port == asker && extended == askedExtended && request.equals(asked);
    }

    SubscriptionDTO toDTO() {
        SubscriptionDTO dto = new SubscriptionDTO();
        dto.portId = Integer.toUnsignedLong(port.portId());
        dto.group = Integer.toUnsignedLong(group);
        dto.extended = extended;
        dto.idx = request.idx().stream().map(NotifyRange::toString).toArray(String[]::new);
        dto.val = request.val().stream().map(NotifyRange::toString).toArray(String[]::new);
        dto.events = events.sum();
        return dto;
    }
}
