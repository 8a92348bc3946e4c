// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.concurrent.ConcurrentLinkedQueue;

/** What is to happen to a mailbox between two messages, in the order in which it was decided. */
final class PostedChanges {

    private final ConcurrentLinkedQueue<Runnable> changes = new ConcurrentLinkedQueue<>();
    /** How many there were: counted by who posts, under the registry's lock, and by the mailbox' owner. */
    private volatile int posted;
    private volatile int applied;

    /** Adds one. The registry's lock is held. */
    void post(Runnable change) {
        changes.add(change);
        int before = posted;
        posted = before + 1;
    }

    /** Whether there are any. Any thread; cheap enough for each message. */
    boolean areThere() {
        return posted - applied > 0;
    }

    /** Applies all. To be called by the mailbox' owner. */
    void apply() {
        if (!areThere()) {
            return;
        }
        for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
            try {
                change.run();
            } finally {
                int before = applied;
                applied = before + 1;
            }
        }
    }
}
