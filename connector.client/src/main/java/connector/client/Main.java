// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.NetlinkErrno;
import connector.client.command.Command;
import connector.client.command.Options;
import connector.client.command.Output;
import connector.client.command.UsageException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The command {@code cn}. Its exit codes are:
 *
 * <table>
 * <caption>Exit codes</caption>
 * <tr><td>0</td><td>done</td></tr>
 * <tr><td>1</td><td>the platform answered with an error, or went away</td></tr>
 * <tr><td>2</td><td>the command line makes no sense</td></tr>
 * <tr><td>3</td><td>no platform can be reached</td></tr>
 * <tr><td>4</td><td>the time was over first</td></tr>
 * <tr><td>130</td><td>Ctrl-C</td></tr>
 * </table>
 */
public final class Main {

    private Main() {
    }

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param arguments as {@code cn help} describes them
     */
    public static void main(String... arguments) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        int code = run(out, System.err, arguments);
        out.flush();
        System.exit(code);
    }

    /**
     * Runs the command in this process.
     *
     * @param out takes what was asked for
     * @param err takes errors and remarks
     * @param arguments as {@code cn help} describes them
     * @return the exit code
     */
    public static int run(PrintStream out, PrintStream err, String... arguments) {
        try {
            Options options = Options.parse(arguments);
            if (options.isHelp()) {
                out.print(Command.help());
                return 0;
            }
            Command command = Command.of(options.command());
            command.check(options);
            try (CnSocket socket = connect(options)) {
                Thread ending = new Thread(socket::close, "cn-end");
                Runtime.getRuntime().addShutdownHook(ending);
                try {
                    return command.run(socket, options, new Output(out, err, options.isJson()));
                } finally {
                    keepGoing(ending);
                }
            }
        } catch (UsageException e) {
            err.println("cn: " + e.getMessage());
            err.println("cn help tells how it is used.");
            return 2;
        } catch (CnException e) {
            err.println("cn: " + e.getMessage());
            return "socket".equals(e.operation()) ? 3 : e.errno() == NetlinkErrno.ETIMEDOUT ? 4 : 1;
        }
    }

    private static CnSocket connect(Options options) throws CnException {
        return options.socket() == null ? CnSocket.socket() : CnSocket.socket(options.socket());
    }

    private static void keepGoing(Thread ending) {
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException e) {
            // Ctrl-C: the hook has closed the socket, which is what brought us here; say nothing more.
            Runtime.getRuntime().halt(130);
        }
    }
}
