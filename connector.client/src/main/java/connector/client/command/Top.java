// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.CnStat;
import connector.api.wire.CnStat.Attribute;
import connector.client.CnException;
import connector.client.CnSocket;
import connector.client.CnStatistics;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Json;
import connector.client.print.Output;
import connector.client.print.Screen;
import connector.client.print.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** {@code cn top}: users, groups and ports in the order of their messages a second. */
final class Top implements Command {

    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Differences differences = new Differences();
    private Duration interval;
    private long count;

    /** One line: what it is, and how busy. */
    private record Row(CnStatistics what, double rate, double lost, long total) {
    }

    @Override
    public void check(Options options) throws UsageException {
        ListUsers.none(options);
        interval = options.seconds(Option.INTERVAL, INTERVAL);
        count = options.positive(Option.COUNT, Long.MAX_VALUE);
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws CnException {
        differences.next(socket.statistics());
        // Asked for now, for the first request is what gave this socket its port.
        int ownPort = socket.getsockname().port();
        try (Screen screen = new Screen(output)) {
            for (long left = count; left > 0 && !output.isBroken(); left--) {
                Pause.of(interval, socket);
                List<CnStatistics> all = socket.statistics();
                differences.next(all);
                List<Row> rows = all.stream()
                        .filter(one -> one.kind() == CnStat.USER || one.kind() == CnStat.GROUP
                                || one.kind() == CnStat.PORT)
                        // What is asked for here is no traffic that anybody would look for.
                        .filter(one -> one.kind() != CnStat.PORT
                                || one.number(Attribute.NUMBER) != Integer.toUnsignedLong(ownPort))
                        .map(this::row)
                        .sorted(Comparator.comparingDouble(Row::rate).reversed()
                                .thenComparing(Comparator.comparingLong(Row::total).reversed())
                                .thenComparing(row -> row.what().key()))
                        .toList();
                if (output.isJson()) {
                    rows.forEach(row -> output.line(json(row).toString()));
                } else {
                    screen.show(lines(all, rows));
                }
            }
        }
        return DONE;
    }

    private Row row(CnStatistics one) {
        double rate;
        long total;
        if (one.kind() == CnStat.USER) {
            rate = differences.perSecond(one, Attribute.DELIVERED);
            total = one.number(Attribute.DELIVERED);
        } else if (one.kind() == CnStat.GROUP) {
            rate = differences.perSecond(one, Attribute.SEQUENCE);
            total = one.number(Attribute.SEQUENCE);
        } else {
            rate = differences.perSecond(one, Attribute.SENT) + differences.perSecond(one, Attribute.RECEIVED);
            total = one.number(Attribute.SENT) + one.number(Attribute.RECEIVED);
        }
        double lost = differences.perSecond(one, Attribute.DROPPED) + differences.perSecond(one, Attribute.REFUSED)
                + differences.perSecond(one, Attribute.ABANDONED)
                + differences.perSecond(one, Attribute.DROPPED_OLDEST)
                + differences.perSecond(one, Attribute.WAITED_IN_VAIN);
        return new Row(one, rate, lost, total);
    }

    private List<String> lines(List<CnStatistics> all, List<Row> rows) {
        CnStatistics bus = all.getFirst();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%s  %s, %s, %s; to users %.1f messages/s; in %.1f s", Output.now(),
                Output.counted(count(all, CnStat.USER), "user"), Output.counted(count(all, CnStat.GROUP), "group"),
                Output.counted(count(all, CnStat.PORT), "port"),
                differences.perSecond(bus, Attribute.RECEIVED), differences.seconds()));
        Table table = new Table("MSG/S", "LOST/S", "QUEUED", "TOTAL", "WHAT", "WHOSE");
        for (Row row : rows) {
            table.row(rate(row.rate()), rate(row.lost()), row.what().number(Attribute.QUEUED), row.total(),
                    row.what().key(), whose(row.what()));
        }
        lines.addAll(table.lines());
        return lines;
    }

    private static long count(List<CnStatistics> all, int kind) {
        return all.stream().filter(one -> one.kind() == kind).count();
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%.1f", perSecond);
    }

    private static String whose(CnStatistics one) {
        return switch (one.kind()) {
            case CnStat.USER -> one.text(Attribute.NAME)
                    + (one.number(Attribute.STUCK) == 0 ? "" : "  STUCK " + one.number(Attribute.RUNNING_MS) + " ms");
            case CnStat.GROUP -> Output.counted(one.number(Attribute.MEMBERS), "member");
            default -> one.text(Attribute.OWNER)
                    + (one.number(Attribute.PID, -1) < 0 ? "" : "  pid " + one.number(Attribute.PID))
                    + (one.number(Attribute.CONGESTED) == 0 ? "" : "  FULL");
        };
    }

    private static Json json(Row row) {
        Json json = new Json().put("kind", CnStat.kindName(row.what().kind())).put("what", row.what().key());
        return json.put("whose", whose(row.what())).put("messages_per_second", row.rate(), 1)
                .put("lost_per_second", row.lost(), 1).put("queued", row.what().number(Attribute.QUEUED))
                .put("total", row.total());
    }
}
