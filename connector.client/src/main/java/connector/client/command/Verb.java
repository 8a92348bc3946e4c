// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/** The commands that there are: what the command line, the help and the completion of shells are made of. */
public enum Verb {

    /** Who is registered. */
    LIST("", "who is registered", """
            Prints name, id and bundle of each user that is registered, in the order of their ids: what
            /proc/net/connector has of the kernel's, and whose it is.""",
            Words.NONE, ListUsers::new, Option.JSON, Option.SOCKET),

    /** Messages as they come. */
    LISTEN("[idx[.val]]...", "print messages as they come", """
            Joins the groups of these ids and prints their messages; without ids those of everybody who is registered
            or comes meanwhile. 'cn listen 1.1' prints the host's process events.""",
            Words.IDS, Listen::new, Option.JSON, Option.SOCKET, Option.COUNT, Option.TIMEOUT),

    /** Everything, with rates. */
    MONITOR("[idx[.val]]...", "print all that passes on the bus, with rates and losses", """
            Prints every message, whosever it is: requests, replies, what goes to groups, notifications, answers; from
            where to where, what became of it, and what it says. Then who comes and goes, what this monitor lost, and
            every so often (--interval, 5) how many messages and bytes a second were whose. Only of these ids; with
            --port only what that port sends or gets, with --group only what goes to that group. Root and the
            platform's own user may, and whom a policy rule with allow.monitor names; others hear multicasts only.""",
            Words.IDS, Monitor::new, Option.JSON, Option.SOCKET, Option.INTERVAL, Option.COUNT, Option.TIMEOUT,
            Option.PORT, Option.GROUP),

    /** Who comes and goes. */
    NOTIFY("[idx.val]...", "print who is registered, then who comes and goes", """
            Each of idx and val is a number, first-last or *, as in 1-10.*; without any: everybody. Who is there already
            is printed first, and does not count for --count.""",
            Words.IDS, Notify::new, Option.JSON, Option.SOCKET, Option.COUNT, Option.TIMEOUT),

    /** One message. */
    SEND("idx.val [data]...", "send a message", """
            Sends a message to the user with that id, and says what the platform answered. Data is text; - alone is
            standard input.""",
            Words.ID, Send::new, Option.JSON, Option.SOCKET, Option.HEX, Option.PORT, Option.GROUP, Option.SEQ,
            Option.ACK),

    /** A message and its reply. */
    REQUEST("idx.val [data]...", "send a message and print the reply to it", """
            The reply is the message of the same id and seq with an ack one greater; it is waited for as long as
            --timeout says (10).""",
            Words.ID, Request::new, Option.JSON, Option.SOCKET, Option.HEX, Option.TIMEOUT, Option.SEQ, Option.ACK),

    /** Counters. */
    STAT("[bus|user|group|port|gate|idx.val]...", "counters of bus, users, groups, ports and gates", """
            Prints what the platform counts: of everything, or of those kinds and users alone. With --interval again and
            again (--count times), from the second time on with what came to it since then. An id that nobody had in all
            that time is an error (ENODEV).""",
            Words.STATISTICS, Stat::new, Option.JSON, Option.SOCKET, Option.INTERVAL, Option.COUNT),

    /** The busiest. */
    TOP("", "who is busiest, live", """
            Users, groups and ports in the order of their messages a second, every --interval (2) seconds, --count
            times. On a terminal the screen is refreshed, elsewhere one table follows the other.""",
            Words.NONE, Top::new, Option.JSON, Option.SOCKET, Option.INTERVAL, Option.COUNT),

    /** Messages to a file. */
    CAPTURE("FILE [idx[.val]]...", "write all that passes to a pcapng file", """
            Writes what 'cn monitor' would print as frames of link type netlink, with what became of each, to the
            millionth of a millisecond, for Wireshark and 'cn replay'. FILE - is standard output. Ctrl-C ends it, and
            the file is complete.""",
            Words.FILE_AND_IDS, Capture::new, Option.JSON, Option.SOCKET, Option.COUNT, Option.TIMEOUT, Option.PORT,
            Option.GROUP),

    /** Messages of a file. */
    REPLAY("FILE", "send the messages of a pcapng file again", """
            Sends them to the group that they were sent to, where the file tells, else to the users of their ids; with
            --group to that group, or for --group 0 to the users. Replies and answers are left out: they come again by
            themselves. Times are kept, or scaled by --speed. The file is checked before anything is sent.""",
            Words.FILE, Replay::new, Option.JSON, Option.SOCKET, Option.SPEED, Option.GROUP),

    /** How fast. */
    BENCH("[idx.val]", "measure round trips and throughput", """
            Sends --count (10000) requests of --size (20) bytes to a user that replies to them (291.1110, cn_test), one
            after the other, and as many messages at once; says percentiles of the round trip, messages a second, and
            what was lost. With --group N: messages to that group, received by a second socket, instead.""",
            Words.ID, Bench::new, Option.JSON, Option.SOCKET, Option.COUNT, Option.SIZE, Option.GROUP),

    /** For shells. */
    COMPLETION("bash|zsh", "print what makes a shell complete cn", """
            'source <(cn completion bash)' makes this shell complete commands, options and the ids of who is
            registered.""",
            Words.SHELLS, Completion::new),

    /** Help. */
    HELP("[command]", "how cn, or one command, is used", "",
            Words.COMMANDS, Help::new);

    /** What the words after a command are, for completion. */
    enum Words { NONE, ID, IDS, STATISTICS, FILE, FILE_AND_IDS, SHELLS, COMMANDS }

    private final String arguments;
    private final String summary;
    private final String details;
    private final Words words;
    // A constructor reference holds nothing, and the set cannot be changed.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Supplier<Command> command;
    @SuppressWarnings("ImmutableEnumChecker")
    private final Set<Option> options;

    Verb(String arguments, String summary, String details, Words words, Supplier<Command> command, Option... options) {
        this.arguments = arguments;
        this.summary = summary;
        this.details = details;
        this.words = words;
        this.command = command;
        this.options = options.length == 0
                ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(Arrays.asList(options)));
    }

    /**
     * Finds a command.
     *
     * @param name as it is typed
     * @return the command
     * @throws UsageException there is none of that name
     */
    public static Verb of(String name) throws UsageException {
        for (Verb verb : values()) {
            if (verb.text().equals(name)) {
                return verb;
            }
        }
        throw new UsageException("there is no command '" + name + "'");
    }

    /**
     * Makes the command, of a command line that makes sense for it.
     *
     * @param line the command line
     * @return what does it
     * @throws UsageException it has an option that is not this command's, or words that make no sense
     */
    public Command command(Options line) throws UsageException {
        for (Option option : line.given()) {
            if (!options.contains(option)) {
                throw new UsageException(text() + " has no option " + option.text());
            }
        }
        Command made = command.get();
        made.check(line);
        return made;
    }

    /** {@return whether it talks to a platform} */
    public boolean needsPlatform() {
        return options.contains(Option.SOCKET);
    }

    /** {@return its name as it is typed} */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    String arguments() {
        return arguments;
    }

    String summary() {
        return summary;
    }

    String details() {
        return details;
    }

    Words words() {
        return words;
    }

    Set<Option> options() {
        return options;
    }
}
