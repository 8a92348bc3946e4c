// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnException;
import connector.client.CnSocket;

/** One thing that {@code cn} can do. */
public interface Command {

    /**
     * Finds a command.
     *
     * @param name its name
     * @return the command
     * @throws UsageException there is none of that name
     */
    static Command of(String name) throws UsageException {
        return switch (name) {
            case "list" -> new ListUsers();
            case "listen" -> new Listen();
            case "send" -> new Send();
            case "request" -> new Request();
            case "notify" -> new Notify();
            default -> throw new UsageException("there is no command '" + name + "'");
        };
    }

    /**
     * Looks at the command line before there is a connection.
     *
     * @param options the command line
     * @throws UsageException it makes no sense for this command
     */
    void check(Options options) throws UsageException;

    /**
     * Does it.
     *
     * @param socket connected
     * @param options checked
     * @param output for what comes of it
     * @return the exit code
     * @throws CnException the platform refused or went away
     * @throws UsageException the command line makes no sense
     */
    int run(CnSocket socket, Options options, Output output) throws CnException, UsageException;

    /** {@return the text of {@code cn help}} */
    static String help() {
        return """
                cn talks to a running platform's connector from any process.

                  cn list                            who is registered
                  cn listen [idx[.val]]...           print messages as they come; without ids: of everybody
                  cn send idx.val [data]...          send a message; data is text, - for standard input
                  cn request idx.val [data]...       send a message and print the reply to it
                  cn notify [idx.val]...             print who is registered, then who comes and goes;
                                                     each a number, first-last or *, as 1-10.*
                  cn help                            this

                Options, anywhere:
                  --json           one JSON object a line, for programs
                  --socket PATH    the gate's socket; else $CN_SOCKET, else the default gate of this user's platform
                  --count N        listen, notify: end after so many
                  --timeout S      end after so many seconds (request: 10)
                  --hex            send, request: the data is hexadecimal digits
                  --port N         send: to this port; --group N: to this group; else to the id's user
                  --seq N, --ack N send, request: numbers of the message (the process id, 0)

                Numbers are decimal or 0x; -1 is 4294967295. `cn listen 1.1` prints the host's process events.

                Exit code: 0 done, 1 refused by the platform, 2 wrong usage, 3 no platform reached, 4 time over.
                """;
    }
}
