// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import ksock.api.Errno;
import ksock.impl.libc.LinuxConst;

/**
 * A descriptor that the loop watches. Its arrivals ({@code IN}, {@code RDHUP}, {@code PRI}, and {@code ERR} and
 * {@code HUP}, which cannot be left out) are always reported; room to write only after {@link #armWrite}.
 *
 * <p>Any thread may call; nothing blocks.
 */
public final class Registration {

    private final EpollPoller poller;
    private final Slots slots;
    private final Handler handler;
    private final int fd;
    private final long key;
    private boolean closed; // guarded by this
    private boolean released; // or the loop has ended, and with it what there is to release; guarded by this
    private boolean lost; // closed, because the loop has ended; guarded by this
    private boolean writer; // whether the descriptor is known to the epoll of writers; guarded by this

    Registration(EpollPoller poller, Slots slots, Handler handler, int fd, long key) {
        this.poller = poller;
        this.slots = slots;
        this.handler = handler;
        this.fd = fd;
        this.key = key;
    }

    /**
     * Has {@code OUT} reported once: now, if there is room, else when there is. Asking again meanwhile changes nothing.
     *
     * @return 0; or {@code -ENOMEM}, {@code -ENOSPC}, or {@code -ECANCELED} if the loop has ended, and then it will not
     *         be reported
     */
    public synchronized int armWrite() {
        if (closed) {
            return whenClosed();
        }
        int result = poller.armWriter(fd, key, writer ? LinuxConst.EPOLL_CTL_MOD : LinuxConst.EPOLL_CTL_ADD);
        writer |= result == 0;
        return result;
    }

    /**
     * Has whatever of the arrivals is ready now reported again.
     *
     * @return 0; or {@code -ENOMEM}, or {@code -ECANCELED} if the loop has ended
     */
    public synchronized int rearm() {
        return closed ? whenClosed() : poller.watch(fd, key, LinuxConst.EPOLL_CTL_MOD);
    }

    /** Has everything reported again that is ready now: who was to be told may not have heard of it. */
    synchronized void askAgain() {
        if (!closed) {
            poller.watch(fd, key, LinuxConst.EPOLL_CTL_MOD);
            if (writer) {
                poller.armWriter(fd, key, LinuxConst.EPOLL_CTL_MOD);
            }
        }
    }

    /**
     * Ends the registration; to be called before the descriptor is closed. No {@link Handler#ready} begins after it has
     * returned; one that had begun may still be running. Closing again does nothing, but what could not be done before,
     * for want of stack or memory.
     */
    public synchronized void close() {
        if (!released) {
            closed = true;
            // Either may be done twice.
            poller.forget(fd, writer);
            slots.free(key);
            released = true;
        }
    }

    /** Begins watching, unless the loop has ended before; 0 or a negative errno. */
    synchronized int open() {
        return closed ? whenClosed() : poller.watch(fd, key, LinuxConst.EPOLL_CTL_ADD);
    }

    /** The loop ends: no descriptor of its is touched any more. Whether the registration was still open. */
    synchronized boolean lose() {
        boolean open = !closed;
        closed = true;
        released = true;
        lost |= open;
        return open;
    }

    /** What there is to say to who asks for more: that it is closed he knows. */
    private int whenClosed() {
        return lost ? -Errno.ECANCELED.number() : 0;
    }

    long key() {
        return key;
    }

    Handler handler() {
        return handler;
    }
}
