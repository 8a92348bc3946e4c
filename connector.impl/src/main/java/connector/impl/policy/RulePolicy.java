// SPDX-License-Identifier: Apache-2.0
package connector.impl.policy;

import connector.api.Sender;
import connector.api.runtime.PolicyDTO;
import connector.api.runtime.PolicyRuleDTO;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** The policy that the configured rules make, and the default where they are silent. Rules come and go at any time. */
public final class RulePolicy implements Policy {

    private static final int ROOT = 0;
    private static final Comparator<Rule> ORDER =
            Comparator.comparingInt(Rule::ranking).reversed().thenComparing(Rule::name);

    private final int ownerUid;
    // Filled by the constructor, not changed.
    private final Map<Operation, LongAdder> refused = new EnumMap<>(Operation.class);

    // Guarded by this.
    private final Map<String, Rule> rules = new TreeMap<>();
    private final Map<String, String> failures = new TreeMap<>();

    // Made anew of the above, never written to; the highest ranking first.
    private volatile Rule[] asked = {};

    /**
     * Makes the default policy.
     *
     * @param ownerUid the user that the platform runs as
     */
    public RulePolicy(int ownerUid) {
        this.ownerUid = ownerUid;
        for (Operation operation : Operation.values()) {
            refused.put(operation, new LongAdder());
        }
    }

    /**
     * Puts a rule in force, in place of the one of that name.
     *
     * @param name of the rule
     * @param properties what is configured
     * @throws IllegalArgumentException it cannot be followed, and why; the rule of that name stays as it was
     */
    public synchronized void put(String name, Map<String, ?> properties) {
        try {
            rules.put(name, RuleReader.read(name, properties));
            failures.remove(name);
        } catch (IllegalArgumentException e) {
            failures.put(name, e.getMessage());
            throw e;
        }
        apply();
    }

    /**
     * Takes a rule out of force.
     *
     * @param name of the rule
     */
    public synchronized void remove(String name) {
        rules.remove(name);
        failures.remove(name);
        apply();
    }

    private void apply() {
        asked = rules.values().stream().sorted(ORDER).toArray(Rule[]::new);
    }

    @Override
    public boolean maySend(Identity who, int idx, int val) {
        return count(Operation.SEND, may(Operation.SEND, who, idx, val));
    }

    @Override
    public boolean mayMulticast(Identity who, int group) {
        return count(Operation.MULTICAST, may(Operation.MULTICAST, who, group, 0));
    }

    @Override
    public boolean mayUnicast(Identity who, int portId) {
        return count(Operation.UNICAST, may(Operation.UNICAST, who, portId, 0));
    }

    @Override
    public boolean mayListen(Identity who, int group) {
        return count(Operation.LISTEN, may(Operation.LISTEN, who, group, 0));
    }

    @Override
    public boolean mayBind(Identity who, int portId) {
        // That is the id it would get without asking, and nobody else's.
        return (portId == who.pid() && portId != Sender.UNKNOWN)
                || count(Operation.BIND, may(Operation.BIND, who, portId, 0));
    }

    @Override
    public boolean mayNotify(Identity who) {
        return count(Operation.NOTIFY, mayAnywhere(Operation.NOTIFY, who));
    }

    @Override
    public boolean mayMonitor(Identity who) {
        return count(Operation.MONITOR, mayAnywhere(Operation.MONITOR, who));
    }

    /** Whether there may be an id with which it may do so. */
    private boolean mayAnywhere(Operation operation, Identity who) {
        if (who.inPlatform()) {
            return true;
        }
        for (Rule rule : asked) {
            switch (rule.ask(operation, who, ownerUid)) {
                case ALLOWED -> {
                    return true;
                }
                case DENIED -> {
                    if (rule.coversAllIds()) {
                        return false;
                    }
                }
                case SILENT -> {
                }
            }
        }
        return isTrusted(who);
    }

    @Override
    public boolean mayMonitor(Identity who, int idx, int val) {
        return may(Operation.MONITOR, who, idx, val);
    }

    @Override
    public boolean mayBeTold(Identity who, int idx, int val) {
        return may(Operation.NOTIFY, who, idx, val);
    }

    private boolean may(Operation operation, Identity who, int first, int second) {
        if (who.inPlatform()) {
            return true;
        }
        Rule.Answer answer = Rule.Answer.SILENT;
        int ranking = 0;
        for (Rule rule : asked) {
            if (answer == Rule.Answer.ALLOWED && rule.ranking() != ranking) {
                break;
            }
            if (!rule.covers(operation, first, second)) {
                continue;
            }
            switch (rule.ask(operation, who, ownerUid)) {
                case DENIED -> {
                    return false;
                }
                case ALLOWED -> {
                    answer = Rule.Answer.ALLOWED;
                    ranking = rule.ranking();
                }
                case SILENT -> {
                }
            }
        }
        return answer == Rule.Answer.ALLOWED || isTrusted(who);
    }

    private boolean isTrusted(Identity who) {
        return who.inPlatform() || who.uid() == ROOT || Principals.isOwner(who, ownerUid);
    }

    private boolean count(Operation operation, boolean permitted) {
        if (!permitted) {
            refused.get(operation).increment();
        }
        return permitted;
    }

    /** {@return a snapshot} */
    public synchronized PolicyDTO toDTO() {
        PolicyDTO dto = new PolicyDTO();
        dto.ownerUid = Integer.toUnsignedLong(ownerUid);
        List<PolicyRuleDTO> all = new ArrayList<>();
        for (Rule rule : asked) {
            PolicyRuleDTO one = rule.toDTO();
            one.failure = failures.get(rule.name());
            all.add(one);
        }
        failures.forEach((name, failure) -> {
            if (!rules.containsKey(name)) {
                PolicyRuleDTO one = new PolicyRuleDTO();
                one.name = name;
                one.failure = failure;
                all.add(one);
            }
        });
        dto.rules = all.toArray(PolicyRuleDTO[]::new);
        dto.refused = new TreeMap<>();
        refused.forEach((operation, count) -> dto.refused.put(operation.key(), count.sum()));
        return dto;
    }
}
