// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.CnEvent;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnNotification;
import connector.client.CnSocket;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import connector.client.print.Traffic;
import java.time.Duration;

/** {@code cn monitor}: all that this client may hear, and how much it is. */
final class Monitor implements Command {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private Everybody everybody;
    private Duration interval;

    @Override
    public void check(Options options) throws UsageException {
        everybody = new Everybody(options.arguments());
        interval = options.seconds(Option.INTERVAL, INTERVAL);
        Receiving.check(options);
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws CnException, UsageException {
        socket.pktinfo(true);
        everybody.join(socket, output);
        output.remark("monitoring " + everybody + "; Ctrl-C ends it");
        Traffic all = new Traffic();
        Traffic recent = new Traffic();
        try {
            return new Receiving(socket, options, output).run(
                    message -> taken(socket, output, message, all, recent),
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

    private boolean taken(CnSocket socket, Output output, CnMessage message, Traffic all, Traffic recent)
            throws CnException {
        CnNotification event = everybody.see(socket, message);
        if (event != null) {
            if (event.kind() != CnEvent.SNAPSHOT_END) {
                output.notification(event);
            }
            return false;
        }
        if (!everybody.wants(message.idx(), message.val())) {
            return false;
        }
        output.message(message);
        all.message(message);
        recent.message(message);
        return true;
    }
}
