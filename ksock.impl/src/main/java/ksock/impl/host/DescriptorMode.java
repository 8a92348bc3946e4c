// SPDX-License-Identifier: Apache-2.0
package ksock.impl.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.LinuxConst;
import ksock.impl.libc.Scratch;

/**
 * Whether calls on a descriptor block, and whose say that is. O_NONBLOCK belongs to the open socket, and so to
 * everybody who has it, in other processes too: what is shared is left as the others have it.
 *
 * <p>Who changes the mode for a call holds this object's monitor until that is out, so that the mode is not given back
 * under it. Such a call does not wait.
 */
final class DescriptorMode {

    private final int fd;
    // Whether we have set O_NONBLOCK, for accept. Changed under this; false if shared.
    private volatile boolean nonBlocking;
    // Whether it has been in a message, so that others may have it. Set under this, for good.
    private volatile boolean shared;

    /** Of a descriptor that blocks and is nobody else's; of another, {@link #share} is to be called. */
    DescriptorMode(int fd) {
        this.fd = fd;
    }

    /** Whether others may have it. */
    boolean isShared() {
        return shared;
    }

    /** Whether no call blocks just now, because we have it so. */
    boolean neverBlocks() {
        return nonBlocking;
    }

    /** Whether a call would wait just now, whoever has made it so. */
    boolean blocks() {
        Scratch scratch = Scratch.acquire();
        try {
            int flags = DescriptorCalls.fcntl(scratch.errno(), fd, LinuxConst.F_GETFL, 0);
            return flags < 0 || (flags & LinuxConst.O_NONBLOCK) == 0;
        } finally {
            scratch.release();
        }
    }

    /** Others may have it from now on: the mode is given back, and not changed any more. */
    void share() {
        if (!shared) {
            synchronized (this) {
                shared = true;
                if (nonBlocking) {
                    set(false);
                    nonBlocking = false;
                }
            }
        }
    }

    /** Has no call block until it is shared; false if it is. Under this. */
    boolean unblock() {
        if (shared) {
            return false;
        }
        if (!nonBlocking) {
            set(true);
            nonBlocking = true;
        }
        return true;
    }

    /** Has one call not block, if it would; whether it would, and {@link #blockAgain} is to follow. Under this. */
    boolean unblockOnce() {
        boolean changes = !nonBlocking;
        if (changes) {
            set(true);
        }
        return changes;
    }

    /** After {@link #unblockOnce}. Under this. */
    void blockAgain() {
        set(false);
    }

    private void set(boolean on) {
        Scratch scratch = Scratch.acquire();
        try {
            scratch.value().set(JAVA_INT, 0, on ? 1 : 0);
            DescriptorCalls.ioctl(scratch.errno(), fd, LinuxConst.FIONBIO, scratch.value());
        } finally {
            scratch.release();
        }
    }
}
