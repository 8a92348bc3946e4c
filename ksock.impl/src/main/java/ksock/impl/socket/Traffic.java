// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What has gone through a socket. Any thread. A superclass and no object of its own, as {@link Life} is.
 *
 * <p>Bytes are exact. Calls are counted on the way of every one of them, and an atomic addition would be dearer than
 * all else there: of two threads that count the same at the same moment, one may go uncounted.
 */
abstract class Traffic extends Life {

    private static final VarHandle RECEIVED_BYTES;
    private static final VarHandle SENT_BYTES;
    private static final VarHandle RECEIVES;
    private static final VarHandle SENDS;
    private static final VarHandle REFUSED_SENDS;
    private static final VarHandle ACCEPTED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RECEIVED_BYTES = lookup.findVarHandle(Traffic.class, "receivedBytes", long.class);
            SENT_BYTES = lookup.findVarHandle(Traffic.class, "sentBytes", long.class);
            RECEIVES = lookup.findVarHandle(Traffic.class, "receives", long.class);
            SENDS = lookup.findVarHandle(Traffic.class, "sends", long.class);
            REFUSED_SENDS = lookup.findVarHandle(Traffic.class, "refusedSends", long.class);
            ACCEPTED = lookup.findVarHandle(Traffic.class, "accepted", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long receivedBytes;
    private volatile long sentBytes;
    private volatile long accepted;
    // Written opaquely.
    private long receives;
    private long sends;
    private long refusedSends;

    final void countReceived(long bytes) {
        RECEIVED_BYTES.getAndAdd(this, bytes);
        RECEIVES.setOpaque(this, receives + 1);
    }

    final void sent(long bytes) {
        SENT_BYTES.getAndAdd(this, bytes);
        SENDS.setOpaque(this, sends + 1);
    }

    /** A call that may not block sent nothing, or less than there was. */
    final void countRefused() {
        REFUSED_SENDS.setOpaque(this, refusedSends + 1);
    }

    /** A connection of this listener's was accepted. */
    final void accepted() {
        ACCEPTED.getAndAdd(this, 1L);
    }

    /** Reads what is going to be written; see {@link ksock.impl.loop.Handler#prefetch}. */
    final int prefetchTraffic() {
        return (int) (receivedBytes + refusedSends);
    }

    /** Adds what there is to totals. */
    final void addTo(Totals totals) {
        totals.receivedBytes += receivedBytes;
        totals.sentBytes += sentBytes;
        totals.accepted += accepted;
        totals.receives += (long) RECEIVES.getOpaque(this);
        totals.sends += (long) SENDS.getOpaque(this);
        totals.refusedSends += (long) REFUSED_SENDS.getOpaque(this);
    }
}
