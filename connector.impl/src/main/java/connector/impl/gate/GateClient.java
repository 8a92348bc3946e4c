// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.wire.FrameDecoder;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.PortListener;
import connector.impl.netlink.PortOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import ksock.api.SysSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: one netlink socket, one port. Its callbacks run one at a time; only its output is used by other
 * threads as well.
 */
final class GateClient implements PortListener {

    /** So many answers may wait for a client whose socket is full; then it is not read until it reads. */
    static final int ANSWERS_AHEAD = 16;

    /** A client that sends without end lets others have the loop after so many reads. */
    private static final int READS_A_TURN = 8;

    private static final Logger LOG = LoggerFactory.getLogger(GateClient.class);

    private final KernelSocket socket;
    private final BufferPool buffers;
    private final GateCounters counters;
    private final BiConsumer<GateClient, String> ended;
    private final Identity identity;
    private final Port port;
    private final ControlFrames control;
    private final ClientOutput output;
    private final FrameDecoder decoder = new FrameDecoder(NlMsgHdr.MAX_LENGTH);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Frames that were read before the client's answers backed up; of the callback's. */
    private ByteBuffer held;
    private int answersAhead;
    /** End of file has come; what is queued is still to be written. */
    private boolean ending;

    /**
     * Takes a connection.
     *
     * @param ended told once when it is over, with the reason for the log or null for an ordinary end
     */
    GateClient(KernelSocket socket, Netlink netlink, PortLimits limits, Identity identity, BufferPool buffers,
            GateCounters counters, BiConsumer<GateClient, String> ended) {
        this.socket = socket;
        this.buffers = buffers;
        this.counters = counters;
        this.ended = ended;
        this.identity = identity;
        port = netlink.open(identity, limits, this);
        PortOptions options = new PortOptions(port);
        control = new ControlFrames(port, options, counters);
        output = new ClientOutput(socket, port, options, buffers, counters);
    }

    /** Begins to read; may run callbacks before it returns. */
    void start() throws KernelSocketException {
        socket.callbacks(SocketCallbacks.builder()
                .recv((s, client, length) -> receive())
                .xmit((s, client, room) -> writable())
                .disconnected((s, client, reason) -> disconnected())
                .build(), this);
    }

    Identity identity() {
        return identity;
    }

    @Override
    public void readable(Port readable) {
        ClientOutput out = output;
        if (out != null) {
            out.pump();
        }
    }

    @Override
    public void closed(Port ofPlatform) {
        hangUp();
    }

    private void receive() {
        if (receive(READS_A_TURN)) {
            try {
                socket.rearm();
            } catch (KernelSocketException e) {
                end(null);
            }
        }
    }

    /** The client is gone, but what it sent before is still here. */
    private void disconnected() {
        output.giveUp();
        receive(Integer.MAX_VALUE);
        end(null);
    }

