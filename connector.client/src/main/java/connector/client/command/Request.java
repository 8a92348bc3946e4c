// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnSocket;

/** {@code cn request}: one message, and the reply to it. */
final class Request implements Command {

    private CnMessage message;

    @Override
    public void check(Options options) throws UsageException {
        message = Send.message(options);
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws CnException {
        // A user that knows no port replies to its own group.
        if (message.idx() != 0) {
            socket.addMembership(message.idx());
        }
        output.message(socket.request(message, options.replyTimeout()));
        return 0;
    }
}
