// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.impl.netlink.Crowd;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortListener;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SendBatch;
import ksock.api.SysSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a port's queue to its client's socket. {@link #pump} may be called by any thread at any time: one pumps, and
 * goes round once more for those who called meanwhile, though not for ever; nobody waits. It throws nothing: a client
 * that cannot be written to is disconnected, whatever the reason.
 */
final class ClientOutput extends PortFrames {

    /** Of {@link #prefetch}. */
    static final int STEPS = 3;

    /** How often whoever pumps looks for what others have brought meanwhile, before the crowd's writer goes on. */
    private static final int TURNS = 64;

    /** As long as a send or two take; by then whoever pumps may have lost its processor, or have a batch to send. */
    private static final int SPINS = 100;
    /** As short as the host can. */
    private static final long NAP_NANOS = 1;

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
    private final CrowdWriter crowd;
    private final Port port;
    private final BufferPool buffers;

    /** How often pump was called since the one in flight last looked; 0: nobody pumps. */
    private volatile int calls;
    private volatile boolean backlogged;
    private volatile boolean over;
    private volatile boolean hungUp;

    // What follows belongs to the one who pumps.
    /** False from a send of which not all was taken, until xmit says that there is room again. */
    private boolean writable = true;
    private ByteBuffer refused;

    /**
     * Opens a port and listens to it. Nothing is readable there before the client has sent something, and so been given
     * an id: not before this is whole.
     *
     * @param open opens it, with this as its listener
     */
    ClientOutput(KernelSocket socket, int writeBytes, CrowdWriter crowd, BufferPool buffers, GateCounters counters,
            Function<PortListener, Port> open) {
        super(writeBytes, counters);
        this.socket = socket;
        this.crowd = crowd;
        this.buffers = buffers;
        port = open.apply(this);
    }

    @Override
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
        for (int tries = 0; !CALLS.compareAndSet(this, 0, 1); tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
    }

    /** The client is gone: nothing is written any more, and what was to be is counted as unread. */
    void giveUp() {
        over = true;
        pump();
    }

    /** As {@link #giveUp}, by who goes on with others. Nobody else pumps it before there is something more for it. */
    void giveUpQuietly() {
        try {
            giveUp();
        } catch (RuntimeException | Error e) {
            LOG.debug("{} is disconnected with the next message for it", port, e);
        }
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
     * As {@link #pump}, but what is queued goes into a batch if it is one message. Then this is pumping until
     * {@link #brought(SendBatch, int)}, {@link #failed} or {@link #lost}.
     *
     * @return whether it is in the batch
     */
    boolean gather(CrowdBatch batch) {
        if ((int) CALLS.getAndAdd(this, 1) != 0) {
            return false;
        }
        boolean done = false;
        try {
            boolean gathered = gatherOrHangUp(batch);
            if (!gathered) {
                loop();
            }
            done = true;
            return gathered;
        } finally {
            if (!done) {
                lost();
            }
        }
    }

    private boolean gatherOrHangUp(CrowdBatch batch) {
        if (over || !writable || refused != null) {
            return false;
        }
        try {
            Datagram lone = takeLone();
            return lone != null && batch.add(socket, lone, this);
        } catch (RuntimeException | OutOfMemoryError e) {
            disconnect(e);
            return false;
        }
    }

    /**
     * What went into a batch is sent, as far as its socket took it.
     *
     * @return how many bytes that is
     */
    long brought(SendBatch batch, int index) {
        boolean done = false;
        try {
            long sent = lookAfter(batch, index);
            if (!writable || over || !CALLS.compareAndSet(this, 1, 0)) {
                loop();
            }
            done = true;
            return sent;
        } finally {
            if (!done) {
                lost();
            }
        }
    }

    private long lookAfter(SendBatch batch, int index) {
        try {
            long sent = Math.max(0, batch.result(index));
            int length = batch.length(index);
            if (sent < length) {
                keep(length, (int) sent);
                writable = false;
                backlogged = true;
            }
            loneBrought();
            return sent;
        } catch (KernelSocketException e) {
            over = true;
            hangUp();
            abandon();
        } catch (RuntimeException | OutOfMemoryError e) {
            disconnect(e);
        }
        return 0;
    }

    /** The batch could not be sent. */
    void failed(Throwable cause) {
        boolean done = false;
        try {
            disconnect(cause);
            loop();
            done = true;
        } finally {
            if (!done) {
                lost();
            }
        }
    }

    /** Keeps all of it, not only the rest, which alone would not tell how many messages it is. */
    private void keep(int length, int sent) {
        ByteBuffer out = buffers.borrow();
        putLoneAgain(out, length);
        refused = out.flip().position(sent);
    }

    /** By writes and no call, of which there may be none left: whoever pumps next disconnects the client. */
    void lost() {
        over = true;
        calls = 0;
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
        int turns = 0;
        do {
            if (turns++ == TURNS) {
                handOn();
                return;
            }
            seen = calls;
            if (over) {
                finish();
            } else if (writable) {
                drainOrHangUp();
            }
        } while ((int) CALLS.getAndAdd(this, -seen) != seen);
    }

    /** Lets whoever pumps go, who would else stay for as long as others send. */
    private void handOn() {
        List<Port> alone = List.of(port);
        // From here on it is another's, who may come before the crowd's writer.
        calls = 0;
        try {
            crowd.readable(alone);
        } catch (RuntimeException | Error e) {
            port.readableLater();
        }
    }

    /** Whoever pumps is anybody, and not to suffer: of this one client nobody knows any more what it was told. */
    private void drainOrHangUp() {
        try {
            drain();
        } catch (RuntimeException | OutOfMemoryError e) {
            disconnect(e);
        }
    }

    private void disconnect(Throwable cause) {
        if (socket.isOpen()) {
            LOG.error("{} is disconnected, as it could not be written to", port, cause);
        }
        // What is in it, nobody knows.
        refused = null;
        giveUp();
        hangUp();
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
        abandonWaiting();
        if (refused != null) {
            port.countUnread(messagesLeft(refused));
            buffers.giveBack(refused);
            refused = null;
        }
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
}
