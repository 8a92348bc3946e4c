// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A line of results.
 *
 * @param name the measurement
 * @param title what it is
 * @param ratio of what to what; empty if it is none
 * @param spread of the ratio, or of the value
 * @param verdict what is asked, and whether it is met
 * @param processor the median of the processor times' ratio; NaN if there is none
 * @param values the contenders' own medians
 */
record Figures(String name, String title, String ratio, Spread spread, String verdict, double processor,
        String values) {

    static List<Figures> of(Comparison comparison, Map<String, List<Turns.Turn>> turns) {
        String values = comparison.contenders().stream()
                .map(contender -> contender.name() + " " + value(comparison.unit(), turns.get(contender.name())))
                .collect(Collectors.joining(", "));
        List<Figures> figures = new ArrayList<>();
        for (Target target : comparison.targets()) {
            Spread spread = Turns.ratio(target, turns);
            figures.add(new Figures(comparison.name(), comparison.title(), target.toString(), spread,
                    target.verdict(spread), Turns.processorRatio(target, turns).median(), values));
        }
        for (Limit limit : comparison.limits()) {
            Spread spread = Spread.of(turns.get(limit.contender()).stream().mapToDouble(limit.value()).toArray());
            figures.add(new Figures(comparison.name(), comparison.title(), limit.contender() + ", " + limit.what(),
                    spread, spread.under(limit.bound()), Double.NaN, values));
        }
        return figures;
    }

    private static String value(Unit unit, List<Turns.Turn> turns) {
        return unit.text(Spread.of(turns.stream().mapToDouble(Turns.Turn::nanosAnOperation).toArray()).median(),
                Spread.of(turns.stream().mapToDouble(Turns.Turn::bytesAnOperation).toArray()).median());
    }

    /** For a terminal. */
    String text() {
        return "  %-20s median %s   quartiles %s .. %s   min %s   max %s   (%d)   %s%s".formatted(ratio,
                number(spread.median()), number(spread.lowerQuartile()), number(spread.upperQuartile()),
                number(spread.min()), number(spread.max()), spread.count(), verdict,
                Double.isNaN(processor) ? "" : "   [processor time x %.3f]".formatted(processor));
    }

    /** For a table in Markdown; the first cell is the name. */
    String row(String date) {
        return "| %s | %s | **%s** | %s .. %s | %s .. %s | %d | %s | %s | %s | %s |".formatted(name, ratio,
                number(spread.median()), number(spread.lowerQuartile()), number(spread.upperQuartile()),
                number(spread.min()), number(spread.max()), spread.count(), verdict,
                Double.isNaN(processor) ? "" : "%.3f".formatted(processor), values, date);
    }

    private static String number(double value) {
        return value != 0 && Math.abs(value) < 0.001 ? "%.0e".formatted(value)
                : value < 20 ? "%.3f".formatted(value) : "%.0f".formatted(value);
    }
}
