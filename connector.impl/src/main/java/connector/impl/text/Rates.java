// SPDX-License-Identifier: Apache-2.0
package connector.impl.text;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.GroupDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.UserDTO;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Users, groups and ports by their messages a second, between two snapshots. The columns are those of {@code cn top}.
 */
public final class Rates {

    /** One line: what it is, and what it counts. */
    private record Line(String what, String whose, long queued, long total, long lost) {
    }

    private Rates() {
    }

    /**
     * The busiest first.
     *
     * @param before the first snapshot
     * @param after the second
     * @param seconds what lies between the two
     * @return a heading, and a line for each that the second has
     */
    public static String table(ConnectorDTO before, ConnectorDTO after, double seconds) {
        Map<String, Line> former = new HashMap<>();
        lines(before).forEach(line -> former.put(line.what, line));
        List<Line> lines = new ArrayList<>(lines(after));
        Comparator<Line> busiest = Comparator.comparingLong(line -> line.total - total(former, line));
        lines.sort(busiest.reversed().thenComparing(Comparator.comparingLong(Line::total).reversed())
                .thenComparing(Line::what));
        Table table = new Table("MSG/S", "LOST/S", "QUEUED", "TOTAL", "WHAT", "WHOSE");
        for (Line line : lines) {
            Line first = former.get(line.what);
            table.row(rate(line.total - total(former, line), seconds),
                    rate(line.lost - (first == null ? 0 : first.lost), seconds), line.queued, line.total, line.what,
                    line.whose);
        }
        return String.format(Locale.ROOT, "%s, %s, %s; to users %s messages/s; in %.1f s\n",
                Tables.counted(after.users.length, "user"), Tables.counted(after.groups.length, "group"),
                Tables.counted(after.ports.length, "port"),
                rate(after.counters.received - before.counters.received, seconds), seconds) + table;
    }

    private static long total(Map<String, Line> former, Line line) {
        Line first = former.get(line.what);
        return first == null ? 0 : first.total;
    }

    private static List<Line> lines(ConnectorDTO dto) {
        List<Line> lines = new ArrayList<>();
        for (UserDTO user : dto.users) {
            if (!user.state.equals(UserDTO.STANDBY)) {
                lines.add(new Line("user " + user.idx + '.' + user.val,
                        user.name + (user.stuck ? "  STUCK " + user.runningMs + " ms" : ""), user.queued,
                        user.delivered, Tables.lost(user)));
            }
        }
        for (GroupDTO group : dto.groups) {
            lines.add(new Line("group " + group.group, Tables.counted(group.members, "member"), 0, group.sequence, 0));
        }
        for (PortDTO port : dto.ports) {
            lines.add(new Line("port " + port.portId, port.owner + (port.pid < 0 ? "" : "  pid " + port.pid)
                    + (port.congested ? "  FULL" : ""), port.queued, port.sent + port.received, port.dropped));
        }
        return lines;
    }

    private static String rate(long number, double seconds) {
        // What has begun anew under the same name in between is not negative.
        return String.format(Locale.ROOT, "%.1f", Math.max(0, number) / seconds);
    }
}
