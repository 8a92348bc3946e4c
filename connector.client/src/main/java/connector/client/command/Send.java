// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnAnswer;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnSocket;
import java.util.List;

/** {@code cn send}: one message, and what the platform said to it. */
final class Send implements Command {

    private CnMessage message;

    @Override
    public void check(Options options) throws UsageException {
        message = message(options);
    }

    static CnMessage message(Options options) throws UsageException {
        List<String> arguments = options.arguments();
        if (arguments.isEmpty()) {
            throw new UsageException(options.command() + " needs an id, as 14.1110");
        }
        Ids.Id id = Ids.id(arguments.getFirst());
        byte[] data = Payload.of(arguments.subList(1, arguments.size()), options.isHex());
        return new CnMessage(id.idx(), id.val(), options.seq(), options.ack(), data);
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws CnException {
        CnAnswer answer = socket.sendAcked(message, options.port(), options.group());
        if (!answer.isOk()) {
            throw new CnException("send to " + message.id(), answer.errno(), answer.text());
        }
        if (output.isJson()) {
            output.line(new Json().putUnsigned("idx", message.idx()).putUnsigned("val", message.val())
                    .putUnsigned("seq", message.seq()).put("sent", message.data().length).toString());
        } else {
            output.line("sent " + message.data().length + " bytes to " + message.id());
        }
        return 0;
    }
}
