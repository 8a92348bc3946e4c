// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports that one message has made readable: gathered under locks, and told when those are let go. Used by the
 * thread that brings the message.
 */
final class ReadablePorts {

    private static final Logger LOG = LoggerFactory.getLogger(ReadablePorts.class);

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
        ports.forEach(ReadablePorts::tell);
    }

    /** Nobody else tells those that come after it: what goes wrong with one is not for them. */
    private static void tell(Port port) {
        try {
            port.tellReadable();
        } catch (RuntimeException e) {
            LOG.error("{} was not told that there is something to receive", port, e);
        }
    }

    /**
     * Tells crowds, of as many at once as stand side by side, and the listeners that have none. No lock may be held.
     */
    void tellCrowds() {
        int from = 0;
        while (from < ports.size()) {
            Crowd crowd = ports.get(from).crowd();
            int to = from + 1;
            if (crowd == null) {
                tell(ports.get(from));
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
