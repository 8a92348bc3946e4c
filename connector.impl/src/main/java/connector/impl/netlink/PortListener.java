// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

/**
 * Told by a port when there is something to do for whoever reads it. Called on any thread, without a lock of this
 * package held; an implementation must return soon and not run user code.
 */
public interface PortListener {

    /**
     * There is something to receive. Called once after the port was opened and each time that {@link Port#receive} has
     * returned null, when the next thing arrives.
     *
     * @param port the port
     */
    void readable(Port port);

    /**
     * Who is told instead where a message is for many ports. Asked once, as the port is opened.
     *
     * @return null if {@link #readable} is to be called then as well
     */
    default Crowd crowd() {
        return null;
    }

    /**
     * The port was closed by the platform's end rather than by its reader.
     *
     * @param port the port
     */
    default void closed(Port port) {
    }
}
