// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.NetlinkErrno;

/**
 * {@code ENOBUFS} from {@link CnSocket#recv()}: this socket's receive queue was full, and messages are lost. The socket
 * goes on; what was queued before the loss is received next.
 */
public final class CnOverrunException extends CnException {

    private static final long serialVersionUID = 1;

    private final long lost;
    private final int group;
    private final long first;
    private final long last;

    CnOverrunException(long lost, int group, long first, long last) {
        super("recv", NetlinkErrno.ENOBUFS, lost + " messages lost, in group " + Integer.toUnsignedString(group)
                + " those numbered " + Long.toUnsignedString(first) + " to " + Long.toUnsignedString(last)
                + ": read faster, or set a larger SO_RCVBUF");
        this.lost = lost;
        this.group = group;
        this.first = first;
        this.last = last;
    }

    /** {@return how many messages were lost} */
    public long lost() {
        return lost;
    }

    /** {@return the group of the first lost one, 0 for unicast} */
    public int group() {
        return group;
    }

    /** {@return number in that group of the first lost one, 0 if unknown} */
    public long first() {
        return first;
    }

    /** {@return number in that group of the last lost one, 0 if unknown} */
    public long last() {
        return last;
    }
}
