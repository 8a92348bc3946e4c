// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;

/**
 * What a port sends out of a buffer, frame after frame: as {@link Port#send}, but a message to a user is made where it
 * lies, without a frame of its own, and what was found out for one holds for the next. Used by one thread at a time.
 */
public final class SendPath {

    private final Port port;
    private final Route route;

    SendPath(Port port, Route route) {
        this.port = port;
        this.route = route;
    }

    /**
     * Sends one frame, as {@link Port#send}.
     *
     * @param frames in native order; the port's id may be written into the frame's {@code nlmsg_pid}, position and
     *        limit are left alone, and nothing of it is kept
     * @param at where the frame begins in it
     * @param length of the frame in bytes, at least 16
     * @param toPort destination port, u32; 0 is the connector
     * @param toGroup destination group, u32; 0 for none
     * @return as {@link Port#send}
     */
    public int send(ByteBuffer frames, int at, int length, int toPort, int toGroup) {
        if (port.autobind() != 0) {
            return NetlinkErrno.EBADF;
        }
        int flags = NlMsgHdr.flags(frames, at);
        if ((toPort | toGroup) != 0 || (flags & NlMsgHdr.NLM_F_ECHO) != 0 || port.isTapped()) {
            route.end();
            return port.send(Frame.copyOf(verified(frames, at), at, length), toPort, toGroup);
        }
        port.countSent();
        Verdict verdict = route.receive(frames, at, length);
        if ((flags & NlMsgHdr.NLM_F_ACK) != 0) {
            route.end();
            port.acknowledge(verified(frames, at), at, verdict);
        }
        return Port.errnoOf(verdict, toPort);
    }

    /**
     * To be called when the next frame does not follow at once: what was kept for it is let go. It may run users'
     * callbacks before it returns.
     */
    public void end() {
        route.end();
    }

    /** Whatever its sender claims, a frame says from which port it is. */
    private ByteBuffer verified(ByteBuffer frames, int at) {
        return frames.putInt(at + NlMsgHdr.PID, port.portId());
    }
}
