// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnSocket;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import java.util.Collection;
import java.util.List;

/** {@code cn help}: how cn is used, or one of its commands. */
public final class Help implements Command {

    private static final String STATUSES = """
            Exit status: 0 done, 1 refused by the platform or failed, 2 wrong usage, 3 no platform reached,
            4 the time was over, 130 Ctrl-C.
            """;

    private static final String OPTION = "  %-16s %s%n";

    private Verb about;

    /** About all there is, until words name a command. */
    public Help() {
    }

    @Override
    public void check(Options options) throws UsageException {
        if (options.arguments().size() > 1) {
            throw new UsageException("help takes one command, not '" + String.join(" ", options.arguments()) + "'");
        }
        about = options.arguments().isEmpty() ? null : Verb.of(options.arguments().getFirst());
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) {
        output.text(about == null ? all() : of(about));
        return DONE;
    }

    /** {@return the whole} */
    public static String all() {
        StringBuilder text = new StringBuilder("cn talks to a running platform's connector from any process.\n\n");
        int width = 0;
        for (Verb verb : Verb.values()) {
            width = Math.max(width, usage(verb).length());
        }
        for (Verb verb : Verb.values()) {
            text.append(String.format("  %-" + width + "s  %s%n", usage(verb), verb.summary()));
        }
        text.append("\nOptions, anywhere; 'cn help COMMAND' tells which a command has:\n");
        options(text, List.of(Option.values()));
        text.append(String.format(OPTION, "--help", "this; after a command, how that one is used"));
        text.append(String.format(OPTION, "--version", "the version of cn"));
        return text.append("\nNumbers are decimal or 0x; -1 is 4294967295. After -- nothing is an option.\n\n")
                .append(STATUSES).toString();
    }

    /**
     * {@return how one command is used}
     *
     * @param verb the command
     */
    public static String of(Verb verb) {
        StringBuilder text = new StringBuilder("usage: " + usage(verb) + "\n\n");
        text.append(Character.toUpperCase(verb.summary().charAt(0))).append(verb.summary().substring(1)).append(".\n");
        if (!verb.details().isEmpty()) {
            text.append('\n').append(verb.details()).append('\n');
        }
        if (!verb.options().isEmpty()) {
            text.append("\nOptions:\n");
            options(text, verb.options());
        }
        return text.append('\n').append(STATUSES).toString();
    }

    private static String usage(Verb verb) {
        return ("cn " + verb.text() + " " + verb.arguments()).stripTrailing();
    }

    private static void options(StringBuilder text, Collection<Option> options) {
        for (Option option : options) {
            text.append(String.format(OPTION,
                    option.text() + (option.value() == null ? "" : " " + option.value()), option.meaning()));
        }
    }
}
