// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the ports of one user of the host hold together, so that opening more of them gains nothing. Any thread may call;
 * nothing blocks.
 */
public final class Account {

    /** Of those who are trusted with any number: the platform's own code. Nothing is counted. */
    public static final Account UNLIMITED = new Account(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    private final long maxQueuedBytes;
    private final long maxMemberships;
    private final long maxSubscriptions;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong memberships = new AtomicLong();
    private final AtomicLong subscriptions = new AtomicLong();

    /**
     * Opens an account.
     *
     * @param maxQueuedBytes in all receive queues
     * @param maxMemberships in groups
     * @param maxSubscriptions to notifications
     */
    public Account(long maxQueuedBytes, long maxMemberships, long maxSubscriptions) {
        this.maxQueuedBytes = maxQueuedBytes;
        this.maxMemberships = maxMemberships;
        this.maxSubscriptions = maxSubscriptions;
    }

    /** Takes room for a datagram in a queue; the account may go beyond its limit by one datagram, as a queue may. */
    boolean takeQueued(int bytes) {
        if (this == UNLIMITED) {
            return true;
        }
        if (queuedBytes.getAndAdd(bytes) <= maxQueuedBytes) {
            return true;
        }
        queuedBytes.getAndAdd(-bytes);
        return false;
    }

    void giveQueued(long bytes) {
        if (this != UNLIMITED) {
            queuedBytes.getAndAdd(-bytes);
        }
    }

    boolean takeMemberships(int count) {
        return this == UNLIMITED || take(memberships, count, maxMemberships);
    }

    void giveMemberships(int count) {
        if (this != UNLIMITED) {
            memberships.getAndAdd(-count);
        }
    }

    /** {@return whether there is one subscription more to be had, which is taken then} */
    public boolean takeSubscription() {
        return this == UNLIMITED || take(subscriptions, 1, maxSubscriptions);
    }

    /** Gives a subscription back. */
    public void giveSubscription() {
        if (this != UNLIMITED) {
            subscriptions.getAndDecrement();
        }
    }

    /** {@return bytes in all its receive queues} */
    public long queuedBytes() {
        return queuedBytes.get();
    }

    /** {@return memberships of all its ports} */
    public long memberships() {
        return memberships.get();
    }

    /** {@return subscriptions of all its ports} */
    public long subscriptions() {
        return subscriptions.get();
    }

    private static boolean take(AtomicLong held, int count, long max) {
        if (held.addAndGet(count) <= max) {
            return true;
        }
        held.getAndAdd(-count);
        return false;
    }
}
