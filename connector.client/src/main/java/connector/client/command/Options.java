// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The command line. */
public final class Options {

    private static final Duration DEFAULT_REPLY_TIME = Duration.ofSeconds(10);

    private static final Set<String> VALUED =
            Set.of("--socket", "--count", "--timeout", "--port", "--group", "--seq", "--ack");

    private final List<String> words = new ArrayList<>();
    private boolean help;
    private boolean json;
    private boolean hex;
    private Path socket;
    private long count;
    private Duration timeout;
    private int port;
    private int group;
    private int seq = (int) ProcessHandle.current().pid();
    private int ack;

    private Options() {
    }

    /**
     * Reads the command line. Options may stand anywhere; after {@code --} everything is a word.
     *
     * @param arguments of the process
     * @return the options
     * @throws UsageException an option is unknown, or its value is missing or makes no sense
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
            } else if (!options.flag(argument)) {
                int equals = argument.indexOf('=');
                String name = equals < 0 ? argument : argument.substring(0, equals);
                if (equals < 0 && ++i == arguments.length) {
                    options.value(name, null);
                }
                options.value(name, equals < 0 ? arguments[i] : argument.substring(equals + 1));
            }
        }
        return options;
    }

    // -1 is a number, and so is -1.-1.
    private static boolean isNumber(String argument) {
        return argument.length() > 1 && Character.isDigit(argument.charAt(1));
    }

    private boolean flag(String argument) {
        switch (argument) {
            case "--help", "-h" -> help = true;
            case "--json" -> json = true;
            case "--hex" -> hex = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    private void value(String name, String value) throws UsageException {
        if (!VALUED.contains(name)) {
            throw new UsageException("there is no option " + name);
        }
        if (value == null) {
            throw new UsageException("option " + name + " needs a value");
        }
        switch (name) {
            case "--socket" -> socket = Path.of(value);
            case "--count" -> count = positive(name, value);
            case "--timeout" -> timeout = seconds(value);
            case "--port" -> port = Ids.u32(value, "the port");
            case "--group" -> group = Ids.u32(value, "the group");
            case "--seq" -> seq = Ids.u32(value, "seq");
            default -> ack = Ids.u32(value, "ack");
        }
    }

    private static long positive(String name, String value) throws UsageException {
        try {
            long number = Long.parseLong(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("option " + name + ": '" + value + "' is no number from 1 on");
    }

    private static Duration seconds(String value) throws UsageException {
        try {
            double seconds = Double.parseDouble(value);
            if (seconds > 0 && seconds < 1e9) {
                return Duration.ofNanos((long) (seconds * 1e9));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("option --timeout: '" + value + "' is no number of seconds, as 5 or 0.5");
    }

    /** {@return whether help was asked for, or nothing at all} */
    public boolean isHelp() {
        return help || words.isEmpty() || words.getFirst().equals("help");
    }

    /** {@return the first word} */
    public String command() {
        return words.getFirst();
    }

    /** {@return the words after the command} */
    List<String> arguments() {
        return words.subList(1, words.size());
    }

    /** {@return whether output is for programs} */
    public boolean isJson() {
        return json;
    }

    boolean isHex() {
        return hex;
    }

    /** {@return the gate's socket, or null for the default} */
    public Path socket() {
        return socket;
    }

    /** {@return after how many messages to end, or Long.MAX_VALUE} */
    long count() {
        return count == 0 ? Long.MAX_VALUE : count;
    }

    /** {@return after what time to end, or null for never} */
    Duration timeout() {
        return timeout;
    }

    Duration replyTimeout() {
        return timeout == null ? DEFAULT_REPLY_TIME : timeout;
    }

    int port() {
        return port;
    }

    int group() {
        return group;
    }

    int seq() {
        return seq;
    }

    int ack() {
        return ack;
    }
}
