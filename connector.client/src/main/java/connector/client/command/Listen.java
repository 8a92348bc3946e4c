// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnNotification;
import connector.client.CnSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code cn listen}: joins the groups of the ids and prints what comes. */
final class Listen implements Command {

    private final List<Ids.Id> ids = new ArrayList<>();

    @Override
    public void check(Options options) throws UsageException {
        for (String argument : options.arguments()) {
            ids.add(Ids.idOrGroup(argument));
        }
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws CnException {
        if (ids.isEmpty()) {
            return everybody(socket, options, output);
        }
        Set<Integer> groups = ids.stream().map(Ids.Id::idx).collect(Collectors.toSet());
        for (int group : groups) {
            socket.addMembership(group);
        }
        output.remark("listening to " + String.join(", ", options.arguments()) + "; Ctrl-C ends it");
        return Receiving.run(socket, options, output, message -> {
            boolean wanted = ids.stream().anyMatch(id -> id.matches(message.idx(), message.val()));
            if (wanted) {
                output.message(message);
            }
            return wanted;
        });
    }

    /** Groups come with users: whose id is seen first, its group is joined then. */
    private static int everybody(CnSocket socket, Options options, Output output) throws CnException {
        Set<Integer> joined = new HashSet<>();
        int[] all = {0, -1};
        socket.subscribe(all, all);
        output.remark("listening to everybody; Ctrl-C ends it");
        return Receiving.run(socket, options, output, message -> {
            CnNotification event = CnNotification.of(message);
            if (event == null) {
                output.message(message);
                return true;
            }
            if (event.isThere() && event.idx() != 0 && joined.add(event.idx())) {
                socket.addMembership(event.idx());
            }
            return false;
        });
    }
}
