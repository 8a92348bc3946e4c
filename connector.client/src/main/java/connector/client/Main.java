// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnText;
import connector.api.wire.NetlinkErrno;
import connector.client.command.Command;
import connector.client.command.Help;
import connector.client.command.Verb;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code cn}. Its exit statuses are:
 *
 * <table>
 * <caption>Exit statuses</caption>
 * <tr><td>0</td><td>done</td></tr>
 * <tr><td>1</td><td>the platform answered with an error, or went away; a file cannot be read or written</td></tr>
 * <tr><td>2</td><td>the command line makes no sense</td></tr>
 * <tr><td>3</td><td>no platform can be reached</td></tr>
 * <tr><td>4</td><td>the time was over first</td></tr>
 * <tr><td>130, 143</td><td>Ctrl-C, SIGTERM: what was begun is ended in order</td></tr>
 * </table>
 */
public final class Main {

    private static final int NO_PLATFORM = 3;
    private static final int WRONG_USAGE = 2;
    /** How long the end of the process waits for the command to end what it has begun. */
    private static final int ENDING_SECONDS = 5;

    private Main() {
    }

    /**
     * Runs the command and ends the process with its exit status.
     *
     * @param arguments as {@code cn help} describes them
     */
    public static void main(String... arguments) {
        StandardOutput file = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        PrintStream out = new PrintStream(file, false, StandardCharsets.UTF_8);
        int status = run(out, System.err, arguments);
        out.flush();
        System.exit(file.isComplete(System.err) ? status : Math.max(status, Command.FAILED));
    }

    /** Remembers why it could not be written, of which a PrintStream tells no more than that. */
    private static final class StandardOutput extends FilterOutputStream {

        private IOException failure;

        StandardOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        /** Says so if something is missing. That nobody reads any more, as in {@code cn list | head}, is no failure. */
        boolean isComplete(PrintStream err) {
            if (failure == null || "Broken pipe".equals(failure.getMessage())) {
                return true;
            }
            err.println("cn: the output is incomplete: " + failure.getMessage());
            return false;
        }
    }

    /**
     * Runs the command in this process.
     *
     * @param out takes what was asked for
     * @param err takes errors and remarks
     * @param arguments as {@code cn help} describes them
     * @return the exit status
     */
    public static int run(PrintStream out, PrintStream err, String... arguments) {
        String usage = "cn help";
        Ending ending = new Ending();
        try {
            Options options = Options.parse(arguments);
            if (options.isVersion()) {
                out.println("cn " + version());
                return Command.DONE;
            }
            if (options.isHelp()) {
                out.print(options.command() == null ? Help.all() : Help.of(Verb.of(options.command())));
                return Command.DONE;
            }
            if (options.command() == null) {
                throw new UsageException("a command is missing, as 'cn list'");
            }
            Verb verb = Verb.of(options.command());
            usage = "cn help " + verb.text();
            Command command = verb.command(options);
            Output output = new Output(out, err, options.has(Option.JSON));
            if (!verb.needsPlatform()) {
                return command.run(null, options, output);
            }
            try (CnSocket socket = CnSocket.of(options.socket())) {
                ending.of(socket);
                return command.run(socket, options, output);
            }
        } catch (UsageException e) {
            err.println("cn: " + e.getMessage());
            err.println("'" + usage + "' tells how it is used.");
            return WRONG_USAGE;
        } catch (CnException e) {
            if (!ending.isBegun()) {
                err.println("cn: " + CnText.visible(String.valueOf(e.getMessage())));
            }
            return "socket".equals(e.operation()) ? NO_PLATFORM
                    : e.errno() == NetlinkErrno.ETIMEDOUT ? Command.TIME_OVER : Command.FAILED;
        } catch (IOException e) {
            err.println("cn: " + e.getMessage());
            return Command.FAILED;
        } finally {
            out.flush();
            ending.done();
        }
    }

    /** {@return the version that the jar says it is of} */
    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "of no version: it does not run from its jar" : version;
    }

    /** The end of the process before the command's own: it is told by the end of its socket, and waited for. */
    private static final class Ending {

        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean begun;
        private Thread hook;

        void of(CnSocket socket) {
            hook = new Thread(() -> {
                begun = true;
                socket.close();
                try {
                    boolean ignored = done.await(ENDING_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }, "cn-end");
            Runtime.getRuntime().addShutdownHook(hook);
        }

        boolean isBegun() {
            return begun;
        }

        void done() {
            done.countDown();
            if (hook != null && !begun) {
                try {
                    Runtime.getRuntime().removeShutdownHook(hook);
                } catch (IllegalStateException e) {
                    // The end has begun; the hook finds that this is done.
                }
            }
        }
    }
}
