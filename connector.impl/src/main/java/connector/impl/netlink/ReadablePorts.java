// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.util.ArrayList;
import java.util.List;

/**
 * The ports that one message has made readable: gathered under locks, and told when those are let go. Used by the thread
 * that brings the message.
 */
final class ReadablePorts {

    private final int most;
    private List<Port> ports = List.of();

    /** Of at most so many ports. */
    ReadablePorts(int most) {
        this.most = most;
    }

    void add(Port port) {
        if (ports.isEmpty()) {
            ports = new ArrayList<>(most);
        }
        ports.add(port);
    }

    /** Tells the listener of each. No lock may be held. */
    void tell() {
        ports.forEach(Port::tellReadable);
    }

    /** Tells crowds, of as many at once as stand side by side, and the listeners that have none. No lock may be held. */
    void tellCrowds() {
        int from = 0;
        while (from < ports.size()) {
            Crowd crowd = ports.get(from).crowd();
            int to = from + 1;
            if (crowd == null) {
                ports.get(from).tellReadable();
            } else {
                while (to < ports.size() && crowd.equals(ports.get(to).crowd())) {
                    to++;
                }
                crowd.readable(ports.subList(from, to));
            }
            from = to;
        }
    }
}
