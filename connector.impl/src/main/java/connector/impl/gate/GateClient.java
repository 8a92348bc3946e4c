// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SocketCallbacks;
import ksock.api.SysSocket;

/**
 * One connection: one netlink socket, one port. Its callbacks run one at a time; only its output is used by other
 * threads as well.
 */
final class GateClient {

    /** Told of the end of a client. */
    interface Ended {

        /**
         * It is over.
         *
         * @param client whose slot is free
         * @param reason for the log, or null for an ordinary end
         * @param cause what went wrong here, or null for nothing
         */
        void ended(GateClient client, String reason, Throwable cause);
    }

    /** A client that sends without end lets others have the loop after so many reads. */
    private static final int READS_A_TURN = 8;

    // Made ahead: to link them takes memory, of which there may be none where it is too late to end the client.
    private static final Consumer<GateClient> RECEIVE = GateClient::receive;
    private static final Consumer<GateClient> WRITABLE = GateClient::writable;
    private static final Consumer<GateClient> URGENT = GateClient::urgent;
    private static final Consumer<GateClient> DISCONNECTED = GateClient::disconnected;

    private final KernelSockets sockets;
    private final KernelSocket socket;
    private final boolean datagrams;
    /** MSG_TRUNC tells of a datagram how long it was; of a stream it would drop what is read. */
    private final int recvFlags;
    private final BufferPool buffers;
    private final GateCounters counters;
    private final Ended ended;
    private final Identity identity;
    private final GateUser user;
    private final Port port;
    private final ClientInput input;
    private final ClientOutput output;
    private final AtomicBoolean closed = new AtomicBoolean();

    // The callbacks' alone.
    /** End of file has come; what is queued is still to be written. */
    private boolean ending;
    /** Whether a read that does not fill its buffer has taken all there was. */
    private boolean shortReadIsLast;

    /**
     * Takes a connection.
     *
     * @param ended told once when it is over
     */
    GateClient(KernelSockets sockets, KernelSocket socket, GateSettings settings, Netlink netlink, Identity identity,
            GateUser user, CrowdWriter crowd, BufferPool buffers, GateCounters counters, Ended ended) {
        this.sockets = sockets;
        this.socket = socket;
        boolean stream = settings.type() == SocketType.STREAM;
        this.datagrams = !stream;
        this.recvFlags = SysSocket.MSG_DONTWAIT
                | (stream ? 0 : SysSocket.MSG_TRUNC);
        this.shortReadIsLast = stream && !Peer.mayPassDescriptors(socket);
        this.buffers = buffers;
        this.counters = counters;
        this.ended = ended;
        this.identity = identity;
        this.user = user;
        output = new ClientOutput(socket, settings.type().writeBytes(), crowd, buffers, counters,
                listener -> netlink.open(identity, settings.client().port(), user.account(), listener));
        port = output.port();
        ClientInput made = null;
        try {
            made = new ClientInput(
                    port, settings, user, new ControlFrames(port, new PortOptions(port), counters), output, counters);
        } finally {
            if (made == null) {
                // Whoever constructs has nothing to close.
                port.close();
            }
        }
        input = made;
    }

    /** Begins to read; may run callbacks before it returns. */
    void start() throws KernelSocketException {
        socket.callbacks(SocketCallbacks.builder()
                .recv((s, client, length) -> orEnd(RECEIVE))
                .xmit((s, client, room) -> orEnd(WRITABLE))
                .exception((s, client, event) -> orEnd(URGENT))
                .disconnected((s, client, reason) -> orEnd(DISCONNECTED))
                // A message may run its user's callback here, who need not know whose thread it is.
                .mayBlock()
                .build(), this);
    }

    /** {@return whose it is} */
    GateUser user() {
        return user;
    }

    /** What goes wrong with one client ends it: its slot is free, and nobody waits for what will not come. */
    private void orEnd(Consumer<GateClient> callback) {
        try {
            callback.accept(this);
        } catch (RuntimeException | OutOfMemoryError e) {
            end("could not be served: disconnected", e);
        }
    }

    private void receive() {
        if (receive(READS_A_TURN)) {
            try {
                socket.rearm();
            } catch (KernelSocketException e) {
                end(null, null);
            }
        }
    }

    /**
     * Urgent data has come. It is in no frame, and passed over; but a read ends ahead of it, whatever comes behind, so
     * from now on this client is asked until there is nothing.
     */
    private void urgent() {
        shortReadIsLast = false;
        receive();
    }

    /** The client is gone, but what it sent before is still here. */
    private void disconnected() {
        output.giveUp();
        shortReadIsLast = false;
        receive(Integer.MAX_VALUE);
        end(null, null);
    }

    /** Reads at most so many times; tells whether there may be more. */
    private boolean receive(int reads) {
        if (closed.get() || (input.isHolding() && (output.isBacklogged() || !goOn(input.takeHeld())))) {
            return false;
        }
        ByteBuffer in = buffers.borrow();
        try {
            for (int i = 0; i < reads; i++) {
                in.clear();
                long count = receive(in);
                if (count == KernelSocket.WOULD_BLOCK) {
                    return false;
                }
                if (count == 0) {
                    if (datagrams && Peer.maySayMore(sockets, socket)) {
                        continue;
                    }
                    endOfFile();
                    return false;
                }
                counters.bytesIn.add(count);
                if (!goOn(count > in.capacity() ? input.truncated(count) : input.take(in.flip()))) {
                    return false;
                }
                if (shortReadIsLast && count < in.capacity()) {
                    // Asking would be a call for nothing. What comes now is told anew.
                    return false;
                }
            }
            return true;
        } catch (KernelSocketException e) {
            end(null, null);
            return false;
        } finally {
            buffers.giveBack(in);
        }
    }

    private long receive(ByteBuffer in) throws KernelSocketException {
        try {
            return socket.recv(in, recvFlags);
        } catch (KernelSocketException e) {
            // The reset of a client that left something unread is told once, ahead of what it had sent.
            return socket.recv(in, recvFlags);
        }
    }

    /** Tells whether to go on reading. */
    private boolean goOn(ClientInput.Result result) {
        if (result == ClientInput.Result.BROKEN) {
            end("sent a frame with the length " + Integer.toUnsignedString(input.claimedLength())
                    + ": disconnected", null);
        }
        return result == ClientInput.Result.TAKEN;
    }

    private void endOfFile() {
        input.end();
        // Whoever has said all there was to say may still want the answers.
        output.flush();
        if (output.isBacklogged()) {
            ending = true;
        } else {
            end(null, null);
        }
    }

    /** Its socket has room again. What was held back is gone on with here, as nothing new need ever arrive. */
    private void writable() {
        output.writable();
        if (output.isBacklogged()) {
            return;
        }
        if (ending) {
            end(null, null);
        } else if (input.isHolding()) {
            receive();
        }
    }

    private void end(String reason, Throwable cause) {
        if (closed.compareAndSet(false, true)) {
            try {
                port.close();
            } finally {
                try {
                    socket.close();
                } finally {
                    output.giveUp();
                    ended.ended(this, reason, cause);
                }
            }
        }
    }

    /** Ends the connection without waiting for its callbacks: the loop closes it. */
    void hangUp() {
        output.hangUp();
    }

    /** Ends the connection; waits for its callback in flight. */
    void close() {
        end(null, null);
    }

    @Override
    public String toString() {
        return "client of process " + identity.pid() + ", uid " + Integer.toUnsignedString(identity.uid());
    }
}
