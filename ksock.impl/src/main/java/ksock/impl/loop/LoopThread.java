// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

/** A thread of a loop: where callbacks run. It belongs to nobody's context, and ends with the program. */
final class LoopThread extends Thread {

    private final Crew crew;
    /** Since when it has been held up in the work at hand, by {@link System#nanoTime}; 0 while it is not. */
    private volatile long heldUpSince;
    private volatile SchedulerAccount account;
    /** Whether the callback that it runs may block; its own. */
    private boolean mayBlock;

    LoopThread(Crew crew, Runnable body, String name) {
        super(null, body, name, 0, false);
        this.crew = crew;
        setDaemon(true);
        setContextClassLoader(EventLoop.class.getClassLoader());
    }

    @Override
    public void run() {
        account = SchedulerAccount.ofCurrentThread();
        super.run();
    }

    Crew crew() {
        return crew;
    }

    /** What the scheduler says of it; null if it does not. */
    SchedulerAccount account() {
        return account;
    }

    boolean mayBlock() {
        return mayBlock;
    }

    void mayBlock(boolean whether) {
        mayBlock = whether;
    }

    long heldUpSince() {
        return heldUpSince;
    }

    void heldUpSince(long nanos) {
        heldUpSince = nanos;
    }
}
