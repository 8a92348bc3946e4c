// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.wire.FrameDecoder;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Port;
import connector.impl.netlink.SendPath;
import connector.impl.netlink.Verdict;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client says: its frames, taken to its port one after the other. Used by one thread at a time. */
final class ClientInput {

    /** What became of some input. */
    enum Result {
        /** All of it was taken. */
        TAKEN,
        /** The rest is held back until the client reads its answers. */
        HELD,
        /** Where the next frame begins cannot be known; it has been answered. */
        BROKEN
    }

    /** So many answers may wait for a client whose socket is full; then it is not read until it reads. */
    static final int ANSWERS_AHEAD = 16;

    private static final Verdict LIMITED = Verdict.of(NetlinkErrno.EAGAIN,
            "that was one message too many a second: wait and try again");
    private static final Verdict ENDED = Verdict.of(NetlinkErrno.EINVAL, "the connection ended within a frame");
    private static final ByteBuffer NOTHING = NlMsgHdr.buffer(0);
    private static final ByteBuffer NO_HEADER = NlMsgHdr.buffer(NlMsgHdr.SIZE);
    private static final Logger LOG = LoggerFactory.getLogger(ClientInput.class);

    private final Port port;
    private final SendPath path;
    private final boolean datagrams;
    private final ControlFrames control;
    private final ClientOutput output;
    private final GateCounters counters;
    private final GateUser user;
    private final Rate rate;
    private final boolean limited;
    private final FrameDecoder decoder = new FrameDecoder(NlMsgHdr.MAX_LENGTH);

    /** Frames that were read before the client's answers backed up. */
    private ByteBuffer held;
    private int answersAhead;

    ClientInput(Port port, GateSettings settings, GateUser user, ControlFrames control, ClientOutput output,
            GateCounters counters) {
        this.port = port;
        this.path = port.sendPath();
        this.datagrams = settings.type() == SocketType.SEQPACKET;
        this.control = control;
        this.output = output;
        this.counters = counters;
        this.user = user;
        rate = new Rate(settings.client().messagesPerSecond(), System.nanoTime());
        limited = rate.isLimited() || user.rate().isLimited();
    }

    /** {@return whether frames are held back} */
    boolean isHolding() {
        return held != null;
    }

    /** Goes on with what was held back. */
    Result takeHeld() {
        ByteBuffer rest = held;
        held = null;
        return take(rest);
    }

    /**
     * Takes what was read: of a stream any part, of datagrams one.
     *
     * @param in from position to limit; free again afterwards
     */
    Result take(ByteBuffer in) {
        try {
            return takeFrames(in);
        } finally {
            path.end();
        }
    }

    private Result takeFrames(ByteBuffer in) {
        while (true) {
            switch (decoder.next(in)) {
                case FRAME -> {
                    counters.framesIn.increment();
                    frame(decoder.buffer(), decoder.offset(), decoder.length());
                    if (isAhead()) {
                        return hold(in);
                    }
                }
                case TOO_LONG -> {
                    counters.framesIn.increment();
                    control.malformed(decoder.buffer(), decoder.offset(), there(in), NetlinkErrno.EMSGSIZE,
                            "a frame of " + decoder.length() + " bytes: a message has at most " + NlMsgHdr.MAX_LENGTH,
                            NlMsgHdr.LEN);
                    answersAhead++;
                    if (isAhead()) {
                        return hold(in);
                    }
                }
                case BROKEN -> {
                    return broken(there(in));
                }
                case NEED_INPUT -> {
                    // Of one that is too long nothing is kept, and it has been answered.
                    if (datagrams && decoder.endDatagram() && decoder.length() > 0) {
                        cut(decoder.buffer());
                        return isAhead() ? hold(NOTHING) : Result.TAKEN;
                    }
                    return Result.TAKEN;
                }
            }
        }
    }

    private Result hold(ByteBuffer rest) {
        held = NlMsgHdr.buffer(rest.remaining()).put(rest).flip();
        return Result.HELD;
    }

    /** How much is there of a frame that is not handed out whole: more than its header where it lies in the input. */
    @SuppressWarnings("ReferenceEquality") // Whether it is this very buffer is the question.
    private int there(ByteBuffer in) {
        return decoder.buffer() == in ? in.limit() - decoder.offset() : NlMsgHdr.SIZE;
    }

