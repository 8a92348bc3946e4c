// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.ConnectorConstants;
import connector.api.runtime.UserDTO;
import connector.impl.bus.MailboxCounters.Event;
import java.util.List;

/** Makes DTOs of a registration: one for each user, or one for a mailbox that is held over. */
final class UserListing {

    private UserListing() {
    }

    /** The bus' lock is held. */
    static void add(Registration registration, long stuckMs, List<UserDTO> all) {
        Mailbox mailbox = registration.mailbox();
        if (mailbox == null) {
            return;
        }
        if (registration.isHeldOver()) {
            all.add(withMailbox(of(registration.last(), UserDTO.HELD_OVER), mailbox, stuckMs));
        }
        for (User user : registration.users()) {
            if (user == registration.chosen()) {
                all.add(withMailbox(of(user, UserDTO.ACTIVE), mailbox, stuckMs));
            } else {
                all.add(of(user, UserDTO.STANDBY));
            }
        }
    }

    private static UserDTO of(User user, String state) {
        UserDTO dto = new UserDTO();
        dto.idx = user.id().unsignedIdx();
        dto.val = user.id().unsignedVal();
        dto.name = user.name();
        dto.state = state;
        dto.serviceId = user.serviceId();
        dto.bundleId = user.origin().bundleId();
        dto.bundle = user.origin().bundle();
        dto.version = user.origin().version();
        dto.ranking = user.ranking();
        dto.generation = user.generation();
        dto.delivery = user.options().inline() ? ConnectorConstants.DELIVERY_INLINE
                : ConnectorConstants.DELIVERY_MAILBOX;
        dto.overflow = user.options().overflow().text();
        dto.holdoverMs = user.options().holdoverMs();
        dto.failed = user.failures();
        return dto;
    }

    private static UserDTO withMailbox(UserDTO dto, Mailbox mailbox, long stuckMs) {
        MailboxCounters counters = mailbox.counters();
        dto.queued = mailbox.queued();
        dto.queuedBytes = mailbox.queuedBytes();
        dto.capacity = mailbox.capacity();
        dto.capacityBytes = mailbox.maxBytes();
        dto.delivered = mailbox.delivered();
        dto.dropped = counters.get(Event.DROPPED);
        dto.droppedOldest = counters.get(Event.DROPPED_OLDEST);
        dto.refused = counters.get(Event.REFUSED);
        dto.waited = counters.get(Event.WAITED);
        dto.waitedInVain = counters.get(Event.WAITED_IN_VAIN);
        dto.abandoned = counters.get(Event.ABANDONED);
        dto.interrupted = counters.get(Event.INTERRUPTED);
        dto.runningMs = mailbox.runningMs();
        dto.stuck = dto.runningMs >= stuckMs;
        return dto;
    }
}
