// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

/**
 * One frame on its way to one or many ports, shared by all of them.
 *
 * @param frame the frame
 * @param source the port that sent it, or null for the connector itself (port 0)
 * @param group the group that it was sent to, u32, 0 if it was sent to the port alone
 * @param busSequence its number in its group, u64 from 1; 0 if it was sent to the port itself
 */
public record Datagram(Frame frame, Port source, int group, long busSequence) implements Received, Queued {

    /** What a datagram costs in a receive queue beside its frame, in bytes. */
    public static final int OVERHEAD = 64;

    /** {@return the id of the port that sent it; 0 is the connector} */
    public int sourcePort() {
        return source == null ? 0 : source.portId();
    }

    @Override
    public int cost() {
        return frame.length() + OVERHEAD;
    }
}
