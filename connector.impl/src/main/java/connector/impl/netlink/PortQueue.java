// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.runtime.PortDTO;
import connector.impl.jfr.BusEvents;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

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
    private final Netlink netlink;

    // Guarded, as all but wake is, by its own monitor, innermost: no lock of its own, whose memory a message for a
    // thousand ports would have to fetch for each of them beside that of the queue.
    private final ReceiveQueue queue;
    private boolean armed = true;
    private long tapped;
    private volatile boolean closed;

    // Set under the lock when the listener is to be called; whoever clears it calls, without the lock, and sets it
    // again if that is not to be done. Beside what is here, set by who has no stack left to call anything.
    volatile boolean wake;

    PortQueue(Port port, PortListener listener) {
        this.port = port;
        this.listener = listener;
        this.netlink = port.netlink();
        this.queue = new ReceiveQueue(port.limits().receiveBufferBytes(), port.limits().answerReserveBytes(),
                port.account());
    }

    /** Puts something in, and records the loss if it finds no room. Waking the reader is left to the caller. */
    Result offer(Queued datagram) {
        return put(datagram, true, null);
    }

    /**
     * As {@link #offer}; if the listener is to be called for it, then by the caller, who finds the port among these.
     */
    Result offer(Queued datagram, ReadablePorts readable) {
        return put(datagram, true, readable);
    }

    /** As {@link #offer}, for a source that is told of a full queue itself: nothing is recorded. */
    Result offerQuietly(Queued datagram) {
        return put(datagram, false, null);
    }

    /** Puts in what this port is told as a tap, with the next number. */
    void offerTapped(Passage passage) {
        synchronized (queue) {
            put(new Tapped(passage, port.portId(), ++tapped), true, null);
        }
    }

    private Result put(Queued datagram, boolean recordLoss, ReadablePorts readable) {
        synchronized (queue) {
            if (closed) {
                return Result.CLOSED;
            }
            long before = queue.overruns();
            boolean taken = recordLoss ? queue.offer(datagram) : queue.offerQuietly(datagram);
            if (queue.overruns() != before) {
                BusEvents.overrun(Integer.toUnsignedLong(port.portId()), port.identity().owner(), port.identity().pid(),
                        queue.bytes());
            }
            arm(readable);
            return taken ? Result.TAKEN : Result.FULL;
        }
    }

    /** Puts an answer in, ahead of all data; false if the reserve for answers is full. */
    boolean offerAnswer(Datagram answer) {
        synchronized (queue) {
            boolean taken = !closed && queue.offerAnswer(answer);
            arm(null);
            return taken;
        }
    }

    /** Takes what is next out, or gives null and has the listener called when something comes. */
    Received poll() {
        boolean ofDump;
        Received next;
        synchronized (queue) {
            ofDump = port.isTapped() && queue.isAtDump();
            next = queue.poll();
            armed = next == null;
        }
        if (ofDump) {
            // Made just now, as it were sent just now.
            port.tellTaps((Datagram) next);
        }
        return next;
    }

    /**
     * As {@link #poll} twice, if there is one datagram and nothing else: takes it, and has the listener called when
     * something comes. Else null, and nothing is changed.
     */
    Datagram pollLone() {
        synchronized (queue) {
            Datagram lone = queue.pollLone();
            armed |= lone != null;
            return lone;
        }
    }

    /** See {@link Port#prefetch}: racy, as nothing comes of it. */
    int prefetch() {
        return (armed ? 1 : 0) + queue.prefetch();
    }

    /** As {@link #poll}, and leaves it in. */
    Received peek() {
        synchronized (queue) {
            Received next = queue.peek();
            armed = next == null;
            return next;
        }
    }

    /** Takes the report of what else was lost out, if that is what is next; in one step, as anything may come ahead. */
    void passOverLosses() {
        synchronized (queue) {
            if (queue.peek() instanceof Overrun overrun && !overrun.enobufs()) {
                queue.poll();
            }
        }
    }

    /** Calls the listener if something arrived since the reader last found nothing. No lock may be held. */
    void wakeReader() {
        if (takeWake()) {
            boolean told = false;
            try {
                listener.readable(port);
                told = true;
            } finally {
                if (!told) {
                    wake = true;
                    netlink.leftBehind = true;
                }
            }
        }
    }

    /** Whether the listener is to be called, by who has asked and by nobody else. */
    boolean takeWake() {
        return wake && WAKE.compareAndSet(this, true, false);
    }

    void noEnobufs(boolean on) {
        synchronized (queue) {
            queue.noEnobufs(on);
        }
    }

    boolean isNoEnobufs() {
        synchronized (queue) {
            return queue.isNoEnobufs();
        }
    }

    void limit(long bytes) {
        synchronized (queue) {
            queue.limit(bytes);
        }
    }

    long limit() {
        synchronized (queue) {
            return queue.limit();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Takes nothing any more; false if it was closed before. */
    boolean close() {
        synchronized (queue) {
            boolean first = !closed;
            closed = true;
            return first;
        }
    }

    /** Drops what is in, once it is closed; the messages that were in. */
    List<Datagram> clear() {
        synchronized (queue) {
            return queue.clear();
        }
    }

    void fill(PortDTO dto) {
        synchronized (queue) {
            dto.queuedBytes = queue.bytes();
            dto.queued = queue.size();
            dto.receiveBufferBytes = queue.limit();
            dto.congested = queue.isCongested();
            dto.received = queue.received();
            dto.dropped = queue.dropped();
            dto.overruns = queue.overruns();
        }
    }

    private void arm(ReadablePorts readable) {
        if (armed && !queue.isEmpty()) {
            if (readable == null) {
                wake = true;
            } else {
                readable.add(port);
            }
            // Last: whoever has no memory for that leaves it as it was.
            armed = false;
        }
    }
}
