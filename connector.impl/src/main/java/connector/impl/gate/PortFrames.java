// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.Loss;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.NlMsgOverrun;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Overrun;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortListener;
import connector.impl.netlink.Received;
import connector.impl.netlink.Tapped;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What a client finds on its connection: the frames of its port's queue, and between them what was lost. One object
 * with {@link ClientOutput}, which writes them, as a message for many has to fetch each. For one thread at a time.
 */
abstract sealed class PortFrames implements PortListener permits ClientOutput {

    final int writeBytes;
    final GateCounters counters;

    /** Taken out of the queue and not brought to the client yet. */
    private Received waiting;
    // Null as long as nothing was lost.
    private Deque<Loss> losses;

    /**
     * Frames for one client.
     *
     * @param writeBytes the most that one write takes, in bytes
     */
    PortFrames(int writeBytes, GateCounters counters) {
        this.writeBytes = writeBytes;
        this.counters = counters;
    }

    /** {@return its port} */
    abstract Port port();

    /**
     * Takes what is queued, if that is one datagram and nothing else. It stays here until {@link #loneBrought}, or is
     * abandoned, or put in by {@link #fill}.
     *
     * @return null if it is not, and nothing is taken
     */
    final Datagram takeLone() {
        if (losses != null || waiting != null) {
            return null;
        }
        Datagram lone = port().receiveLone();
        waiting = lone;
        return lone;
    }

    /** {@return whether the client is told whence a message comes; may be another answer the next time} */
    final boolean saysFrom(Datagram datagram) {
        return port().isPktinfo() && !isAnswer(datagram.frame().bytes());
    }

    /**
     * Puts what {@link #takeLone} gave into an empty buffer.
     *
     * @param from what {@link #saysFrom} gave
     * @return false if a client could not find its end: then it is lost, and {@link #fill} tells so
     */
    final boolean putLone(ByteBuffer out, Datagram lone, boolean from) {
        if (!isCarried(lone.frame().bytes())) {
            waiting = null;
            lose(lone);
            return false;
        }
        return putFrame(out, lone, from);
    }

    /**
     * Puts what {@link #takeLone} gave into an empty buffer as {@link #putLone} did, whatever the client has asked for
     * since.
     *
     * @param length how long it was there
     */
    final void putLoneAgain(ByteBuffer out, int length) {
        Datagram lone = (Datagram) waiting;
        putFrame(out, lone, length > NlMsgHdr.align(lone.frame().bytes().length));
    }

    /** What {@link #takeLone} gave is on its way. */
    final void loneBrought() {
        waiting = null;
    }

    /** Counts what was taken out of the queue and put nowhere. */
    final void abandonWaiting() {
        if (waiting instanceof Datagram) {
            port().countUnread(1);
        }
        waiting = null;
    }

    /** How many of the messages in a buffer, which begins with a frame, are not written, or not to their end. */
    static int messagesLeft(ByteBuffer out) {
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
            told = !told && type == GateControl.TAP;
        }
        return messages;
    }

    /** Puts in what is queued; tells whether there may be more. */
    final boolean fill(ByteBuffer out) {
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
            Received next = port().receive();
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
            NlMsgOverrun.put(out, port().portId(), loss.group(), loss.lost(), loss.first(), loss.last());
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
        boolean put = putFrame(out, datagram, saysFrom(datagram));
        if (put) {
            counters.framesOut.increment();
        }
        return put;
    }

    private static boolean putFrame(ByteBuffer out, Datagram datagram, boolean from) {
        byte[] frame = datagram.frame().bytes();
        if (out.remaining() < NlMsgHdr.align(frame.length) + (from ? GateControl.FROM_LENGTH : 0)) {
            return false;
        }
        if (from) {
            GateControl.putFrom(out, datagram.sourcePort(), datagram.group(), datagram.busSequence());
        }
        out.put(frame);
        NlMsgHdr.pad(out);
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
        if (!port().isNoEnobufs()) {
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
