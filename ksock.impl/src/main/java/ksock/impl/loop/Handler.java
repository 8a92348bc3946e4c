// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

/** What a registered descriptor's events go to. */
public interface Handler {

    /**
     * Called on a loop thread, outside all locks, when something became ready.
     *
     * <p>A call that takes longer than a millisecond or a few loses the loop to another thread, which may then call
     * this very handler again while the first call still runs: a handler that calls its user's code serialises by
     * itself.
     *
     * @param events {@code EPOLL} bits of {@link ksock.impl.libc.LinuxConst}, which are the {@code POLL} bits
     */
    void ready(int events);

    /**
     * Reads what {@link #ready} is going to read, and changes nothing. Called on a loop thread before many handlers are
     * told: of several the processor fetches the memory at the same time, of one only what comes next.
     *
     * @return something made of what was read, so that the compiler does not leave the reading out
     */
    default int prefetch() {
        return 0;
    }

    /**
     * Called once if the loop ends before the registration does: nothing will be ready any more.
     *
     * @param errno why, positive: {@code ECANCELED}
     */
    void lost(int errno);
}
