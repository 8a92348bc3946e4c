// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import bench.end.Driver;
import bench.end.Slice;
import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.ConnectorConstants;
import connector.api.ConnectorException;
import connector.api.wire.NetlinkErrno;
import connector.impl.session.Session;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A million messages a second, each due at its time, to an id whose user is deleted and added anew all the time, its
 * mailbox held over. What is measured is how long after it was due each message reached a callback.
 */
final class Swap implements Driver {

    private static final long INTERVAL_NANOS = 1000;
    private static final long SWAP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int MESSAGE_BYTES = 20;
    private static final int CAPACITY = 1 << 16;
    /** One turn's latencies. */
    private static final int MOST = 8_000_000;

    private final Session session = new LocalBus().session();
    private final CbId id = LocalBus.ID;
    private final CnPort port;
    private final Map<String, ?> properties = Map.of(ConnectorConstants.HOLDOVER, 60_000,
            ConnectorConstants.MAILBOX_CAPACITY, CAPACITY, ConnectorConstants.OVERFLOW,
            ConnectorConstants.OVERFLOW_EAGAIN);
    private final Receiver receiver = new Receiver(1, false);
    private final long[] due = new long[CAPACITY * 2];
    private final int[] latencies = new int[MOST];
    private int first = 1;
    private int sent;
    private volatile boolean swapping;
    private final AtomicLong swaps = new AtomicLong();

    Swap() throws ConnectorException {
        add();
        port = session.openPort((msg, sender) -> { });
        Thread.ofPlatform().daemon().start(this::swap);
    }

    private void add() {
        LocalBus.check(session.addCallback(id, "receiver", (msg, sender) -> received(msg.seq()), properties),
                "addCallback");
    }

    private void received(int number) {
        long late = System.nanoTime() - due[number & due.length - 1];
        latencies[number - first] = Math.clamp(late, 0, Integer.MAX_VALUE);
        receiver.received(0, number);
    }

    private void swap() {
        while (true) {
            LockSupport.parkNanos(SWAP_NANOS);
            if (swapping) {
                session.delCallback(id);
                add();
                swaps.incrementAndGet();
            }
        }
    }

    @Override
    public Slice run(long nanos) {
        long most = Math.min(nanos / INTERVAL_NANOS, MOST);
        first = sent + 1;
        long swapsBefore = swaps.get();
        swapping = true;
        long begin = System.nanoTime();
        for (long i = 0; i < most; i++) {
            long at = begin + i * INTERVAL_NANOS;
            while (System.nanoTime() - at < 0) {
                Thread.onSpinWait();
            }
            sent++;
            due[sent & due.length - 1] = at;
            CnMsg msg = CnMsg.of(id, sent, 0);
            int errno = port.send(msg);
            while (errno == NetlinkErrno.EAGAIN) {
                // A mailbox that is full: the message is late then, and measured so.
                Thread.onSpinWait();
                errno = port.send(msg);
            }
            LocalBus.check(errno, "send");
        }
        while (receiver.count() < sent) {
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
        long took = System.nanoTime() - begin;
        swapping = false;
        receiver.check();
        if (swaps.get() == swapsBefore && nanos > 20 * SWAP_NANOS) {
            throw new IllegalStateException("no user was swapped");
        }
        int[] sorted = Arrays.copyOf(latencies, (int) most);
        Arrays.sort(sorted);
        return new Slice(most, most * MESSAGE_BYTES, took, sorted[(int) (most * 999 / 1000)]);
    }
}
