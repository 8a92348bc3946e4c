// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

import connector.api.runtime.PortDTO;
import connector.impl.jfr.BusEvents;

/**
 * A port's receive queue under its lock, and the waking of its reader: once for each time that the reader found
 * nothing. Any thread may call any of it.
 */
final class PortQueue {

    /** What became of something that was put in. */
    enum Result { TAKEN, FULL, CLOSED }

    private static final VarHandle WAKE;

    static {
        try {
            WAKE = MethodHandles.lookup().findVarHandle(PortQueue.class, "wake", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Port port;
    private final PortListener listener;

    /** Guards all but {@link #wake}; innermost. */
    private final ReentrantLock lock = new ReentrantLock();
    private final ReceiveQueue queue;
    private boolean armed = true;
    private long tapped;
    private volatile boolean closed;

    // Set under the lock when the listener is to be called; whoever clears it calls, without the lock.
    @SuppressWarnings("unused")
    private volatile boolean wake;

    PortQueue(Port port, PortListener listener) {
        this.port = port;
        this.listener = listener;
        this.queue = new ReceiveQueue(port.limits().receiveBufferBytes(), port.limits().answerReserveBytes(),
                port.account());
    }

    /** Puts something in, and records the loss if it finds no room. Waking the reader is left to the caller. */
    Result offer(Queued datagram) {
        return put(datagram, true);
    }

    /** As {@link #offer}, for a source that is told of a full queue itself: nothing is recorded. */
    Result offerQuietly(Queued datagram) {
        return put(datagram, false);
    }

    /** Puts in what this port is told as a tap, with the next number. */
    void offerTapped(Passage passage) {
        lock.lock();
        try {
            put(new Tapped(passage, port.portId(), ++tapped), true);
        } finally {
            lock.unlock();
        }
    }

    private Result put(Queued datagram, boolean recordLoss) {
        lock.lock();
        try {
            if (closed) {
                return Result.CLOSED;
            }
            long before = queue.overruns();
            boolean taken = recordLoss ? queue.offer(datagram) : queue.offerQuietly(datagram);
            if (queue.overruns() != before) {
                BusEvents.overrun(Integer.toUnsignedLong(port.portId()), port.identity().owner(), port.identity().pid(),
                        queue.bytes());
            }
            arm();
            return taken ? Result.TAKEN : Result.FULL;
        } finally {
            lock.unlock();
        }
    }

    /** Puts an answer in, ahead of all data; false if the reserve for answers is full. */
    boolean offerAnswer(Datagram answer) {
        lock.lock();
        try {
            boolean taken = !closed && queue.offerAnswer(answer);
            arm();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is next out, or gives null and has the listener called when something comes. */
    Received poll() {
        boolean ofDump;
        Received next;
        lock.lock();
        try {
            ofDump = port.isTapped() && queue.isAtDump();
            next = queue.poll();
            armed = next == null;
        } finally {
            lock.unlock();
        }
        if (ofDump) {
            // Made just now, as it were sent just now.
            port.tellTaps((Datagram) next);
        }
        return next;
    }

    /** As {@link #poll}, and leaves it in. */
    Received peek() {
        lock.lock();
        try {
            Received next = queue.peek();
            armed = next == null;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Calls the listener if something arrived since the reader last found nothing. No lock may be held. */
    void wakeReader() {
        if (wake && WAKE.compareAndSet(this, true, false)) {
            listener.readable(port);
        }
    }

    /** As {@link #wakeReader}, one of many. */
    void wakeReaderInCrowd() {
        if (wake && WAKE.compareAndSet(this, true, false)) {
            listener.readableInCrowd(port);
        }
    }

    void noEnobufs(boolean on) {
        lock.lock();
        try {
            queue.noEnobufs(on);
        } finally {
            lock.unlock();
        }
    }

    boolean isNoEnobufs() {
        lock.lock();
        try {
            return queue.isNoEnobufs();
        } finally {
            lock.unlock();
        }
    }

    void limit(long bytes) {
        lock.lock();
        try {
            queue.limit(bytes);
        } finally {
            lock.unlock();
        }
    }

    long limit() {
        lock.lock();
        try {
            return queue.limit();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Drops what is in, for good; false if it was closed before. */
    boolean close() {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            closed = true;
            queue.clear();
            return true;
        } finally {
            lock.unlock();
        }
    }

    void fill(PortDTO dto) {
        lock.lock();
        try {
            dto.queuedBytes = queue.bytes();
            dto.queued = queue.size();
            dto.receiveBufferBytes = queue.limit();
            dto.congested = queue.isCongested();
            dto.received = queue.received();
            dto.dropped = queue.dropped();
            dto.overruns = queue.overruns();
        } finally {
            lock.unlock();
        }
    }

    private void arm() {
        if (armed && queue.peek() != null) {
            armed = false;
            wake = true;
        }
    }
}
