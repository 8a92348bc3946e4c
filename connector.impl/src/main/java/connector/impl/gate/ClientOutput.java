// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.Loss;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.NlMsgOverrun;
import connector.impl.netlink.Crowd;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Overrun;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortListener;
import connector.impl.netlink.Received;
import connector.impl.netlink.Tapped;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SysSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a port's queue to its client's socket. {@link #pump} may be called by any thread at any time: one pumps, and
 * goes round once more for those who called meanwhile; nobody waits. It throws nothing: a client that cannot be written
 * to is disconnected, whatever the reason.
 */
final class ClientOutput implements PortListener {

    /** Of {@link #prefetch}. */
    static final int STEPS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(ClientOutput.class);
    private static final VarHandle CALLS;

    static {
        try {
            CALLS = MethodHandles.lookup().findVarHandle(ClientOutput.class, "calls", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final KernelSocket socket;
    private final int writeBytes;
    private final CrowdWriter crowd;
    private final Port port;
    private final BufferPool buffers;
    private final GateCounters counters;

    /** How often pump was called since the one in flight last looked; 0: nobody pumps. */
    private volatile int calls;
    private volatile boolean backlogged;
    private volatile boolean over;
    private volatile boolean hungUp;

    // What follows belongs to the one who pumps.
    /** False from a send of which not all was taken, until xmit says that there is room again. */
    private boolean writable = true;
    private ByteBuffer refused;
    // Null as long as nothing was lost.
    private Deque<Loss> losses;
    private Received waiting;

    /**
     * Opens a port and listens to it. Nothing is readable there before the client has sent something, and so been given
     * an id: not before this is whole.
     *
     * @param open opens it, with this as its listener
     */
    ClientOutput(KernelSocket socket, int writeBytes, CrowdWriter crowd, BufferPool buffers, GateCounters counters,
            Function<PortListener, Port> open) {
        this.socket = socket;
        this.writeBytes = writeBytes;
        this.crowd = crowd;
        this.buffers = buffers;
        this.counters = counters;
        port = open.apply(this);
    }

    Port port() {
        return port;
    }

    @Override
    public void readable(Port readable) {
        pump();
    }

    @Override
    public Crowd crowd() {
        return crowd;
    }

    @Override
    public void closed(Port ofPlatform) {
        hangUp();
    }

    /** {@return whether the client's socket refused something that it has not taken since} */
    boolean isBacklogged() {
        // Whoever is being refused just now may say so after it was given up.
        return backlogged && !over;
    }

    /**
     * The client's socket has room again: writes what it had refused, and what has gathered. Called by xmit alone, and
     * does the writing itself, so that afterwards the loop's thread, which also reads, knows whether all is gone.
     */
    void writable() {
        // Whoever pumps now has been refused, or finds the socket not writable, and is out at once.
        own();
        writable = true;
        loopOwned();
    }

    /** As {@link #pump}, but when it returns, what others were writing is written too, or was refused. */
    void flush() {
        own();
        loopOwned();
    }

    private void own() {
        while (!CALLS.compareAndSet(this, 0, 1)) {
            Thread.onSpinWait();
        }
    }

    /** The client is gone: nothing is written any more, and what was to be is counted as unread. */
    void giveUp() {
        over = true;
        pump();
    }

    void pump() {
        if ((int) CALLS.getAndAdd(this, 1) == 0) {
            boolean done = false;
            try {
                loop();
                done = true;
            } finally {
                if (!done) {
                    // Whoever pumps may be a user's callback that has no stack left to call anything: of this client
                    // nobody knows any more what it was told, and whoever pumps next disconnects it.
                    over = true;
                    calls = 0;
                }
            }
        }
    }

    /**
     * Reads what {@link #pump} is going to read, and changes nothing.
     *
     * @param step from 0 to before {@link #STEPS}, in this order: each reads what the one before has led to
     * @return something made of what was read, so that the compiler does not leave the reading out
     */
    int prefetch(int step) {
        return switch (step) {
            case 0 -> calls + (refused == null ? 0 : 1);
            case 1 -> socket.type() + port.prefetch();
            default -> socket.isOpen() ? 1 : 0;
        };
    }

    private void loopOwned() {
        boolean done = false;
        try {
            loop();
            done = true;
        } finally {
            if (!done) {
                over = true;
                calls = 0;
            }
        }
    }

    private void loop() {
        int seen;
        do {
            seen = calls;
            if (over) {
                finish();
            } else if (writable) {
                drainOrHangUp();
            }
        } while ((int) CALLS.getAndAdd(this, -seen) != seen);
    }

    /** Whoever pumps is anybody, and not to suffer: of this one client nobody knows any more what it was told. */
    private void drainOrHangUp() {
        try {
            drain();
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("{} is disconnected, as it could not be written to", port, e);
            // What is in it, nobody knows.
            refused = null;
            giveUp();
            hangUp();
        }
    }

    /** Nothing is written any more; the client is to see that, if it has not yet. */
    private void finish() {
        abandon();
        if (!hungUp) {
            hangUp();
        }
    }

    /** Counts what was taken out of the queue and never reached the client's socket. */
    private void abandon() {
        if (waiting instanceof Datagram) {
            port.countUnread(1);
        }
        waiting = null;
        if (refused != null) {
            port.countUnread(messagesLeft(refused));
            buffers.giveBack(refused);
            refused = null;
        }
    }

    /** How many of the messages in a buffer are not written, or not to their end. */
    private static int messagesLeft(ByteBuffer out) {
        int messages = 0;
        boolean told = false;
        int at = 0;
        while (at < out.limit()) {
            int type = NlMsgHdr.type(out, at);
            at += NlMsgHdr.align(NlMsgHdr.length(out, at));
            boolean message = !told && !GateControl.isControl(type) && type != NlMsgHdr.NLMSG_ERROR
                    && type != NlMsgHdr.NLMSG_OVERRUN;
            messages += message && at > out.position() ? 1 : 0;
            // What a tap was told of is no message to it.
            told = type == GateControl.TAP;
        }
        return messages;
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
                long sent = socket.send(out, SysSocket.MSG_DONTWAIT);
                if (sent > 0) {
                    counters.bytesOut.add(sent);
                }
                if (out.hasRemaining()) {
                    writable = false;
                    backlogged = true;
                    return;
                }
                out.clear().limit(writeBytes);
                if (more) {
                    more = fill(out);
                }
                out.flip();
            }
        } catch (KernelSocketException e) {
            over = true;
            hangUp();
            abandon();
            return;
        }
        refused = null;
        buffers.giveBack(out);
        if (backlogged) {
            backlogged = false;
        }
    }

    /**
     * Ends the connection. Whoever does may be anybody, inside a callback of some user: it must not wait for this
     * client's own callbacks, as close would. The loop sees the end and closes.
     */
    void hangUp() {
        try {
            socket.shutdown(SysSocket.SHUT_RDWR);
            hungUp = true;
        } catch (KernelSocketException e) {
            // Closed already, or reset: then the loop knows.
            hungUp = true;
        }
    }

    /** Puts in what is queued; tells whether there may be more. */
    private boolean fill(ByteBuffer out) {
        while (true) {
            if (losses != null && !fillLosses(out)) {
                return true;
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
                case Overrun overrun -> lose(overrun.losses());
                case Datagram datagram when !isCarried(datagram.frame().bytes()) -> lose(datagram);
                case Datagram datagram -> waiting = datagram;
                case Tapped tapped -> waiting = tapped;
            }
        }
    }

    /** Tells what was lost, as far as there is room; whether that was all. */
    private boolean fillLosses(ByteBuffer out) {
        for (Loss loss = losses.peek(); loss != null; loss = losses.peek()) {
            if (out.remaining() < NlMsgOverrun.LENGTH) {
                return false;
            }
            NlMsgOverrun.put(out, port.portId(), loss.group(), loss.lost(), loss.first(), loss.last());
            counters.framesOut.increment();
            losses.remove();
        }
        losses = null;
        return true;
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
        boolean from = port.isPktinfo() && !isAnswer(frame);
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
            lose(List.of(new Loss(datagram.group(), 1, datagram.busSequence(), datagram.busSequence())));
        }
    }

    private void lose(List<Loss> lost) {
        if (losses == null) {
            losses = new ArrayDeque<>();
        }
        losses.addAll(lost);
    }

    private static boolean isAnswer(byte[] frame) {
        return NlMsgHdr.type(NlMsgHdr.buffer(frame), 0) == NlMsgHdr.NLMSG_ERROR;
    }
}
