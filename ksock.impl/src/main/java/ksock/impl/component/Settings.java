// SPDX-License-Identifier: Apache-2.0
package ksock.impl.component;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration. A bad value is refused by name, and the setting stays as it was; a key that there is not is named.
 *
 * @param closeWaitMs how long the end of an owner waits for its calls and callbacks, in milliseconds
 * @param callbackThreads how many threads may be held up in callbacks
 */
record Settings(long closeWaitMs, int callbackThreads) {

    static final String PID = "ksock";
    static final long CLOSE_WAIT_MS = 5_000;
    static final int CALLBACK_THREADS = 1_024;
    static final Settings DEFAULT = new Settings(CLOSE_WAIT_MS, CALLBACK_THREADS);

    private static final List<String> KEYS = List.of("callback.threads", "close.wait.ms");
    private static final Pattern FOREIGN = Pattern.compile("(service\\.|component\\.|felix\\.|org\\.|osgi\\.|[.:]).*");
    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

    /** These settings with what the properties say in place; what they leave out has its default. */
    Settings with(Map<String, Object> properties) {
        for (String key : unknown(properties.keySet())) {
            LOG.error("Configuration {}: there is no key {}; there are {}", PID, key, String.join(", ", KEYS));
        }
        return new Settings(
                number(properties, "close.wait.ms", 1, 600_000, CLOSE_WAIT_MS, closeWaitMs),
                (int) number(properties, "callback.threads", 2, 32_768, CALLBACK_THREADS, callbackThreads));
    }

    /** Those that nothing reads: neither this bundle, nor who passes a configuration on and adds keys of its own. */
    static SortedSet<String> unknown(Set<String> keys) {
        SortedSet<String> unknown = new TreeSet<>(keys);
        unknown.removeAll(KEYS);
        unknown.removeIf(key -> FOREIGN.matcher(key).matches());
        return unknown;
    }

    private static long number(Map<String, Object> properties, String name, long least, long most, long byDefault,
            long now) {
        Object value = properties.get(name);
        if (value == null) {
            return byDefault;
        }
        try {
            long number = Long.parseLong(value.toString().trim());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, like a number that is out of range.
        }
        LOG.error("Configuration {}: {} = '{}' is refused, it must be a whole number from {} to {}; it stays {}", PID,
                name, value, least, most, now);
        return now;
    }
}
