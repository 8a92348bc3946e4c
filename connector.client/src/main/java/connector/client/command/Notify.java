// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.CnEvent;
import connector.client.CnNotification;
import connector.client.CnSocket;
import connector.client.line.Ids;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code cn notify}: who is registered, and then who comes and goes. */
final class Notify implements Command {

    private final List<Ids.Ranges> ranges = new ArrayList<>();

    @Override
    public void check(Options options) throws UsageException {
        for (String argument : options.arguments()) {
            ranges.add(Ids.ranges(argument));
        }
        if (ranges.isEmpty()) {
            ranges.add(Ids.ranges("*.*"));
        }
        Receiving.check(options);
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws IOException, UsageException {
        for (Ids.Ranges range : ranges) {
            socket.subscribe(range.idx(), range.val());
        }
        output.remark("waiting for who comes and goes; Ctrl-C ends it");
        return new Receiving(socket, options, output).run(message -> {
            CnNotification event = CnNotification.of(message);
            if (event == null || event.kind() == CnEvent.SNAPSHOT_END) {
                return false;
            }
            output.notification(event);
            // What is there already does not count: --count 1 waits for a change.
            return event.kind() != CnEvent.PRESENT;
        });
    }
}
