// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnSocket;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import java.io.IOException;

/** {@code cn listen}: joins the groups of the ids and prints what comes. */
final class Listen implements Command {

    private Everybody everybody;

    @Override
    public void check(Options options) throws UsageException {
        everybody = new Everybody(options.arguments());
        Receiving.check(options);
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws IOException, UsageException {
        everybody.join(socket, output);
        output.remark("listening to " + everybody + "; Ctrl-C ends it");
        return new Receiving(socket, options, output).run(message -> {
            boolean wanted = everybody.see(socket, message) == null && everybody.wants(message.idx(), message.val());
            if (wanted) {
                output.message(message);
            }
            return wanted;
        });
    }
}
