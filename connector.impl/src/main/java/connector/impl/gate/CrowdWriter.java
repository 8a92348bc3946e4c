// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes to clients for a sender that has made many of them readable at once: while it goes from one to the next, the
 * sender goes on, and what else it sends to them gathers, to be written in one go. A thread of its own, begun with the
 * first such message.
 */
final class CrowdWriter implements AutoCloseable {

    private final ConcurrentLinkedQueue<GateClient> readable = new ConcurrentLinkedQueue<>();
    private final String name;
    private volatile boolean waiting;
    private volatile boolean closed;
    private volatile Thread thread;

    CrowdWriter(String gate) {
        name = "connector gate " + gate + " crowd writer";
    }

    /** Has a client written to, soon. */
    void add(GateClient client) {
        readable.add(client);
        if (thread == null) {
            begin();
        }
        if (waiting) {
            LockSupport.unpark(thread);
        }
    }

    private synchronized void begin() {
        if (thread == null && !closed) {
            thread = Thread.ofPlatform().daemon().name(name).start(this::run);
        }
    }

    private void run() {
        while (!closed) {
            GateClient next = readable.poll();
            if (next != null) {
                next.write();
                continue;
            }
            waiting = true;
            if (readable.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            waiting = false;
        }
    }

    /** Ends after the client that is being written to, which never blocks. */
    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
