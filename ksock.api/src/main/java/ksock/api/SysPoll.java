// SPDX-License-Identifier: Apache-2.0
package ksock.api;

/**
 * The names of {@code <sys/poll.h>}: what {@link KernelSockets#poll} waits for and reports.
 */
public final class SysPoll {

    /** Data, a connection, or end of file can be taken without blocking. */
    public static final int POLLIN = 0x1;

    /** Urgent data. */
    public static final int POLLPRI = 0x2;

    /** Sending would not block. */
    public static final int POLLOUT = 0x4;

    /** As {@link #POLLIN}. */
    public static final int POLLRDNORM = 0x40;

    /** Data of a priority band; nothing that Linux' sockets know. */
    public static final int POLLRDBAND = 0x80;

    /** As {@link #POLLOUT}. */
    public static final int POLLWRNORM = 0x100;

    /** As {@link #POLLOUT}, where a family says so: UNIX sockets and UDP do, TCP does not. */
    public static final int POLLWRBAND = 0x200;

    /** The peer has shut down its sending side. */
    public static final int POLLRDHUP = 0x2000;

    /** An error is pending; always reported. */
    public static final int POLLERR = 0x8;

    /** Both sides are shut; always reported. */
    public static final int POLLHUP = 0x10;

    /** The socket is closed; always reported. */
    public static final int POLLNVAL = 0x20;

    private SysPoll() {
    }
}
