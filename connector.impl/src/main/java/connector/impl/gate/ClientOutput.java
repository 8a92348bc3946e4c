// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.Loss;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.NlMsgOverrun;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Overrun;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortOptions;
import connector.impl.netlink.Received;
import connector.impl.netlink.Tapped;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SysSocket;

/**
 * Brings a port's queue to its client's socket. {@link #pump} may be called by any thread at any time: one pumps, and
 * goes round once more for those who called meanwhile; nobody waits.
 */
final class ClientOutput {

    private final KernelSocket socket;
    private final int writeBytes;
    private final Port port;
    private final PortOptions options;
    private final BufferPool buffers;
    private final GateCounters counters;

    /** How often pump was called since the one in flight last looked; 0: nobody pumps. */
    private final AtomicInteger calls = new AtomicInteger();
    /**
     * False from before a send until all of it was taken, or xmit said that there is room again: set before, so that an
     * xmit that comes at once is not overwritten.
     */
    private volatile boolean writable = true;
    private volatile boolean backlogged;
    private volatile boolean over;

    // What follows belongs to the one who pumps.
    private ByteBuffer refused;
    private final Deque<Loss> losses = new ArrayDeque<>();
    private Received waiting;

    ClientOutput(KernelSocket socket, int writeBytes, Port port, PortOptions options, BufferPool buffers,
            GateCounters counters) {
        this.socket = socket;
        this.writeBytes = writeBytes;
        this.port = port;
        this.options = options;
        this.buffers = buffers;
        this.counters = counters;
    }

    /** {@return whether the client's socket refused something that it has not taken since} */
    boolean isBacklogged() {
        return backlogged;
    }

    /**
     * The client's socket has room again: writes what it had refused, and what has gathered. Called by xmit alone, and
     * does the writing itself, so that afterwards the loop's thread, which also reads, knows whether all is gone.
     */
    void writable() {
        while (!calls.compareAndSet(0, 1)) {
            // Whoever pumps now finds the socket not writable, and is out at once.
            Thread.onSpinWait();
        }
        writable = true;
        loop();
    }

    /** The client is gone: nothing is written any more. */
    void giveUp() {
        over = true;
        backlogged = false;
    }

    void pump() {
        if (calls.getAndIncrement() == 0) {
            loop();
        }
    }

    private void loop() {
        int seen;
        do {
            seen = calls.get();
            if (!over && writable) {
                drain();
            }
        } while (calls.addAndGet(-seen) != 0);
    }

    private void drain() {
        ByteBuffer out = refused;
        boolean more = true;
        if (out == null) {
            out = buffers.borrow().limit(writeBytes);
            more = fill(out);
            out.flip();
        }
        refused = out;
        try {
            while (out.hasRemaining()) {
                writable = false;
                long sent = socket.send(out, SysSocket.MSG_DONTWAIT);
                if (sent > 0) {
                    counters.bytesOut.add(sent);
                }
                if (out.hasRemaining()) {
                    backlogged = true;
                    return;
                }
                writable = true;
                out.clear().limit(writeBytes);
                if (more) {
                    more = fill(out);
                }
                out.flip();
            }
        } catch (KernelSocketException e) {
            over = true;
            hangUp();
        }
        refused = null;
        buffers.giveBack(out);
        backlogged = false;
    }

    /**
     * Whoever pumps may be anybody, inside a callback of some user: it must not wait for this client's own callbacks,
     * as close would. The loop sees the end and closes.
     */
    private void hangUp() {
        try {
            socket.shutdown(SysSocket.SHUT_RDWR);
        } catch (KernelSocketException e) {
            // Closed already, or reset: then the loop knows.
        }
    }

    /** Puts in what is queued; tells whether there may be more. */
    private boolean fill(ByteBuffer out) {
        while (true) {
            while (!losses.isEmpty()) {
                if (out.remaining() < NlMsgOverrun.LENGTH) {
                    return true;
                }
                Loss loss = losses.poll();
                NlMsgOverrun.put(out, port.portId(), loss.group(), loss.lost(), loss.first(), loss.last());
                counters.framesOut.increment();
            }
            if (waiting != null) {
                if (!put(out, waiting)) {
                    return true;
                }
                waiting = null;
            }
            Received next = port.receive();
            switch (next) {
                case null -> {
                    return false;
                }
                case Overrun overrun -> losses.addAll(overrun.losses());
                case Datagram datagram when !isCarried(datagram.frame().bytes()) -> lose(datagram);
                case Datagram datagram -> waiting = datagram;
                case Tapped tapped -> waiting = tapped;
            }
        }
    }

    private boolean put(ByteBuffer out, Received next) {
        return next instanceof Tapped tapped ? put(out, tapped) : put(out, (Datagram) next);
    }

    private boolean put(ByteBuffer out, Tapped tapped) {
        if (out.remaining() < tapped.length()) {
            return false;
        }
        tapped.put(out);
        // The frame that says what became of it, and its own.
        counters.framesOut.add(2);
        return true;
    }

    private boolean put(ByteBuffer out, Datagram datagram) {
        byte[] frame = datagram.frame().bytes();
        boolean from = options.isPktinfo() && !isAnswer(frame);
        if (out.remaining() < NlMsgHdr.align(frame.length) + (from ? GateControl.FROM_LENGTH : 0)) {
            return false;
        }
        if (from) {
            GateControl.putFrom(out, datagram.sourcePort(), datagram.group(), datagram.busSequence());
        }
        out.put(frame);
        NlMsgHdr.pad(out);
        counters.framesOut.increment();
        return true;
    }

    /**
     * Whether a client could find the end of it. A netlink socket inside sends what it likes, as in Linux: a datagram
     * carries any bytes, where one sequence of bytes, or a buffer, does not.
     */
    private boolean isCarried(byte[] datagram) {
        if (NlMsgHdr.align(datagram.length) + GateControl.FROM_LENGTH > writeBytes) {
            return false;
        }
        ByteBuffer frames = NlMsgHdr.buffer(datagram);
        int at = 0;
        while (at < datagram.length) {
            int left = datagram.length - at;
            int length = left < NlMsgHdr.SIZE ? 0 : NlMsgHdr.length(frames, at);
            if (length < NlMsgHdr.SIZE || length > left) {
                return false;
            }
            at += NlMsgHdr.align(length);
        }
        return true;
    }

    /** What cannot be carried is lost, and told as that. */
    private void lose(Datagram datagram) {
        counters.malformed.increment();
        if (!port.isNoEnobufs()) {
            losses.add(new Loss(datagram.group(), 1, datagram.busSequence(), datagram.busSequence()));
        }
    }

    private static boolean isAnswer(byte[] frame) {
        return NlMsgHdr.type(NlMsgHdr.buffer(frame), 0) == NlMsgHdr.NLMSG_ERROR;
    }
}
