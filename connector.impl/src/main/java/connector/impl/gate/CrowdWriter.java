// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.impl.netlink.Crowd;
import connector.impl.netlink.Port;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to clients for a sender that has made many of them readable at once: while it goes from one to the next, the
 * sender goes on, and what else it sends to them gathers, to be written in one go. A thread of its own, begun with the
 * first such message.
 */
final class CrowdWriter implements Crowd, AutoCloseable {

    /**
     * Of how many clients the memory is fetched together, before the first of them is written to: of a thousand it is
     * in no near cache, and of several the processor fetches it at the same time.
     */
    private static final int TOGETHER = 16;

    /** Looking for memory that is not there takes as long as a collection. */
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(CrowdWriter.class);

    /** In each, those that one message has made readable. */
    private final ConcurrentLinkedQueue<List<Port>> batches = new ConcurrentLinkedQueue<>();
    private final String gate;
    private final KernelSockets sockets;
    private final GateCounters counters;
    private volatile boolean waiting;
    private volatile boolean closed;
    private volatile Thread thread;
    @SuppressWarnings("UnusedVariable") // written, so that the compiler does not leave prefetch out
    private int prefetched;
    /** The thread's own; null where there is none to be had. */
    private CrowdBatch batch;
    private long nextTry = System.nanoTime();

    CrowdWriter(String gate, KernelSockets sockets, GateCounters counters) {
        this.gate = gate;
        this.sockets = sockets;
        this.counters = counters;
    }

    /** Has clients written to, soon. */
    @Override
    public void readable(List<Port> ports) {
        batches.add(ports);
        if (thread == null) {
            begin();
        }
        if (waiting) {
            LockSupport.unpark(thread);
        }
    }

    private synchronized void begin() {
        if (thread == null && !closed) {
            thread = Thread.ofPlatform().daemon().name("connector gate " + gate + " crowd writer")
                    .start(this::run);
        }
    }

    private void run() {
        try {
            work();
        } finally {
            if (batch != null) {
                batch.close();
            }
        }
    }

    private void work() {
        while (!closed) {
            List<Port> next = batches.poll();
            if (next != null) {
                writeAll(next);
                continue;
            }
            waiting = true;
            if (batches.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            waiting = false;
        }
    }

    /** Sees to it that there is a batch, unless there was none to be had a while ago, for whatever reason. */
    private void makeBatch() {
        if (batch == null && System.nanoTime() - nextTry >= 0) {
            try {
                batch = new CrowdBatch(sockets, counters);
            } catch (KernelSocketException | RuntimeException | Error e) {
                nextTry = System.nanoTime() + PAUSE_NANOS;
                LOG.debug("The gate {} writes to its clients one by one", gate, e);
            }
        }
    }

    /** Whatever happens, the next are written to. */
    private void writeAll(List<Port> ports) {
        try {
            write(ports);
        } catch (RuntimeException | Error e) {
            LOG.debug("The gate {} did not write to all its clients", gate, e);
        }
    }

    private void write(List<Port> ports) {
        if (ports.size() > 1) {
            makeBatch();
        }
        for (int from = 0; from < ports.size() && !closed; from += TOGETHER) {
            int to = Math.min(from + TOGETHER, ports.size());
            if (to - from > 1) {
                prefetch(ports, from, to);
            }
            for (int i = from; i < to; i++) {
                write(ports.get(i));
            }
        }
        send();
    }

    /** What goes wrong with one client is not for those after it. */
    private void write(Port port) {
        try {
            if (batch == null) {
                output(port).pump();
            } else {
                output(port).gather(batch);
            }
        } catch (RuntimeException | Error e) {
            output(port).giveUpQuietly();
            LOG.error("{} is disconnected, as it could not be written to", port, e);
        }
        if (batch != null && batch.isFull()) {
            send();
        }
    }

    private void send() {
        if (batch != null) {
            batch.send();
        }
    }

    private void prefetch(List<Port> ports, int from, int to) {
        int sum = 0;
        for (int step = 0; step < ClientOutput.STEPS; step++) {
            for (int i = from; i < to; i++) {
                sum += output(ports.get(i)).prefetch(step);
            }
        }
        prefetched = sum;
    }

    private static ClientOutput output(Port port) {
        return (ClientOutput) port.listener();
    }

    /** Ends after the client that is being written to, which never blocks. */
    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
