// SPDX-License-Identifier: Apache-2.0
package connector.impl.gogo;

import java.util.Arrays;
import java.util.stream.Collectors;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.FailedUserDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.SubscriptionDTO;
import connector.api.runtime.UserDTO;

/** Renders DTOs as tables. */
final class Tables {

    private Tables() {
    }

    /** Users, those refused and why, gates, subscriptions, and the counters that are not 0. */
    static String connector(ConnectorDTO connector) {
        StringBuilder text = new StringBuilder(users(connector.users));
        if (connector.failedUsers.length > 0) {
            text.append('\n').append(failed(connector.failedUsers));
        }
        if (connector.gates.length > 0) {
            text.append('\n').append(gates(connector.gates));
        }
        if (connector.subscriptions.length > 0) {
            text.append('\n').append(subscriptions(connector.subscriptions));
        }
        return text.append('\n').append(counters(connector.counters)).toString();
    }

    static String users(UserDTO... users) {
        Table table = new Table("ID", "NAME", "STATE", "BUNDLE", "DELIVERED", "QUEUED", "LOST", "FAILED", "RUNNING");
        for (UserDTO user : users) {
            boolean hasMailbox = !user.state.equals(UserDTO.STANDBY);
            table.row(user.idx + "." + user.val, user.name, user.state, bundle(user),
                    hasMailbox ? user.delivered : null, hasMailbox ? user.queued + "/" + user.capacity : null,
                    hasMailbox ? lost(user) : null, user.failed,
                    user.runningMs == 0 ? null : user.runningMs + " ms" + (user.stuck ? " STUCK" : ""));
        }
        return table.isEmpty() ? "nobody is registered\n" : table.toString();
    }

    static String ports(PortDTO... ports) {
        Table table = new Table("PORT", "OWNER", "UID", "PID", "GROUPS", "QUEUED", "OF", "RECEIVED", "SENT", "DROPPED",
                "OVERRUNS");
        for (PortDTO port : ports) {
            table.row(port.portId == 0 ? "unbound" : port.portId, port.owner, number(port.uid), number(port.pid),
                    port.groups.length == 0 ? null : Arrays.stream(port.groups).mapToObj(Long::toString)
                            .collect(Collectors.joining(",")),
                    port.queuedBytes + (port.congested ? " FULL" : ""), port.receiveBufferBytes, port.received,
                    port.sent, port.dropped, port.overruns);
        }
        return table.isEmpty() ? "no ports\n" : table.toString();
    }

    private static String failed(FailedUserDTO... failed) {
        Table table = new Table("REFUSED", "IDX", "VAL", "NAME", "BUNDLE", "WHY");
        for (FailedUserDTO user : failed) {
            table.row("service " + user.serviceId, user.idx, user.val, user.name, user.bundle,
                    user.reasonName + ": " + user.message);
        }
        return table.toString();
    }

    private static String gates(GateDTO... gates) {
        Table table = new Table("GATE", "PATH", "CLIENTS", "ACCEPTED", "REFUSED", "FRAMES IN", "FRAMES OUT",
                "MALFORMED", "STATE");
        for (GateDTO gate : gates) {
            table.row(gate.name, gate.path, gate.clients + "/" + gate.maxClients, gate.accepted, gate.refused,
                    gate.framesIn, gate.framesOut, gate.malformed, gate.listening ? "listening" : gate.failure);
        }
        return table.toString();
    }

    private static String subscriptions(SubscriptionDTO... subscriptions) {
        Table table = new Table("NOTIFIED", "TO", "IDX", "VAL", "EVENTS");
        for (SubscriptionDTO subscription : subscriptions) {
            table.row("port " + subscription.portId, subscription.extended ? "port" : "group " + subscription.group,
                    String.join(",", subscription.idx), String.join(",", subscription.val), subscription.events);
        }
        return table.toString();
    }

    private static String counters(CountersDTO counters) {
        StringBuilder text = new StringBuilder("received ").append(counters.received);
        append(text, counters.unknownId, "to unknown ids");
        append(text, counters.noListener, "sends that nobody listened to");
        append(text, counters.malformed, "malformed");
        append(text, counters.oversize, "too long");
        append(text, counters.forbidden, "forbidden");
        append(text, counters.badNotifyRequests, "bad notification requests");
        append(text, counters.tooManySubscriptions, "subscriptions too many");
        append(text, counters.lateReplies, "late replies");
        append(text, counters.answersDropped, "answers dropped");
        append(text, counters.stuckDrainers, "of " + counters.drainers + " drainers held up");
        return text.append('\n').toString();
    }

    private static void append(StringBuilder text, long number, String what) {
        if (number != 0) {
            text.append(", ").append(number).append(' ').append(what);
        }
    }

    private static String bundle(UserDTO user) {
        return user.bundle == null ? null : user.bundle + " " + user.version + " [" + user.bundleId + "]";
    }

    private static long lost(UserDTO user) {
        return user.dropped + user.droppedOldest + user.waitedInVain + user.refused + user.abandoned;
    }

    private static Long number(long number) {
        return number < 0 ? null : number;
    }
}
