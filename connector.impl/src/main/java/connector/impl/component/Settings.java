// SPDX-License-Identifier: Apache-2.0
package connector.impl.component;

import connector.impl.bus.BusSettings;
import connector.impl.configuration.Keys;
import connector.impl.notify.Matcher;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the configuration {@value #PID}. A bad value is refused by name, and the one before it kept. */
final class Settings {

    static final String PID = "connector";

    static final long DEPARTURE_BOUND_MS = 1000;
    static final long STUCK_MS = 5000;
    static final int DRAINERS = 64;

    static final BusSettings DEFAULT = new BusSettings(DEPARTURE_BOUND_MS, STUCK_MS, DRAINERS);

    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

    private Settings() {
    }

    static BusSettings with(BusSettings before, Map<String, ?> properties) {
        for (String key : Keys.unknown(properties.keySet(), ConnectorConfiguration.class)) {
            LOG.error("Configuration {}: there is no key {}; {}", PID, key,
                    Keys.thereAre(ConnectorConfiguration.class));
        }
        return new BusSettings(
                number(properties, "departure.bound.ms", before.departureBoundMs(), DEPARTURE_BOUND_MS, 1, 60_000),
                number(properties, "stuck.ms", before.stuckMs(), STUCK_MS, 100, 3_600_000),
                (int) number(properties, "drainers", before.maxDrainers(), DRAINERS, 2, 32_768));
    }

    static Matcher matcher(Matcher before, Map<String, ?> properties) {
        Object value = properties.get("compat.matcher");
        String text = value == null ? "" : value.toString().strip();
        for (Matcher matcher : Matcher.values()) {
            if (matcher.text().equals(text)) {
                return matcher;
            }
        }
        LOG.error("Configuration {}: compat.matcher = '{}' is refused, it must be '{}' or empty; it stays '{}'", PID,
                value, Matcher.LINUX_2_6.text(), before.text());
        return before;
    }

    private static long number(Map<String, ?> properties, String name, long before, long otherwise, long least,
            long most) {
        Object value = properties.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value.toString().strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, like a number that is out of range.
        }
        LOG.error("Configuration {}: {} = '{}' is refused, it must be a whole number from {} to {}; it stays {}", PID,
                name, value, least, most, before);
        return before;
    }
}
