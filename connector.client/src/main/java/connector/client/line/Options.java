// SPDX-License-Identifier: Apache-2.0
package connector.client.line;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The command line: words and options. */
public final class Options {

    private static final double NANOS = 1e9;

    private final List<String> words = new ArrayList<>();
    private final Map<Option, String> given = new EnumMap<>(Option.class);
    private boolean help;
    private boolean version;

    private Options() {
    }

    /**
     * Reads the command line. Options may stand anywhere; after {@code --} everything is a word.
     *
     * @param arguments of the process
     * @return the options
     * @throws UsageException there is no such option, or its value is missing
     */
    public static Options parse(String... arguments) throws UsageException {
        Options options = new Options();
        boolean onlyWords = false;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (onlyWords || !argument.startsWith("-") || argument.equals("-") || isNumber(argument)) {
                options.words.add(argument);
            } else if (argument.equals("--")) {
                onlyWords = true;
            } else if (argument.equals("--help") || argument.equals("-h")) {
                options.help = true;
            } else if (argument.equals("--version")) {
                options.version = true;
            } else {
                int equals = argument.indexOf('=');
                String name = equals < 0 ? argument : argument.substring(0, equals);
                Option option = Option.of(name);
                if (option == null) {
                    throw new UsageException("there is no option " + name);
                }
                if (option.value() == null && equals >= 0) {
                    throw new UsageException("option " + name + " takes no value");
                }
                if (option.value() != null && equals < 0 && ++i == arguments.length) {
                    throw new UsageException("option " + name + " needs a value: " + name + " " + option.value());
                }
                options.given.put(option, option.value() == null ? "" : equals < 0 ? arguments[i]
                        : argument.substring(equals + 1));
            }
        }
        return options;
    }

    // -1 is a number, and so is -1.-1.
    private static boolean isNumber(String argument) {
        return argument.length() > 1 && Character.isDigit(argument.charAt(1));
    }

    /** {@return whether help was asked for} */
    public boolean isHelp() {
        return help;
    }

    /** {@return whether the version was asked for} */
    public boolean isVersion() {
        return version;
    }

    /** {@return the first word, or null} */
    public String command() {
        return words.isEmpty() ? null : words.getFirst();
    }

    /** {@return the words after the command} */
    public List<String> arguments() {
        return words.isEmpty() ? words : words.subList(1, words.size());
    }

    /** {@return the options that were given} */
    public Set<Option> given() {
        return Collections.unmodifiableSet(given.keySet());
    }

    /**
     * {@return whether it was given}
     *
     * @param option any
     */
    public boolean has(Option option) {
        return given.containsKey(option);
    }

    /** {@return the gate's socket, or null for the default} */
    public Path socket() {
        return has(Option.SOCKET) ? Path.of(given.get(Option.SOCKET)) : null;
    }

    /**
     * A number from 1 on.
     *
     * @param option one with such a value
     * @param otherwise what it is if it was not given
     * @return the number
     * @throws UsageException its value is none
     */
    public long positive(Option option, long otherwise) throws UsageException {
        String value = given.get(option);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("option " + option.text() + ": '" + value + "' is no number from 1 on");
    }

    /**
     * A number within bounds.
     *
     * @param option one with such a value
     * @param least the least
     * @param greatest the greatest
     * @param otherwise what it is if it was not given
     * @return the number
     * @throws UsageException its value is none
     */
    public int within(Option option, int least, int greatest, int otherwise) throws UsageException {
        String value = given.get(option);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= greatest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("option " + option.text() + ": '" + value + "' is no number from " + least + " to "
                + greatest);
    }

    /**
     * A number of 32 bits.
     *
     * @param option one with such a value
     * @param otherwise what it is if it was not given
     * @return the number, unsigned
     * @throws UsageException its value is none
     */
    public int u32(Option option, int otherwise) throws UsageException {
        String value = given.get(option);
        return value == null ? otherwise : Ids.u32(value, "option " + option.text());
    }

    /**
     * A time.
     *
     * @param option one with such a value
     * @param otherwise what it is if it was not given
     * @return the time
     * @throws UsageException its value is none
     */
    public Duration seconds(Option option, Duration otherwise) throws UsageException {
        String value = given.get(option);
        if (value == null) {
            return otherwise;
        }
        try {
            double seconds = Double.parseDouble(value);
            if (seconds > 0 && seconds < NANOS) {
                return Duration.ofNanos((long) (seconds * NANOS));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("option " + option.text() + ": '" + value + "' is no number of seconds, as 5 or 0.5");
    }

    /**
     * {@return the speed: a factor, or infinity for {@code max}; 1 if it was not given}
     *
     * @throws UsageException it is neither
     */
    public double speed() throws UsageException {
        String value = given.get(Option.SPEED);
        if (value == null) {
            return 1;
        }
        if (value.equals("max")) {
            return Double.POSITIVE_INFINITY;
        }
        try {
            double factor = Double.parseDouble(value);
            if (factor > 0 && factor < NANOS) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("option --speed: '" + value + "' is no factor, as 2 or 0.5, nor max");
    }
}
