// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.util.Objects;

/**
 * A socket to poll, what to wait for, and what came of it: {@code struct pollfd}.
 *
 * <p>Not thread-safe: in one {@link KernelSockets#poll} at a time.
 */
public final class PollFd {

    private final KernelSocket socket;
    private int events;
    private int revents;

    /**
     * Waits for events of a socket.
     *
     * @param socket the socket, of any family
     * @param events {@code POLLIN}, {@code POLLOUT}, {@code POLLPRI}, {@code POLLRDHUP} of
     *        {@link SysPoll}, or 0 for only those that are always reported
     */
    public PollFd(KernelSocket socket, int events) {
        this.socket = Objects.requireNonNull(socket, "socket");
        this.events = events;
    }

    /** {@return the socket} */
    public KernelSocket socket() {
        return socket;
    }

    /** {@return what is waited for} */
    public int events() {
        return events;
    }

    /**
     * Sets what is waited for.
     *
     * @param bits {@code POLL} bits of {@link SysPoll}
     */
    public void events(int bits) {
        events = bits;
    }

    /** {@return what the last {@code poll} found, 0 for nothing} */
    public int revents() {
        return revents;
    }

    /**
     * Sets what {@link #revents()} gives; for {@code poll}.
     *
     * @param bits {@code POLL} bits of {@link SysPoll}
     */
    public void revents(int bits) {
        revents = bits;
    }
}
