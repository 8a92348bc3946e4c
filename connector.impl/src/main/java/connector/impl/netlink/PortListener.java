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
     * There is something to receive, and many other ports have become readable by the same message: a listener that has
     * much to do for each may leave it to another thread, so that the sender is not held up by all of them.
     *
     * @param port the port
     */
    default void readableInCrowd(Port port) {
        readable(port);
    }

    /**
     * The port was closed by the platform's end rather than by its reader.
     *
     * @param port the port
     */
    default void closed(Port port) {
    }
}
