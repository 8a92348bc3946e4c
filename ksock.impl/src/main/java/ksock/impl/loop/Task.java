// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

/**
 * Something to be run on a loop thread, once each time it is given to {@link EventLoop#execute}. It carries its own
 * link, so that queueing it allocates nothing; for the same reason it must not be queued while it still is.
 */
public abstract class Task {

    /** The one queued behind this one; guarded by the queue's lock. */
    Task next;

    /** For those that queue themselves. */
    protected Task() {
    }

    /** Called on a loop thread, outside all locks; may take long, as {@link Handler#ready} may. */
    protected abstract void run();
}
