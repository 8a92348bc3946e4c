// SPDX-License-Identifier: Apache-2.0
package ksock.impl.wait;

/** A thread that waits in a call on a socket. All methods but those of its own thread may be called by any thread. */
sealed interface Waiter permits ParkWaiter, SignalWaiter {

    /**
     * Says that the socket may have become ready.
     *
     * @param events {@code POLL} bits
     */
    void ready(int events);

    /** Makes it look around: the socket is closing, or can no longer tell of readiness. Sent again until it is out. */
    void wake();

    /**
     * Ends the wait, if it is that of a thread.
     *
     * @param caller the thread
     * @param queue one of the queues it must be in
     * @return whether it was
     */
    boolean cancel(Thread caller, WaitQueue queue);
}
