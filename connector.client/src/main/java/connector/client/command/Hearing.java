// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnSocket;
import connector.client.CnTapped;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Json;
import connector.client.print.Output;
import java.util.List;

/**
 * What a monitor or a capture hears: all that passes on the bus, where the policy lets it; elsewhere the groups that it
 * may join, and then it says so. Of that what its filters let through.
 */
final class Hearing {

    /** Asked for in bytes: the platform doubles it, and brings it within its limit. */
    private static final int RECEIVE_BUFFER = 4 << 20;

    private final Everybody everybody;
    private final Integer port;
    private final Integer group;
    private boolean everything;

    Hearing(List<String> ids, Options options) throws UsageException {
        port = options.has(Option.PORT) ? options.u32(Option.PORT, 0) : null;
        group = options.has(Option.GROUP) ? options.u32(Option.GROUP, 0) : null;
        everybody = new Everybody(ids);
    }

    /** Begins to hear. */
    void begin(CnSocket socket, Output output, String doing) throws CnException {
        socket.setsockopt(GateControl.SOL_SOCKET, GateControl.SO_RCVBUF, RECEIVE_BUFFER);
        try {
            socket.tap(true);
            everything = true;
        } catch (CnException e) {
            if (e.errno() != NetlinkErrno.EPERM && e.errno() != NetlinkErrno.ENOPROTOOPT) {
                throw e;
            }
            multicastsOnly(output, e);
        }
        socket.pktinfo(true);
        if (everything) {
            follow(socket, output);
        } else if (group != null && everybody.isAnybody()) {
            socket.addMembership(group);
        } else {
            everybody.join(socket, output);
        }
        output.remark(doing + " " + this + "; Ctrl-C ends it");
    }

    private static void multicastsOnly(Output output, CnException why) {
        if (output.isJson()) {
            output.line(new Json().put("hears", "multicasts").put("why", why.getMessage()).toString());
        }
        output.remark("hearing multicasts only, no requests and replies: " + why.getMessage());
    }

    /** Asks who of those meant is there and who comes and goes, but where one port's or one group's messages are. */
    private void follow(CnSocket socket, Output output) throws CnException {
        if (isNarrowed()) {
            return;
        }
        try {
            everybody.subscribe(socket);
        } catch (CnException e) {
            if (e.errno() != NetlinkErrno.EPERM && e.errno() != NetlinkErrno.ENOSPC) {
                throw e;
            }
            output.remark("not told who comes and goes: " + e.getMessage());
        }
    }

    /** {@return whether it hears all that passes} */
    boolean isEverything() {
        return everything;
    }

    /** {@return who is meant} */
    Everybody everybody() {
        return everybody;
    }

    /** {@return whether it is let through} */
    boolean wants(CnTapped tapped) {
        return (group == null || tapped.group() == group)
                && (port == null || tapped.from() == port || (tapped.to() == port && !isToAll(tapped)))
                && (everybody.isAnybody() || tapped.messages().stream()
                        .anyMatch(message -> everybody.wants(message.idx(), message.val())));
    }

    /** {@return whether it is let through} */
    boolean wants(CnMessage message) {
        return (group == null || message.group() == group) && (port == null || message.port() == port)
                && everybody.wants(message.idx(), message.val());
    }

    private static boolean isToAll(CnTapped tapped) {
        return tapped.to() == 0 && !tapped.isToConnector();
    }

    private boolean isNarrowed() {
        return port != null || group != null;
    }

    @Override
    public String toString() {
        return everybody + (port == null ? "" : ", port " + Integer.toUnsignedString(port))
                + (group == null ? "" : ", group " + Integer.toUnsignedString(group));
    }
}
