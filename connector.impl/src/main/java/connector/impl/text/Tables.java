// SPDX-License-Identifier: Apache-2.0
package connector.impl.text;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.FailedUserDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.GroupDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.SubscriptionDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.CnText;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Renders DTOs as tables, for people. */
public final class Tables {

    private Tables() {
    }

    /**
     * Renders a number and what it is of.
     *
     * @param count how many
     * @param what one is
     * @return one or several
     */
    public static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /**
     * Users, those refused and why, gates, subscriptions, and the counters that are not 0.
     *
     * @param connector everything
     * @return the tables
     */
    public static String connector(ConnectorDTO connector) {
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

    /**
     * Users, and how their mailboxes do.
     *
     * @param users the users
     * @return a line each, or one that says that there are none
     */
    public static String users(UserDTO... users) {
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

    /**
     * Ports, their groups and queues.
     *
     * @param ports the ports
     * @return a line each, or one that says that there are none
     */
    public static String ports(PortDTO... ports) {
        Table table = new Table("PORT", "OWNER", "UID", "PID", "GROUPS", "QUEUED", "OF", "RECEIVED", "SENT", "DROPPED",
                "OVERRUNS");
        for (PortDTO port : ports) {
            table.row(port.portId == 0 ? "unbound" : port.portId, port.owner, number(port.uid), number(port.pid),
                    groups(port),
                    port.queuedBytes + (port.congested ? " FULL" : ""), port.receiveBufferBytes, port.received,
                    port.sent, port.dropped, port.overruns);
        }
        return table.isEmpty() ? "no ports\n" : table.toString();
    }

    /**
     * Who has an id, as the kernel's {@code /proc/net/connector} lists them: {@code "%-15s %u:%u"} and its heading.
     *
     * @param users the users; those that stand by and those that have gone are left out, as the kernel has none
     * @return a line each
     */
    public static String proc(UserDTO... users) {
        StringBuilder text = new StringBuilder("Name            ID\n");
        for (UserDTO user : users) {
            if (user.state.equals(UserDTO.ACTIVE)) {
                text.append(String.format("%-15s %d:%d\n", CnText.visible(user.name), user.idx, user.val));
            }
        }
        return text.toString();
    }

    /**
     * All counters: the bus', and each user's, group's and port's.
     *
     * @param connector everything
     * @return the tables
     */
    public static String statistics(ConnectorDTO connector) {
        StringBuilder text = new StringBuilder(everyCounter(connector.counters));
        Table users = new Table("USER", "DELIVERED", "QUEUED", "BYTES", "DROPPED", "DROPPED OLDEST", "REFUSED",
                "WAITED", "WAITED IN VAIN", "ABANDONED", "FAILED", "INTERRUPTED");
        for (UserDTO user : connector.users) {
            if (!user.state.equals(UserDTO.STANDBY)) {
                users.row(user.idx + "." + user.val, user.delivered, user.queued, user.queuedBytes, user.dropped,
                        user.droppedOldest, user.refused, user.waited, user.waitedInVain, user.abandoned, user.failed,
                        user.interrupted);
            }
        }
        Table groups = new Table("GROUP", "MEMBERS", "SEQUENCE");
        for (GroupDTO group : connector.groups) {
            groups.row(group.group, group.members, group.sequence);
        }
        Table gates = new Table("GATE", "CLIENTS", "ACCEPTED", "REFUSED", "FRAMES IN", "FRAMES OUT", "BYTES IN",
                "BYTES OUT", "MALFORMED", "LIMITED");
        for (GateDTO gate : connector.gates) {
            gates.row(gate.name, gate.clients, gate.accepted, gate.refused, gate.framesIn, gate.framesOut, gate.bytesIn,
                    gate.bytesOut, gate.malformed, gate.limited);
        }
        for (Table table : List.of(users, groups, gates)) {
            if (!table.isEmpty()) {
                text.append('\n').append(table);
            }
        }
        return text.append('\n').append(ports(connector.ports)).toString();
    }

    private static String groups(PortDTO port) {
        String groups = Arrays.stream(port.groups).mapToObj(Long::toString).collect(Collectors.joining(","));
        return port.tap ? groups.isEmpty() ? "all (tap)" : groups + " all (tap)" : groups.isEmpty() ? null : groups;
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

    /** Each counter by its name in the DTO, in columns. */
    private static String everyCounter(CountersDTO counters) {
        Table table = new Table("BUS", "");
        for (Field field : CountersDTO.class.getFields()) {
            try {
                table.row(field.getName(), field.get(counters));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(field + " is public", e);
            }
        }
        return table.toString();
    }

    private static String counters(CountersDTO counters) {
        StringBuilder text = new StringBuilder("received ").append(counters.received);
        append(text, counters.unknownId, "to unknown ids");
        append(text, counters.noListener, "sends that nobody listened to");
        append(text, counters.unknownPort, "to unknown ports");
        append(text, counters.portRefused, "to full ports");
        append(text, counters.portDropped, "lost by ports");
        append(text, counters.unread, "left unread");
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

    static long lost(UserDTO user) {
        return user.dropped + user.droppedOldest + user.waitedInVain + user.refused + user.abandoned;
    }

    private static Long number(long number) {
        return number < 0 ? null : number;
    }
}
