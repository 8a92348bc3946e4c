// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.nio.ByteBuffer;

/**
 * The way of one port's messages to users, for who brings many of them: what was found out for one message is not found
 * out again for the next, as long as it holds. Used by one thread at a time.
 */
public interface Route {

    /**
     * Takes a frame that was sent to port 0, and to no group, as {@link Kernel#receive} does, out of a buffer: nothing
     * of the buffer is kept. Taps are not told: where there are any, it is not the way to take.
     *
     * @param frames in native order; position and limit are left alone
     * @param at where the frame begins in it
     * @param length of the frame in bytes, at least 16
     * @return what became of it; acknowledging it is the caller's part
     */
    Verdict receive(ByteBuffer frames, int at, int length);

    /**
     * To be called when the next frame does not follow at once: what was kept for it is let go. It may run users'
     * callbacks before it returns.
     */
    void end();
}
