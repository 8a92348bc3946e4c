// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnOverrunException;
import connector.client.CnSocket;
import java.time.Duration;

/** Receives until there were enough, the time is over, or nobody reads the output any more. */
final class Receiving {

    private static final int TIME_OVER = 4;

    /** Takes a message; tells whether it counts. */
    @FunctionalInterface
    interface Sink {
        boolean message(CnMessage message) throws CnException;
    }

    private Receiving() {
    }

    static int run(CnSocket socket, Options options, Output output, Sink sink) throws CnException {
        long end = options.timeout() == null ? 0 : System.nanoTime() + options.timeout().toNanos();
        long left = options.count();
        while (left > 0 && !output.isBroken()) {
            try {
                CnMessage message = options.timeout() == null
                        ? socket.recv()
                        : socket.recv(Duration.ofNanos(end - System.nanoTime()));
                if (message == null) {
                    // Who asked for a number of messages did not get them; who asked for a time got it.
                    return options.count() == Long.MAX_VALUE ? 0 : TIME_OVER;
                }
                if (sink.message(message)) {
                    left--;
                }
            } catch (CnOverrunException overrun) {
                output.overrun(overrun);
            }
        }
        return 0;
    }
}
