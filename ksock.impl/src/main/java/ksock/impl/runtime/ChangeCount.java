// SPDX-License-Identifier: Apache-2.0
package ksock.impl.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts changes, and has the count published at most once in a while: a server that accepts and closes thousands of
 * sockets a second would otherwise change a service property as often. The last change is always published.
 */
final class ChangeCount implements Runnable {

    /** Runs something once, after a while, on another thread. */
    @FunctionalInterface
    interface Later {

        void run(Runnable task);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ChangeCount.class);

    private final AtomicLong count = new AtomicLong();
    private final AtomicBoolean publishing = new AtomicBoolean();
    private final Later later;
    private final LongConsumer publisher;

    ChangeCount(Later later, LongConsumer publisher) {
        this.later = later;
        this.publisher = publisher;
    }

    /** Something changed. Any thread; does nothing else when it is soon to be published anyway. */
    @Override
    public void run() {
        count.incrementAndGet();
        if (publishing.compareAndSet(false, true)) {
            boolean taken = false;
            try {
                later.run(this::publish);
                taken = true;
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.warn("There is no thread to publish a change of the sockets; the next change tells of it", e);
            } finally {
                if (!taken) {
                    publishing.set(false);
                }
            }
        }
    }

    private void publish() {
        // Cleared before the count is read: a change that comes after is published again.
        publishing.set(false);
        publisher.accept(count.get());
    }
}
