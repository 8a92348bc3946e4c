// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.NetlinkErrno;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnSocket;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import java.time.Duration;

/** {@code cn request}: one message, and the reply to it. */
final class Request implements Command {

    private static final Duration REPLY_TIME = Duration.ofSeconds(10);

    private CnMessage message;
    private Duration timeout;

    @Override
    public void check(Options options) throws UsageException {
        message = Send.message(options);
        timeout = options.seconds(Option.TIMEOUT, REPLY_TIME);
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws CnException {
        if (message.idx() != 0) {
            join(socket);
        }
        output.message(socket.request(message, timeout));
        return DONE;
    }

    /** A user that knows no port replies to its own group. */
    private void join(CnSocket socket) throws CnException {
        try {
            socket.addMembership(message.idx());
        } catch (CnException e) {
            // Who may send and not listen still has the reply of a user that does know.
            if (e.errno() != NetlinkErrno.EPERM) {
                throw e;
            }
        }
    }
}
