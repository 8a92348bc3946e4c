// SPDX-License-Identifier: Apache-2.0
package connector.client;

import java.nio.ByteBuffer;

/** Sees the frames of a socket as they came, before they are decoded: for captures. */
@FunctionalInterface
public interface FrameObserver {

    /**
     * A frame came: a message, the FROM frame ahead of one, an overrun, or a TAP frame and then, whatever it is, the
     * frame that passed; not the answers to this socket's calls. Called by whichever thread reads, one at a time, in
     * the order in which they came. It must return soon, and must not call the socket.
     *
     * @param frame in native order, from position to limit, without padding; good only until this returns
     */
    void frame(ByteBuffer frame);
}