    /** The end of the stream: counts a frame that has begun and will not end. */
    void end() {
        if (decoder.endDatagram()) {
            counters.malformed.increment();
            control.tellTaps(decoder.buffer(), 0, decoder.buffer().capacity() == 0 ? 0 : decoder.length(), ENDED);
        }
    }

    /** A datagram was longer than any may be: what did not fit the buffer is gone, and nothing of it is believed. */
    Result truncated(long length) {
        control.malformed(NO_HEADER, 0, 0, NetlinkErrno.EMSGSIZE, "a datagram of " + length + " bytes: one has at most "
                + BufferPool.CAPACITY, NlMsgErr.NO_OFFSET);
        answersAhead++;
        output.pump();
        return isAhead() ? hold(NOTHING) : Result.TAKEN;
    }

    private void cut(ByteBuffer begun) {
        boolean header = begun.capacity() >= NlMsgHdr.SIZE;
        control.malformed(header ? begun : NO_HEADER, 0, header ? decoder.length() : 0, NetlinkErrno.EINVAL,
                "the datagram ends within a frame: one carries whole frames", NlMsgHdr.LEN);
        answersAhead++;
    }

    private Result broken(int there) {
        int length = decoder.length();
        control.malformed(decoder.buffer(), decoder.offset(), there, NetlinkErrno.EINVAL, "nlmsg_len "
                + Integer.toUnsignedString(length) + ": must be 16 to " + NlMsgHdr.MAX_SKIPPED_LENGTH
                + ", so the next frame cannot be found; " + (datagrams ? "the rest is dropped" : "good-bye"),
                NlMsgHdr.LEN);
        answersAhead++;
        output.pump();
        if (!datagrams) {
            return Result.BROKEN;
        }
        decoder.endDatagram();
        return isAhead() ? hold(NOTHING) : Result.TAKEN;
    }

    /** {@return what the last frame claimed as its length} */
    int claimedLength() {
        return decoder.length();
    }

    private void frame(ByteBuffer frame, int at, int length) {
        int type = NlMsgHdr.type(frame, at);
        int flags = NlMsgHdr.flags(frame, at);
        boolean ack = (flags & NlMsgHdr.NLM_F_ACK) != 0;
        boolean isControl = GateControl.isControl(type);
        if (limited && type != GateControl.TO && !isWithinRate()) {
            tooMany(frame, at, length, isControl, ack || isControl);
            return;
        }
        if (isControl) {
            path.end();
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
                Verdict gatesAlone = new Verdict(NetlinkErrno.EOPNOTSUPP,
                        "only a gate sends frames of type " + type, NlMsgHdr.TYPE);
                counters.malformed.increment();
                control.tellTaps(frame, at, length, gatesAlone);
                if (ack) {
                    control.answer(frame, at, gatesAlone.errno(), gatesAlone.text(), gatesAlone.offset(), null);
                }
            }
            default -> message(frame, at, length);
        }
    }

    private void tooMany(ByteBuffer frame, int at, int length, boolean isControl, boolean answer) {
        if (isControl) {
            control.tellTaps(frame, at, length, LIMITED);
        } else {
            port.droppedByGate(frame, at, length, control.toPort(), control.toGroup(), LIMITED);
            control.forgetTo();
        }
        if (answer) {
            control.answer(frame, at, LIMITED.errno(), LIMITED.text(), NlMsgErr.NO_OFFSET, null);
            answersAhead++;
        }
    }

    private boolean isWithinRate() {
        long now = System.nanoTime();
        if (rate.take(now) && user.rate().take(now)) {
            return true;
        }
        counters.limited.increment();
        user.limited();
        return false;
    }

    private void message(ByteBuffer frame, int at, int length) {
        int toPort = control.toPort();
        int toGroup = control.toGroup();
        control.forgetTo();
        // Whoever wants to know what became of it sets NLM_F_ACK, and the port has answered then.
        int unheard = path.send(frame, at, length, toPort, toGroup);
        if (unheard != 0 && LOG.isDebugEnabled()) {
            LOG.debug("{}: a message to port {}, group {} gave {}", port, Integer.toUnsignedString(toPort),
                    Integer.toUnsignedString(toGroup), NetlinkErrno.name(unheard));
        }
    }

    /** {@return whether enough answers wait for a client that does not take them} */
    private boolean isAhead() {
        if (answersAhead < ANSWERS_AHEAD) {
            return false;
        }
        path.end();
        output.pump();
        answersAhead = 0;
        return output.isBacklogged();
    }
}
