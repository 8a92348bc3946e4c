// SPDX-License-Identifier: Apache-2.0
package connector.client.pcapng;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A packet of a capture.
 *
 * @param time when it came
 * @param family of netlink, as 11 for the connector
 * @param frames what followed the cooked header, in the byte order of the section, from 0 to the limit
 * @param lostAhead how many messages were lost before it
 * @param at where its block begins in the file, in bytes
 */
public record CapturedPacket(Instant time, int family, ByteBuffer frames, long lostAhead, long at) {

    /** {@return whether the frames are the connector's} */
    public boolean isConnector() {
        return family == Pcapng.NETLINK_CONNECTOR;
    }
}
