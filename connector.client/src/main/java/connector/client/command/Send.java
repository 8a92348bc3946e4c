// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnAnswer;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnSocket;
import connector.client.line.Ids;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.Payload;
import connector.client.line.UsageException;
import connector.client.print.Json;
import connector.client.print.Output;
import java.util.List;

/** {@code cn send}: one message, and what the platform said to it. */
final class Send implements Command {

    private CnMessage message;
    private int port;
    private int group;

    @Override
    public void check(Options options) throws UsageException {
        message = message(options);
        port = options.u32(Option.PORT, 0);
        group = options.u32(Option.GROUP, 0);
    }

    /** The message that the command line describes. */
    static CnMessage message(Options options) throws UsageException {
        List<String> arguments = options.arguments();
        if (arguments.isEmpty()) {
            throw new UsageException(options.command() + " needs an id, as 14.1110");
        }
        Ids.Id id = Ids.id(arguments.getFirst());
        byte[] data = Payload.of(arguments.subList(1, arguments.size()), options.has(Option.HEX));
        int seq = options.u32(Option.SEQ, (int) ProcessHandle.current().pid());
        return new CnMessage(id.idx(), id.val(), seq, options.u32(Option.ACK, 0), data);
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws CnException {
        CnAnswer answer = socket.sendAcked(message, port, group);
        if (!answer.isOk()) {
            throw new CnException("send to " + message.id(), answer.errno(), answer.text());
        }
        if (output.isJson()) {
            output.line(new Json().putUnsigned("idx", message.idx()).putUnsigned("val", message.val())
                    .putUnsigned("seq", message.seq()).put("sent", message.data().length).toString());
        } else {
            output.line("sent " + message.data().length + " bytes to " + message.id());
        }
        return DONE;
    }
}
