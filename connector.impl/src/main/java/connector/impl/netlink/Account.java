// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the ports of one user of the host may hold together, so that opening more of them, by this gate or another,
 * gains nothing. Any thread may call; nothing blocks.
 */
public final class Account {

    /** Of those who are trusted with any number: the platform's own code. Nothing is counted. */
    public static final Account UNLIMITED = new Account(
            new Holdings(), Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    private final long maxQueuedBytes;
    private final long maxMemberships;
    private final long maxSubscriptions;
    private final AtomicLong queuedBytes;
    private final AtomicLong memberships;
    private final AtomicLong subscriptions;

    /**
     * Opens an account.
     *
     * @param held what the user holds, by whatever account
     * @param maxQueuedBytes in all receive queues
     * @param maxMemberships in groups
     * @param maxSubscriptions to notifications
     */
    public Account(Holdings held, long maxQueuedBytes, long maxMemberships, long maxSubscriptions) {
        queuedBytes = held.queuedBytes;
        memberships = held.memberships;
        subscriptions = held.subscriptions;
        this.maxQueuedBytes = maxQueuedBytes;
        this.maxMemberships = maxMemberships;
        this.maxSubscriptions = maxSubscriptions;
    }

    /**
     * Takes room for what is to stand in a queue. The account may go beyond its limit by one datagram, as a queue may,
     * but not by a dump, which may hold anything.
     */
    boolean takeQueued(Queued something) {
        if (this == UNLIMITED) {
            return true;
        }
        long bytes = something.held();
        if (something instanceof Dump) {
            return Holdings.take(queuedBytes, bytes, maxQueuedBytes);
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
        return this == UNLIMITED || Holdings.take(memberships, count, maxMemberships);
    }

    void giveMemberships(int count) {
        if (this != UNLIMITED) {
            memberships.getAndAdd(-count);
        }
    }

    /** {@return whether there is one subscription more to be had, which is taken then} */
    public boolean takeSubscription() {
        return this == UNLIMITED || Holdings.take(subscriptions, 1, maxSubscriptions);
    }

    /** Gives a subscription back. */
    public void giveSubscription() {
        if (this != UNLIMITED) {
            subscriptions.getAndDecrement();
        }
    }

    /** {@return bytes in all receive queues of its user} */
    public long queuedBytes() {
        return queuedBytes.get();
    }

    /** {@return memberships of all ports of its user} */
    public long memberships() {
        return memberships.get();
    }

    /** {@return subscriptions of all ports of its user} */
    public long subscriptions() {
        return subscriptions.get();
    }
}
