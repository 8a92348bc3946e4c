// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.CnStat;
import connector.client.CnStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What came to the counters from one look at them to the next. */
final class Differences {

    private static final double NANOS = 1e9;

    private Map<String, CnStatistics> before = Map.of();
    private Map<String, CnStatistics> now = Map.of();
    private double seconds;

    /** Takes the next look. */
    void next(List<CnStatistics> statistics) {
        before = now;
        now = new HashMap<>();
        statistics.forEach(one -> now.putIfAbsent(one.key(), one));
        CnStatistics earlier = before.get("bus");
        CnStatistics later = now.get("bus");
        seconds = earlier == null || later == null ? 0 : (later.timeNs() - earlier.timeNs()) / NANOS;
    }

    /** Whether there was a look before the latest one. */
    boolean isThere() {
        return seconds > 0;
    }

    double seconds() {
        return seconds;
    }

    /** What came to a counter: all of it if what it belongs to was not there before. */
    long of(CnStatistics one, int attribute) {
        long value = number(one, attribute);
        CnStatistics earlier = before.get(one.key());
        if (!isThere() || !CnStat.isCounter(attribute)) {
            return 0;
        }
        // Counters begin again with a new one of the same name.
        long had = earlier == null ? 0 : number(earlier, attribute);
        return value < had ? value : value - had;
    }

    double perSecond(CnStatistics one, CnStat.Attribute attribute) {
        return isThere() ? of(one, attribute.type()) / seconds : 0;
    }

    private static long number(CnStatistics one, int attribute) {
        return one.attributes().get(attribute) instanceof Long number ? number : 0;
    }
}
