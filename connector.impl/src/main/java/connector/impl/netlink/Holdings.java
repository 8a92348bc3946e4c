// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one user of the host holds by all its ports, whichever gates they came by: how much of it may be is for each
 * gate's {@link Account} to say. Any thread may call; nothing blocks.
 */
public final class Holdings {

    final AtomicLong queuedBytes = new AtomicLong();
    final AtomicLong memberships = new AtomicLong();
    final AtomicLong subscriptions = new AtomicLong();
    private final AtomicLong ports = new AtomicLong();
    private final AtomicLong rateFullAt = new AtomicLong(System.nanoTime());

    /** With nothing. */
    public Holdings() {
    }

    /**
     * Takes a port.
     *
     * @param max how many there may be
     * @return false, and not taken, if it is one too many
     */
    public boolean takePort(long max) {
        return take(ports, 1, max);
    }

    /** Gives a port back. */
    public void givePort() {
        ports.getAndDecrement();
    }

    /** {@return how many ports} */
    public long ports() {
        return ports.get();
    }

    /** {@return when its messages a second will be full again, by {@link System#nanoTime}} */
    public AtomicLong rateFullAt() {
        return rateFullAt;
    }

    /** Whether nothing would be gained by holding nothing anew. */
    boolean isNothing(long now) {
        return ports.get() == 0 && rateFullAt.get() - now <= 0;
    }

    static boolean take(AtomicLong held, long count, long max) {
        // Never beyond it, and be it for a moment: another who asks then would be refused for it.
        for (long before = held.get(); before + count <= max; before = held.get()) {
            if (held.compareAndSet(before, before + count)) {
                return true;
            }
        }
        return false;
    }
}