    /** Reads at most so many times; tells whether there may be more. */
    private boolean receive(int reads) {
        if (closed.get() || (held != null && (output.isBacklogged() || !takeHeld()))) {
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
                    endOfFile();
                    return false;
                }
                counters.bytesIn.add(count);
                if (!take(in.flip())) {
                    return false;
                }
            }
            return true;
        } catch (KernelSocketException e) {
            end(null);
            return false;
        } finally {
            buffers.giveBack(in);
        }
    }

    private long receive(ByteBuffer in) throws KernelSocketException {
        try {
            return socket.recv(in, SysSocket.MSG_DONTWAIT);
        } catch (KernelSocketException e) {
            // The reset of a client that left something unread is told once, ahead of what it had sent.
            return socket.recv(in, SysSocket.MSG_DONTWAIT);
        }
    }

    private boolean takeHeld() {
        ByteBuffer rest = held;
        held = null;
        return take(rest);
    }

    private void endOfFile() {
        if (decoder.isMidFrame()) {
            counters.malformed.increment();
        }
        // Whoever has said all he had to say may still want the answers.
        output.pump();
        if (output.isBacklogged()) {
            ending = true;
        } else {
            end(null);
        }
    }

    /** Takes frames from the input; tells whether to go on reading. */
    private boolean take(ByteBuffer in) {
        while (true) {
            switch (decoder.next(in)) {
                case FRAME -> {
                    counters.framesIn.increment();
                    frame(decoder.buffer(), decoder.offset(), decoder.length());
                    if (isAhead()) {
                        hold(in);
                        return false;
                    }
                }
                case TOO_LONG -> {
                    counters.framesIn.increment();
                    control.malformed(decoder.buffer(), decoder.offset(), NetlinkErrno.EMSGSIZE,
                            "a frame of " + decoder.length() + " bytes: a message has at most " + NlMsgHdr.MAX_LENGTH,
                            NlMsgHdr.LEN);
                    answersAhead++;
                }
                case BROKEN -> {
                    broken();
                    return false;
                }
                case NEED_INPUT -> {
                    return true;
                }
            }
        }
    }

    private void frame(ByteBuffer frame, int at, int length) {
        int type = NlMsgHdr.type(frame, at);
        int flags = NlMsgHdr.flags(frame, at);
        boolean ack = (flags & NlMsgHdr.NLM_F_ACK) != 0;
        if (GateControl.isControl(type)) {
            if (control.handle(frame, at, length)) {
                answersAhead++;
            }
            return;
        }
        if (ack || (flags & (NlMsgHdr.NLM_F_ECHO | NlMsgHdr.NLM_F_DUMP)) != 0) {
            answersAhead++;
        }
        switch (type) {
            case NlMsgHdr.NLMSG_NOOP -> {
                if (ack) {
                    control.answer(frame, at, 0, null, NlMsgErr.NO_OFFSET, null);
                }
            }
            case NlMsgHdr.NLMSG_ERROR, NlMsgHdr.NLMSG_OVERRUN -> {
                counters.malformed.increment();
                if (ack) {
                    control.answer(frame, at, NetlinkErrno.EOPNOTSUPP, "only a gate sends frames of type " + type,
                            NlMsgHdr.TYPE, null);
                }
            }
            default -> message(frame, at, length);
        }
    }

    private void message(ByteBuffer frame, int at, int length) {
        if (port.autobind() != 0) {
            return;
        }
        int toPort = control.takeToPort();
        int toGroup = control.takeToGroup();
        // Whoever wants to know what became of it sets NLM_F_ACK, and the port has answered then.
        int unheard = port.send(Frame.copyOf(frame, at, length, port.portId()), toPort, toGroup);
        if (unheard != 0 && LOG.isDebugEnabled()) {
            LOG.debug("{}: a message to port {}, group {} gave {}", this, Integer.toUnsignedString(toPort),
                    Integer.toUnsignedString(toGroup), NetlinkErrno.name(unheard));
        }
    }

    /** {@return whether enough answers wait for a client that does not take them} */
    private boolean isAhead() {
        if (answersAhead < ANSWERS_AHEAD) {
            return false;
        }
        output.pump();
        answersAhead = 0;
        return output.isBacklogged();
    }

    private void hold(ByteBuffer in) {
        held = NlMsgHdr.buffer(in.remaining()).put(in).flip();
    }

    /** Its socket has room again. What was held back is gone on with here, as nothing new need ever arrive. */
    private void writable() {
        output.writable();
        if (output.isBacklogged()) {
            return;
        }
        if (ending) {
            end(null);
        } else if (held != null) {
            receive();
        }
    }

    private void broken() {
        counters.malformed.increment();
        int length = decoder.length();
        control.answer(decoder.buffer(), decoder.offset(), NetlinkErrno.EINVAL, "nlmsg_len "
                + Integer.toUnsignedString(length) + ": must be 16 to " + NlMsgHdr.MAX_SKIPPED_LENGTH
                + ", so the next frame cannot be found; good-bye", NlMsgHdr.LEN, null);
        output.pump();
        end("sent a frame with the length " + Integer.toUnsignedString(length) + ": disconnected");
    }

    private void end(String reason) {
        if (closed.compareAndSet(false, true)) {
            port.close();
            socket.close();
            ended.accept(this, reason);
        }
    }

    /** Ends the connection without waiting for its callbacks: the loop closes it. */
    void hangUp() {
        try {
            socket.shutdown(SysSocket.SHUT_RDWR);
        } catch (KernelSocketException e) {
            // Gone already.
        }
    }

    /** Ends the connection; waits for its callback in flight. */
    void close() {
        end(null);
    }

    @Override
    public String toString() {
        return "client of process " + identity.pid() + ", uid " + Integer.toUnsignedString(identity.uid());
    }
}
