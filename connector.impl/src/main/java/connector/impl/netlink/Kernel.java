// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

/**
 * What is at port 0: the connector itself, which finds the user that a message is for.
 */
public interface Kernel {

    /**
     * Takes a frame that was sent to port 0. It may run the user's callback before it returns.
     *
     * @param frame the frame, of which nothing but the first 16 bytes being there is known
     * @param from the port that sent it
     * @param group the group it was sent to as well, 0 for none
     * @return what became of it; acknowledging it is the caller's part
     */
    Verdict receive(Frame frame, Port from, int group);

    /**
     * Makes a way for a port that has many messages for users.
     *
     * @param from the port that sends them
     * @return for one thread at a time
     */
    Route route(Port from);

    /**
     * Told that a port has been closed, so that what belongs to it can end.
     *
     * @param port the port
     */
    void closed(Port port);
}
