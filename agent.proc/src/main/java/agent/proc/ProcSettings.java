// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration, as {@link ProcConfiguration} describes it. A bad value is refused by name, and the setting stays
 * as it was; a key that there is not is named.
 *
 * @param receiveBufferBytes what the host keeps of events not yet taken, in bytes
 * @param names whether events carry the process' name
 */
record ProcSettings(int receiveBufferBytes, boolean names) {

    static final ProcSettings DEFAULT = new ProcSettings(4 << 20, true);

    private static final List<String> KEYS = List.of("names", "receive.buffer.bytes");
    private static final Pattern FOREIGN = Pattern.compile("(service\\.|component\\.|felix\\.|org\\.|osgi\\.|[.:]).*");
    private static final int LEAST_BYTES = 4096;
    private static final int MOST_BYTES = 1 << 30;
    private static final Logger LOG = LoggerFactory.getLogger(ProcSettings.class);

    /** These settings with what the properties say in place; what they leave out has its default. */
    ProcSettings with(Map<String, Object> properties) {
        for (String key : unknown(properties.keySet())) {
            LOG.error("Configuration {}: there is no key {}; there are {}", HostProcessEvents.PID, key,
                    String.join(", ", KEYS));
        }
        return new ProcSettings(bytes(properties.get("receive.buffer.bytes")), names(properties.get("names")));
    }

    /** Those that nothing reads: neither this bundle, nor who passes a configuration on and adds keys of its own. */
    static SortedSet<String> unknown(Set<String> keys) {
        SortedSet<String> unknown = new TreeSet<>(keys);
        unknown.removeAll(KEYS);
        unknown.removeIf(key -> FOREIGN.matcher(key).matches());
        return unknown;
    }

    private int bytes(Object value) {
        if (value == null) {
            return DEFAULT.receiveBufferBytes;
        }
        try {
            int bytes = Integer.parseInt(value.toString().trim());
            if (bytes >= LEAST_BYTES && bytes <= MOST_BYTES) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // Told below, like a number that is out of range.
        }
        refuse("receive.buffer.bytes", value, "a whole number from " + LEAST_BYTES + " to " + MOST_BYTES,
                receiveBufferBytes);
        return receiveBufferBytes;
    }

    private boolean names(Object value) {
        if (value == null) {
            return DEFAULT.names;
        }
        return switch (value.toString().trim().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> {
                refuse("names", value, "true or false", names);
                yield names;
            }
        };
    }

    private static void refuse(String name, Object value, String wanted, Object now) {
        LOG.error("Configuration {}: {} = '{}' is refused, it must be {}; it stays {}", HostProcessEvents.PID, name,
                value, wanted, now);
    }
}
