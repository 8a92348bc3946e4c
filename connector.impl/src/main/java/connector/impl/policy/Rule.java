// SPDX-License-Identifier: Apache-2.0
package connector.impl.policy;

import connector.api.runtime.PolicyRuleDTO;
import connector.impl.netlink.Identity;
import java.util.Map;
import java.util.TreeMap;

/**
 * One rule: for which ids, groups and ports, and whom it allows or denies what there.
 *
 * @param name what it is called in listings: its PID
 * @param ranking the higher is asked first
 * @param idx of the ids that it is about
 * @param val of the ids that it is about
 * @param group the groups that it is about
 * @param port the ports that it is about
 * @param allow whom it allows what
 * @param deny whom it denies what
 */
record Rule(String name, int ranking, NumberSet idx, NumberSet val, NumberSet group, NumberSet port,
        Map<Operation, Principals> allow, Map<Operation, Principals> deny) {

    /** What a rule says; its order is that in which it counts among rules of one ranking. */
    enum Answer {
        DENIED, ALLOWED, SILENT
    }

    Rule {
        allow = Map.copyOf(allow);
        deny = Map.copyOf(deny);
    }

    /** Tells what it says of an operation on what it is known to be about. */
    Answer ask(Operation operation, Identity who, int ownerUid) {
        Principals denied = deny.get(operation);
        if (denied != null && denied.contain(who, ownerUid)) {
            return Answer.DENIED;
        }
        Principals allowed = allow.get(operation);
        return allowed != null && allowed.contain(who, ownerUid) ? Answer.ALLOWED : Answer.SILENT;
    }

    /**
     * Tells whether it is about something.
     *
     * @param first idx, group or port
     * @param second val, for an operation that has one
     */
    boolean covers(Operation operation, int first, int second) {
        return switch (operation) {
            case SEND, NOTIFY, MONITOR -> idx.contains(first) && val.contains(second);
            case MULTICAST, LISTEN -> group.contains(first);
            case UNICAST, BIND -> port.contains(first);
        };
    }

    /** Tells whether there is no id that it is not about. */
    boolean coversAllIds() {
        return idx.isAll() && val.isAll();
    }

    PolicyRuleDTO toDTO() {
        PolicyRuleDTO dto = new PolicyRuleDTO();
        dto.name = name;
        dto.ranking = ranking;
        dto.idx = idx.toString();
        dto.val = val.toString();
        dto.group = group.toString();
        dto.port = port.toString();
        dto.allow = texts(allow);
        dto.deny = texts(deny);
        return dto;
    }

    private static Map<String, String> texts(Map<Operation, Principals> principals) {
        Map<String, String> texts = new TreeMap<>();
        principals.forEach((operation, who) -> texts.put(operation.key(), who.toString()));
        return texts;
    }
}
