// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.NetlinkErrno;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnNotification;
import connector.client.CnSocket;
import connector.client.line.Ids;
import connector.client.line.UsageException;
import connector.client.print.Output;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whose messages are wanted: those of some ids, or of everybody, whose groups are joined as they are seen. */
final class Everybody {

    private static final int[] ALL = {0, -1, -1, 1};

    private final List<Ids.Id> ids = new ArrayList<>();
    private final Set<Integer> joined = new HashSet<>();

    private final List<String> words;
    private Output output;

    Everybody(List<String> words) throws UsageException {
        this.words = List.copyOf(words);
        for (String word : words) {
            ids.add(Ids.idOrGroup(word));
        }
    }

    /** {@return whom, for people} */
    @Override
    public String toString() {
        return ids.isEmpty() ? "everybody" : String.join(", ", words);
    }

    /** Joins what is known, and asks for those who come if everybody is wanted. */
    void join(CnSocket socket, Output remarks) throws CnException {
        output = remarks;
        for (Ids.Id id : ids) {
            join(socket, id.idx());
        }
        if (ids.isEmpty()) {
            subscribe(socket);
        }
    }

    /** Asks who of them is there, and who comes and goes. */
    void subscribe(CnSocket socket) throws CnException {
        if (ids.isEmpty()) {
            socket.subscribe(ALL, ALL);
        }
        for (Ids.Id id : ids) {
            socket.subscribe(new int[] {id.idx(), 1}, id.val() == null ? ALL : new int[] {id.val(), 1});
        }
    }

    /** {@return whether no ids were named} */
    boolean isAnybody() {
        return ids.isEmpty();
    }

    /**
     * Sees a message; joins the group of who came.
     *
     * @return the notification that it is, if that is how this socket learns who is there; null for all others
     */
    CnNotification see(CnSocket socket, CnMessage message) throws CnException {
        CnNotification event = CnNotification.of(message);
        // Who has not joined hears all without.
        if (event != null && ids.isEmpty() && event.isThere() && output != null) {
            join(socket, event.idx());
        }
        return event;
    }

    boolean wants(int idx, int val) {
        return ids.isEmpty() || ids.stream().anyMatch(id -> id.matches(idx, val));
    }

    private void join(CnSocket socket, int group) throws CnException {
        // idx 0 has no group.
        if (group == 0 || !joined.add(group)) {
            return;
        }
        try {
            socket.addMembership(group);
        } catch (CnException e) {
            if (e.errno() != NetlinkErrno.EPERM || !ids.isEmpty()) {
                throw e;
            }
            // Who wants everybody gets those whom the policy grants.
            output.remark("not listening to group " + Integer.toUnsignedString(group) + ": " + e.getMessage());
        }
    }
}
