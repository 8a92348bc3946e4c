// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.CnEvent;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnNotification;
import connector.client.CnReceived;
import connector.client.CnSocket;
import connector.client.CnTapped;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import connector.client.print.Traffic;
import java.io.IOException;
import java.time.Duration;

/** {@code cn monitor}: all that passes on the bus, what becomes of it, and how much it is. */
final class Monitor implements Command {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Traffic all = new Traffic();
    private final Traffic recent = new Traffic();
    private Hearing hearing;
    private Duration interval;

    @Override
    public void check(Options options) throws UsageException {
        hearing = new Hearing(options.arguments(), options);
        interval = options.seconds(Option.INTERVAL, INTERVAL);
        Receiving.check(options);
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws IOException, UsageException {
        hearing.begin(socket, output, "monitoring");
        try {
            return new Receiving(socket, options, output).run(
                    received -> taken(socket, output, received),
                    overrun -> {
                        output.overrun(overrun);
                        all.lost(overrun.lost());
                        recent.lost(overrun.lost());
                    },
                    interval.toNanos(),
                    () -> {
                        recent.printTo(output, "rate");
                        recent.clear();
                    });
        } finally {
            all.printTo(output, "total");
        }
    }

    private boolean taken(CnSocket socket, Output output, CnReceived received) throws CnException {
        return switch (received) {
            case CnTapped tapped -> tapped(output, tapped);
            case CnMessage message -> message(socket, output, message);
        };
    }

    private boolean tapped(Output output, CnTapped tapped) {
        if (!hearing.wants(tapped)) {
            return false;
        }
        output.tapped(tapped);
        all.tapped(tapped);
        recent.tapped(tapped);
        return true;
    }

    private boolean message(CnSocket socket, Output output, CnMessage message) throws CnException {
        CnNotification event = hearing.everybody().see(socket, message);
        if (event != null) {
            if (event.kind() != CnEvent.SNAPSHOT_END) {
                output.notification(event);
            }
            return false;
        }
        // What the tap saw of it has been printed.
        if (hearing.isEverything() || !hearing.wants(message)) {
            return false;
        }
        output.message(message);
        all.message(message);
        recent.message(message);
        return true;
    }
}
