// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

/** A thread of a loop: where callbacks run. It belongs to nobody's context, and ends with the program. */
final class LoopThread extends Thread {

    /** Since when it has been held up in the work at hand, by {@link System#nanoTime}; 0 while it is not. */
    private volatile long heldUpSince;

    LoopThread(Runnable body, String name) {
        super(null, body, name, 0, false);
        setDaemon(true);
        setContextClassLoader(EventLoop.class.getClassLoader());
    }

    long heldUpSince() {
        return heldUpSince;
    }

    void heldUpSince(long nanos) {
        heldUpSince = nanos;
    }
}
