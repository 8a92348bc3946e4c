// SPDX-License-Identifier: Apache-2.0
package connector.impl.policy;

import connector.impl.configuration.Keys;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Makes a rule of a configuration's properties. */
final class RuleReader {

    private static final String ALLOW = "allow.";
    private static final String DENY = "deny.";

    private RuleReader() {
    }

    /**
     * Reads a rule.
     *
     * @param name what to call it
     * @param properties the configuration; what the framework and its tools put there as well is passed over
     * @return the rule
     * @throws IllegalArgumentException which property cannot be followed, and why
     */
    static Rule read(String name, Map<String, ?> properties) {
        int ranking = 0;
        Map<String, NumberSet> about = new TreeMap<>();
        Map<Operation, Principals> allow = new EnumMap<>(Operation.class);
        Map<Operation, Principals> deny = new EnumMap<>(Operation.class);
        for (Map.Entry<String, ?> property : properties.entrySet()) {
            String key = property.getKey();
            String text = text(property.getValue()).strip();
            if (Keys.isForeign(key) || text.isEmpty()) {
                continue;
            }
            try {
                if (key.startsWith(ALLOW)) {
                    allow.put(operation(key.substring(ALLOW.length())), Principals.parse(text));
                } else if (key.startsWith(DENY)) {
                    deny.put(operation(key.substring(DENY.length())), Principals.parse(text));
                } else {
                    switch (key) {
                        case "ranking" -> ranking = ranking(text);
                        case "idx", "val", "group", "port" -> about.put(key, NumberSet.parse(text));
                        default -> throw new IllegalArgumentException("there is no such key; there are ranking, idx, "
                                + "val, group, port, and allow. or deny. with send, multicast, unicast, listen, bind, "
                                + "notify or monitor");
                    }
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
            }
        }
        if (allow.isEmpty() && deny.isEmpty()) {
            throw new IllegalArgumentException("neither allows nor denies anything: give allow.<operation> or "
                    + "deny.<operation>");
        }
        NumberSet idx = about.getOrDefault("idx", NumberSet.ALL);
        return new Rule(name, ranking, idx, about.getOrDefault("val", NumberSet.ALL),
                // A user's own group has the number of its idx.
                about.getOrDefault("group", idx), about.getOrDefault("port", NumberSet.ALL), allow, deny);
    }

    private static Operation operation(String name) {
        for (Operation operation : Operation.values()) {
            if (operation.key().equals(name.toLowerCase(Locale.ROOT))) {
                return operation;
            }
        }
        throw new IllegalArgumentException("there is no operation '" + name
                + "'; there are send, multicast, unicast, listen, bind, notify, monitor");
    }

    private static int ranking(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no integer", e);
        }
    }

    private static String text(Object value) {
        StringJoiner joined = new StringJoiner(",");
        if (value instanceof Collection<?> several) {
            several.forEach(one -> joined.add(String.valueOf(one)));
        } else if (value != null && value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                joined.add(String.valueOf(Array.get(value, i)));
            }
        } else {
            joined.add(String.valueOf(value));
        }
        return joined.toString();
    }
}
