// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** The two kinds of thread that a call can be made on, which are to behave alike. */
public enum Threads {

    PLATFORM,
    VIRTUAL;

    /** Runs work on a new thread. */
    public <T> FutureTask<T> run(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        start(task);
        return task;
    }

    /** Starts a new thread. */
    public Thread start(Runnable work) {
        return (this == VIRTUAL ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(work);
    }
}
