// SPDX-License-Identifier: Apache-2.0
package connector.impl.runtime;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.FailedUserDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.GroupDTO;
import connector.api.runtime.PortDTO;
import connector.impl.bus.Bus;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Port;
import connector.impl.notify.Notifications;
import java.util.Collection;
import java.util.Comparator;

/** Makes the DTO of everything. */
public final class Snapshot {

    private Snapshot() {
    }

    /**
     * Takes a snapshot.
     *
     * @param bus the bus
     * @param notifications its notifications
     * @param gates its gates
     * @return the snapshot, without the services that were refused
     */
    public static ConnectorDTO of(Bus bus, Notifications notifications, Collection<GateStatus> gates) {
        ConnectorDTO dto = new ConnectorDTO();
        dto.epoch = notifications.epoch();
        dto.users = bus.users();
        dto.failedUsers = new FailedUserDTO[0];
        dto.ports = bus.netlink().ports().stream().map(Port::toDTO)
                .sorted(Comparator.comparingLong((PortDTO port) -> port.portId)).toArray(PortDTO[]::new);
        dto.groups = bus.netlink().groups().toArray(GroupDTO[]::new);
        dto.subscriptions = notifications.subscriptions();
        dto.gates = gates.stream().map(GateStatus::toDTO).toArray(GateDTO[]::new);
        dto.counters = counters(bus);
        return dto;
    }

    private static CountersDTO counters(Bus bus) {
        Counters counters = bus.netlink().counters();
        CountersDTO dto = new CountersDTO();
        bus.count(dto);
        dto.unknownId = counters.unknownId.sum();
        dto.unknownPort = counters.unknownPort.sum();
        dto.portRefused = counters.portRefused.sum();
        dto.portDropped = counters.portDropped.sum();
        dto.unread = counters.unread.sum();
        dto.malformed = counters.malformed.sum();
        dto.oversize = counters.oversize.sum();
        dto.forbidden = counters.forbidden.sum();
        dto.badNotifyRequests = counters.badNotifyRequests.sum();
        dto.tooManySubscriptions = counters.tooManySubscriptions.sum();
        dto.lateReplies = counters.lateReplies.sum();
        dto.noListener = counters.noListener.sum();
        dto.answersDropped = counters.answersDropped.sum();
        dto.drainers = bus.drainers();
        dto.stuckDrainers = bus.heldUpDrainers();
        return dto;
    }
}
