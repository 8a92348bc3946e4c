// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnException;
import connector.client.CnNotification;
import connector.client.CnSocket;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import java.util.Comparator;
import java.util.List;

/** {@code cn list}: who is registered, as {@code /proc/net/connector} has it, and whose it is. */
final class ListUsers implements Command {

    @Override
    public void check(Options options) throws UsageException {
        none(options);
    }

    /** Refuses words after a command that takes none. */
    static void none(Options options) throws UsageException {
        if (!options.arguments().isEmpty()) {
            throw new UsageException(
                    options.command() + " takes no arguments, not '" + options.arguments().getFirst() + "'");
        }
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws CnException {
        List<CnNotification> users = socket.list().stream()
                .sorted(Comparator.comparing(CnNotification::idx, Integer::compareUnsigned)
                        .thenComparing(CnNotification::val, Integer::compareUnsigned))
                .toList();
        if (!output.isJson()) {
            output.line(String.format("%-20s %-24s  %s", "Name", "ID", "Bundle"));
        }
        users.forEach(output::user);
        return DONE;
    }
}
