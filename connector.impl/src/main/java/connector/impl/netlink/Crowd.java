// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.util.List;

/**
 * Told in one go of the ports that one message has made readable, instead of {@link PortListener#readable} for each: so
 * that the work for each can be left to another thread, and whoever sends is not held up by all of them. Any thread; an
 * implementation must return soon and not run user code.
 */
public interface Crowd {

    /**
     * There is something to receive at each of these ports, whose listeners have all named this crowd.
     *
     * @param ports nobody changes it any more
     */
    void readable(List<Port> ports);
}
