// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.CnStat;
import connector.api.wire.NetlinkErrno;
import connector.client.CnException;
import connector.client.CnSocket;
import connector.client.CnStatistics;
import connector.client.line.Ids;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Json;
import connector.client.print.Output;
import connector.client.print.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** {@code cn stat}: what the platform counts, once or again and again with the differences. */
final class Stat implements Command {

    private static final int[] KINDS = {CnStat.BUS, CnStat.USER, CnStat.GROUP, CnStat.PORT, CnStat.GATE};

    private final List<Integer> kinds = new ArrayList<>();
    private final Map<String, Ids.Id> ids = new LinkedHashMap<>();
    private final Set<String> neverSeen = new LinkedHashSet<>();
    private final Differences differences = new Differences();
    private Duration interval;
    private long count;

    @Override
    public void check(Options options) throws UsageException {
        for (String word : options.arguments()) {
            int kind = kind(word);
            if (kind != 0) {
                kinds.add(kind);
            } else if (Character.isLetter(word.charAt(0))) {
                throw new UsageException("'" + word + "' is neither bus, user, group, port, gate nor an id");
            } else {
                ids.put(word, Ids.idOrGroup(word));
            }
        }
        neverSeen.addAll(ids.keySet());
        interval = options.seconds(Option.INTERVAL, null);
        count = options.positive(Option.COUNT, interval == null ? 1 : Long.MAX_VALUE);
        if (interval == null && count > 1) {
            throw new UsageException("stat --count needs --interval");
        }
    }

    private static int kind(String word) {
        for (int kind : KINDS) {
            if (CnStat.kindName(kind).equals(word)) {
                return kind;
            }
        }
        return 0;
    }

    private boolean wants(CnStatistics one) {
        return (kinds.isEmpty() && ids.isEmpty()) || kinds.contains(one.kind())
                || ids.values().stream().anyMatch(id -> isOf(one, id));
    }

    private static boolean isOf(CnStatistics one, Ids.Id id) {
        return one.kind() == CnStat.USER && id.matches(one.idx(), one.val());
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws CnException {
        for (long left = count; left > 0 && !output.isBroken(); left--) {
            List<CnStatistics> all = socket.statistics();
            differences.next(all);
            print(all.stream().filter(this::wants).toList(), output);
            neverSeen.removeIf(word -> all.stream().anyMatch(one -> isOf(one, ids.get(word))));
            if (left > 1) {
                if (left == count && !neverSeen.isEmpty()) {
                    output.remark("nobody has " + String.join(", ", neverSeen) + " yet");
                }
                Pause.of(interval, socket);
                if (!output.isJson()) {
                    output.line("");
                }
            }
        }
        if (!neverSeen.isEmpty()) {
            throw new CnException("stat", NetlinkErrno.ENODEV, "nobody has " + String.join(", ", neverSeen)
                    + ": 'cn list' shows who is registered");
        }
        return DONE;
    }

    private void print(List<CnStatistics> all, Output output) {
        if (output.isJson()) {
            all.forEach(one -> output.line(json(one).toString()));
            return;
        }
        if (differences.isThere()) {
            output.line(Output.now() + String.format("  in %.1f s", differences.seconds()));
        }
        for (int kind : KINDS) {
            List<CnStatistics> ofKind = all.stream().filter(one -> one.kind() == kind).toList();
            if (!ofKind.isEmpty()) {
                table(ofKind).lines().forEach(output::line);
            } else if (kinds.contains(kind)) {
                output.line("no " + CnStat.kindName(kind) + "s");
            }
        }
    }

    /** A column for each attribute that any of them has. */
    private Table table(List<CnStatistics> all) {
        SortedSet<Integer> attributes = new TreeSet<>();
        all.forEach(one -> attributes.addAll(one.attributes().keySet()));
        attributes.remove(CnStat.Attribute.NUMBER.type());
        List<String> heads = new ArrayList<>(List.of(CnStat.kindName(all.getFirst().kind())));
        attributes.forEach(attribute -> heads.add(CnStatistics.attributeName(attribute)));
        Table table = new Table(heads.toArray(String[]::new));
        for (CnStatistics one : all) {
            List<Object> cells = new ArrayList<>();
            String key = one.key();
            cells.add(key.substring(key.indexOf(' ') + 1));
            for (int attribute : attributes) {
                Object value = one.attributes().get(attribute);
                long difference = differences.of(one, attribute);
                cells.add(value == null ? null : difference == 0 ? value : value + " +" + difference);
            }
            table.row(cells.toArray());
        }
        return table;
    }

    private Json json(CnStatistics one) {
        Json json = new Json().put("kind", CnStat.kindName(one.kind()));
        if (one.kind() == CnStat.USER) {
            json.putUnsigned("idx", one.idx()).putUnsigned("val", one.val());
        }
        Json came = new Json();
        one.attributes().forEach((attribute, value) -> {
            String name = CnStatistics.attributeName(attribute);
            if (value instanceof Long number) {
                json.put(name, number);
                if (differences.of(one, attribute) != 0) {
                    came.put(name, differences.of(one, attribute));
                }
            } else {
                json.put(name, value.toString());
            }
        });
        return differences.isThere() ? json.put("seconds", differences.seconds(), 3).put("difference", came) : json;
    }
}
