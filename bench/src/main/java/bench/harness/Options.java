// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What bench/run was asked for.
 *
 * @param names beginnings of names; empty for everything
 * @param turns how to measure
 * @param cores the core of what is measured, and the other; empty to choose
 * @param readme whether to write the figures into README.md
 * @param list whether only to list the names
 */
record Options(List<String> names, Turns turns, List<Integer> cores, boolean readme, boolean list) {

    static final String USAGE = """
            usage: bench/run [name...] [options]
              name           measures what is named so, or else all that begin so; everything without one
              --list         prints the names
              --pairs N      how many pairs, 10 without it
              --starts N     with how many starts of all processes, 2 without it
              --slice MS     how long a contender's turn is, 500 ms without it
              --warmup MS    how long each JVM works before anything counts, 10000 ms without it
              --cores A,B    what is measured on core A, loads on core B; the first two allowed without it
              --readme       writes the figures into bench/README.md
            """;

    static Options parse(String... arguments) {
        List<String> names = new ArrayList<>();
        int pairs = 10;
        int starts = 2;
        long slice = 500;
        long warmUp = 10_000;
        List<Integer> cores = List.of();
        boolean readme = false;
        boolean list = false;
        Iterator<String> rest = List.of(arguments).iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            switch (argument) {
                case "--pairs" -> pairs = positive(argument, rest);
                case "--starts" -> starts = positive(argument, rest);
                case "--slice" -> slice = positive(argument, rest);
                case "--warmup" -> warmUp = positive(argument, rest);
                case "--cores" -> cores = twoCores(argument, rest);
                case "--readme" -> readme = true;
                case "--list" -> list = true;
                default -> {
                    if (argument.startsWith("-")) {
                        throw new IllegalArgumentException("no such option: " + argument);
                    }
                    names.add(argument);
                }
            }
        }
        Turns turns = new Turns(pairs, Math.min(starts, pairs), Duration.ofMillis(slice), Duration.ofMillis(warmUp));
        return new Options(names, turns, cores, readme, list);
    }

    private static int positive(String option, Iterator<String> rest) {
        String value = value(option, rest);
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number that is not positive.
        }
        throw new IllegalArgumentException(option + " takes a positive number, not '" + value + "'");
    }

    private static List<Integer> twoCores(String option, Iterator<String> rest) {
        String value = value(option, rest);
        if (!value.matches("\\d{1,4},\\d{1,4}")) {
            throw new IllegalArgumentException(option + " takes two cores, as in 0,1, not '" + value + "'");
        }
        int comma = value.indexOf(',');
        return List.of(Integer.valueOf(value.substring(0, comma)), Integer.valueOf(value.substring(comma + 1)));
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " takes a value");
        }
        return rest.next();
    }

    /** Whether a measurement was asked for; one that bears a name given is meant alone, not those that begin so too. */
    boolean wants(String measurement, List<String> all) {
        return names.isEmpty() || names.stream()
                .anyMatch(name -> all.contains(name) ? measurement.equals(name) : measurement.startsWith(name));
    }
}
