// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports that one message has made readable: gathered under locks, and told when those are let go. Used by the
 * thread that brings the message.
 */
final class ReadablePorts {

    private static final Logger LOG = LoggerFactory.getLogger(ReadablePorts.class);

    private static final Port[] NONE = {};

    private final int most;
    // In an array of its own, which can be gone through without a call.
    Port[] ports = NONE;
    int count;
    /** How many of them have been told. */
    int told;

    /** Of at most so many ports. */
    ReadablePorts(int most) {
        this.most = most;
    }

    void add(Port port) {
        if (count == 0) {
            ports = new Port[most];
        }
        ports[count++] = port;
    }

    /** Tells the listener of each. No lock may be held. */
    void tell() {
        for (; told < count; told++) {
            tell(ports[told]);
        }
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
        while (told < count) {
            Crowd crowd = ports[told].crowd();
            int to = told + 1;
            if (crowd == null) {
                tell(ports[told]);
            } else {
                while (to < count && crowd.equals(ports[to].crowd())) {
                    to++;
                }
                crowd.readable(Arrays.asList(ports).subList(told, to));
            }
            told = to;
        }
    }
}
