// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Objects used again, at most one a stripe, each thread having its stripe: to take and to give is in the usual case one
 * exchange on a cache line that no other thread touches.
 *
 * <p>Not a thread-local: the value of one would tie this bundle's class loader to threads that outlive the bundle.
 *
 * @param <T> what is pooled
 */
public final class StripedPool<T> {

    private static final int STRIPES = Math.max(16,
            Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 8 - 1));
    /** References in a cache line. */
    private static final int STRIDE = 16;

    private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>((STRIPES + 1) * STRIDE);

    /** Makes an empty pool. */
    public StripedPool() {
    }

    /** {@return an object for the calling thread alone, null if its stripe has none} */
    public T take() {
        int slot = slot();
        return slots.getPlain(slot) == null ? null : slots.getAndSet(slot, null);
    }

    /** Gives an object back; if the stripe has one already, one of the two is forgotten. */
    public void give(T object) {
        slots.setRelease(slot(), object);
    }

    private static int slot() {
        int hash = (int) Thread.currentThread().threadId() * 0x9E3779B9;
        return ((hash >>> 16) & (STRIPES - 1)) * STRIDE + STRIDE;
    }
}
