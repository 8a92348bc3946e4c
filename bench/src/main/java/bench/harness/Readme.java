// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The table of figures in bench/README.md: rows of what was measured anew replace the old ones. */
final class Readme {

    private static final String BEGIN = "<!-- figures: bench/run --readme writes them -->";
    private static final String END = "<!-- end of figures -->";
    private static final List<String> HEAD = List.of(
            "| name | ratio | median | quartiles | min .. max | pairs | asked | processor time | medians | measured |",
            "|---|---|---|---|---|---|---|---|---|---|");

    private Readme() {
    }

    static void write(Path file, List<Figures> figures, String machine, List<String> order) throws IOException {
        List<String> lines = Files.readAllLines(file);
        int begin = lines.indexOf(BEGIN);
        int end = lines.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(file + " has no lines '" + BEGIN + "' and '" + END + "'");
        }
        Set<String> measured = new HashSet<>();
        figures.forEach(figure -> measured.add(figure.name()));
        List<String> rows = new ArrayList<>();
        for (String line : lines.subList(begin, end)) {
            if (line.startsWith("| ") && !line.equals(HEAD.getFirst()) && !measured.contains(name(line))) {
                rows.add(line);
            }
        }
        String date = LocalDate.now(ZoneId.systemDefault()).toString();
        figures.forEach(figure -> rows.add(figure.row(date)));
        rows.sort((a, b) -> Integer.compare(order.indexOf(name(a)), order.indexOf(name(b))));

        List<String> all = new ArrayList<>(lines.subList(0, begin + 1));
        all.add("On: " + machine + ".");
        all.add("");
        all.addAll(HEAD);
        all.addAll(rows);
        all.addAll(lines.subList(end, lines.size()));
        Files.write(file, all);
    }

    private static String name(String row) {
        return row.substring(2, row.indexOf(" |", 2));
    }
}
