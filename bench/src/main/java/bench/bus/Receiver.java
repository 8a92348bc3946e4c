// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts messages, and sees to it that each sender's come in order and without a gap. One thread at a time receives.
 */
final class Receiver {

    private static final VarHandle RECEIVED;
    private static final VarHandle ARRIVED;

    static {
        try {
            RECEIVED = MethodHandles.lookup().findVarHandle(Receiver.class, "received", long.class);
            ARRIVED = MethodHandles.lookup().findVarHandle(Receiver.class, "arrived", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int[] last;
    private final boolean timed;
    private long received;
    @SuppressWarnings("unused")
    private long arrived;
    private volatile String failure = "";

    /** Also notes when each message came, if that is wanted. */
    Receiver(int senders, boolean timed) {
        this.last = new int[senders];
        this.timed = timed;
    }

    void received(int sender, int number) {
        if (timed) {
            ARRIVED.setOpaque(this, System.nanoTime());
        }
        if (number != ++last[sender]) {
            failure = "of sender " + sender + ", message " + number + " came instead of " + last[sender];
        }
        RECEIVED.setRelease(this, received + 1);
    }

    long count() {
        return (long) RECEIVED.getAcquire(this);
    }

    /** When the last message came. */
    long arrived() {
        return (long) ARRIVED.getOpaque(this);
    }

    void check() {
        if (!failure.isEmpty()) {
            throw new IllegalStateException(failure);
        }
    }
}
