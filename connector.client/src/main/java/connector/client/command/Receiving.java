// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnMessage;
import connector.client.CnOverrunException;
import connector.client.CnReceived;
import connector.client.CnSocket;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Receives until there were enough, the time is over, or nobody reads the output any more. */
final class Receiving {

    private static final long FOREVER = Long.MAX_VALUE;

    private final CnSocket socket;
    private final Output output;
    private final long count;
    private final long timeout;

    Receiving(CnSocket socket, Options options, Output output) throws UsageException {
        this.socket = socket;
        this.output = output;
        count = options.positive(Option.COUNT, FOREVER);
        Duration time = options.seconds(Option.TIMEOUT, null);
        timeout = time == null ? FOREVER : time.toNanos();
    }

    /** Looks at the options before there is a connection. */
    static void check(Options options) throws UsageException {
        new Receiving(null, options, null);
    }

    /** Takes a message; tells whether it counts. */
    @FunctionalInterface
    interface Sink {
        boolean message(CnMessage message) throws IOException;
    }

    /** Takes a message, or what a tap saw; tells whether it counts. */
    @FunctionalInterface
    interface AnySink {
        boolean take(CnReceived received) throws IOException;
    }

    /** Something to be done now and then. */
    @FunctionalInterface
    interface Tick {
        void tick() throws IOException;
    }

    int run(Sink sink) throws IOException {
        return run(received -> received instanceof CnMessage message && sink.message(message), output::overrun, FOREVER,
                () -> { });
    }

    /**
     * Receives.
     *
     * @param overruns told of losses
     * @param interval nanoseconds from tick to tick
     * @param tick called by this thread, between messages
     */
    int run(AnySink sink, Consumer<CnOverrunException> overruns, long interval, Tick tick)
            throws IOException {
        long start = System.nanoTime();
        long next = interval;
        long left = count;
        while (left > 0 && !output.isBroken()) {
            long passed = System.nanoTime() - start;
            if (passed >= next) {
                tick.tick();
                next = passed + interval;
            }
            try {
                CnReceived received = timeout == FOREVER && interval == FOREVER
                        ? socket.receive()
                        : socket.receive(Duration.ofNanos(Math.min(timeout, next) - passed));
                if (received != null) {
                    left -= sink.take(received) ? 1 : 0;
                } else if (System.nanoTime() - start >= timeout) {
                    // Who asked for a number of messages did not get them; who asked for a time got it.
                    return count == FOREVER ? Command.DONE : Command.TIME_OVER;
                }
            } catch (CnOverrunException overrun) {
                overruns.accept(overrun);
            }
        }
        return Command.DONE;
    }
}
