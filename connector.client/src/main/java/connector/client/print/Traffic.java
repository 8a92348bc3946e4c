// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import connector.api.wire.NetlinkErrno;
import connector.client.CnMessage;
import connector.client.CnTapped;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How much came since some moment, of whom, and what was lost. */
public final class Traffic {

    private static final int BUSIEST = 5;
    private static final double NANOS = 1e9;

    private final Map<String, Long> ofIds = new HashMap<>();
    private long messages;
    private long bytes;
    private long refused;
    private long lost;
    private long since = System.nanoTime();

    /** From now on. */
    public Traffic() {
    }

    /**
     * Counts a message.
     *
     * @param message that came
     */
    public void message(CnMessage message) {
        messages++;
        bytes += message.data().length;
        ofIds.merge(message.id(), 1L, Long::sum);
    }

    /**
     * Counts what a tap saw: each message of it, once, and whether it went nowhere.
     *
     * @param tapped that passed
     */
    public void tapped(CnTapped tapped) {
        if (!tapped.isDroppedLate()) {
            if (tapped.messages().isEmpty()) {
                messages++;
            }
            tapped.messages().forEach(this::message);
        }
        // That nobody listens is no refusal.
        refused += tapped.errno() == 0 || tapped.errno() == NetlinkErrno.ESRCH ? 0 : 1;
    }

    /**
     * Counts what was lost.
     *
     * @param count how many messages
     */
    public void lost(long count) {
        lost += count;
    }

    /** Begins again. */
    public void clear() {
        ofIds.clear();
        messages = 0;
        bytes = 0;
        refused = 0;
        lost = 0;
        since = System.nanoTime();
    }

    /**
     * Prints the rates, of all and of the busiest ids.
     *
     * @param output where to
     * @param what they are called
     */
    public void printTo(Output output, String what) {
        double seconds = Math.max(1, System.nanoTime() - since) / NANOS;
        List<Map.Entry<String, Long>> busiest = ofIds.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(BUSIEST).toList();
        if (output.isJson()) {
            Json ids = new Json();
            busiest.forEach(id -> ids.put(id.getKey(), id.getValue()));
            output.line(new Json().put("traffic", what).put("seconds", seconds, 3).put("messages", messages)
                    .put("bytes", bytes).put("refused", refused).put("lost", lost)
                    .put("messages_per_second", messages / seconds, 1)
                    .put("ids", ids).toString());
            return;
        }
        String ids = busiest.stream()
                .map(id -> id.getKey() + " " + rate(id.getValue() / seconds))
                .collect(Collectors.joining(", "));
        output.line(Output.now() + "  " + what + " " + Output.counted(messages, "message") + " in "
                + String.format(Locale.ROOT, "%.1f s", seconds) + ", " + rate(messages / seconds) + ", "
                + String.format(Locale.ROOT, "%.0f bytes/s", bytes / seconds) + ", "
                + (refused == 0 ? "" : refused + " refused, ") + lost + " lost"
                + (ids.isEmpty() ? "" : ": " + ids) + (ofIds.size() > BUSIEST ? ", ..." : ""));
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%.1f/s", perSecond);
    }
}
