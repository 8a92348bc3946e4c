// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.NlMsgOverrun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What has come and was not yet taken: answers by their number, replies by who awaits them, all else in order. Its
 * state is guarded by the reader's lock; methods that are given the reader take it.
 */
final class Inbox implements FrameReader.Sink {

    /**
     * Who waits for an answer leaves messages unread: so many bytes of them are kept, what is beyond is dropped and
     * reported like an overrun.
     */
    private static final long MAX_BYTES = 8 << 20;

    /** Messages that answer one request. */
    static final class Awaited {
        private final CnMessage request;
        private final Deque<CnMessage> replies = new ArrayDeque<>();

        Awaited(CnMessage request) {
            this.request = request;
        }

        CnMessage reply() {
            return replies.poll();
        }

        /** A snapshot's entries are of other ids than the request. */
        private boolean takes(CnMessage message) {
            boolean ofSnapshot = request.idx() == CnMsgHdr.CN_CONNECTOR && request.val() == CnMsgHdr.CN_CONNECTOR
                    && (message.flags() & (CnMsgHdr.CN_EXTENDED | CnMsgHdr.CN_STATISTICS)) != 0;
            return message.seq() == request.seq() && message.ack() == request.ack() + 1
                    && (ofSnapshot || (message.idx() == request.idx() && message.val() == request.val()));
        }
    }

    private final Deque<Object> queue = new ArrayDeque<>();
    private final Map<Integer, CnAnswer> answers = new HashMap<>();
    private final List<Awaited> awaited = new ArrayList<>();
    private long bytes;
    private long lost;
    private int seq;
    private int group;
    private long busSequence;
    /** The TAP frame that the next frame is about; null otherwise. */
    private ByteBuffer tap;
    private CnAnswer lastWord;
    private FrameObserver observer;
    private boolean closing;

    int expectAnswer(FrameReader reader) {
        int[] expected = new int[1];
        reader.locked(() -> {
            // 0 is the number of frames that want no answer.
            seq = seq == -1 ? 1 : seq + 1;
            answers.put(seq, null);
            expected[0] = seq;
        });
        return expected[0];
    }

    CnAnswer answer(int number) {
        return answers.get(number);
    }

    void forgetAnswer(FrameReader reader, int number) {
        reader.locked(() -> answers.remove(number));
    }

    Awaited expectReply(FrameReader reader, CnMessage request) {
        Awaited expected = new Awaited(request);
        reader.locked(() -> awaited.add(expected));
        return expected;
    }

    void forget(FrameReader reader, Awaited expected) {
        reader.locked(() -> awaited.remove(expected));
    }

    void observe(FrameReader reader, FrameObserver to) {
        reader.locked(() -> observer = to);
    }

    void closing(FrameReader reader) {
        reader.locked(() -> closing = true);
    }

    /** {@return the next message, what the tap saw, or overrun, or null} */
    Object take() {
        return taken(queue.poll());
    }

    /** {@return the next message or overrun, or null; what the tap saw is left} */
    Object takeOwn() {
        // Where there is no tap, it is the first.
        Iterator<Object> waiting = queue.iterator();
        while (waiting.hasNext()) {
            Object next = waiting.next();
            if (!(next instanceof CnTapped)) {
                waiting.remove();
                return taken(next);
            }
        }
        return taken(null);
    }

    private Object taken(Object next) {
        if (next instanceof CnMessage message) {
            bytes -= message.frameLength();
        } else if (next instanceof CnTapped tapped) {
            bytes -= tapped.frameLength();
        } else if (next == null && lost > 0) {
            CnOverrunException overrun = new CnOverrunException(lost, 0, 0, 0);
            lost = 0;
            return overrun;
        }
        return next;
    }

    @Override
    public void frame(ByteBuffer frame, int offset, int length) {
        if (tap != null) {
            // It passed on the bus, and is not for this socket, even if it looks so.
            ByteBuffer about = tap;
            tap = null;
            observed(frame, offset, length);
            CnTapped tapped = CnTapped.of(about, frame, offset, length);
            keep(tapped, tapped.frameLength());
            return;
        }
        switch (NlMsgHdr.type(frame, offset)) {
            case NlMsgHdr.NLMSG_NOOP -> {
                // Nothing, by definition.
            }
            case NlMsgHdr.NLMSG_ERROR -> {
                if (NlMsgErr.isWhole(length)) {
                    answered(NlMsgHdr.seq(frame, offset), CnAnswer.of(frame, offset, length));
                }
            }
            case NlMsgHdr.NLMSG_OVERRUN -> {
                if (NlMsgOverrun.isWhole(length)) {
                    observed(frame, offset, length);
                    queue.add(new CnOverrunException(NlMsgOverrun.lost(frame, offset),
                            NlMsgOverrun.group(frame, offset), NlMsgOverrun.first(frame, offset),
                            NlMsgOverrun.last(frame, offset)));
                }
            }
            case GateControl.FROM -> {
                if (length >= GateControl.FROM_LENGTH) {
                    observed(frame, offset, length);
                    group = frame.getInt(offset + GateControl.GROUP);
                    busSequence = frame.getLong(offset + GateControl.BUS_SEQUENCE);
                }
            }
            case GateControl.TAP -> {
                if (CnTap.isTap(frame, offset, length)) {
                    observed(frame, offset, length);
                    tap = NlMsgHdr.buffer(length).put(0, frame, offset, length);
                }
            }
            default -> message(frame, offset, length);
        }
    }

    private void answered(int number, CnAnswer answer) {
        if (answers.containsKey(number)) {
            answers.put(number, answer);
        } else {
            lastWord = answer;
        }
    }

    private void message(ByteBuffer frame, int offset, int length) {
        if (GateControl.isControl(NlMsgHdr.type(frame, offset)) || !CnMsgHdr.isWhole(frame, offset, length)) {
            return;
        }
        observed(frame, offset, length);
        int at = offset + NlMsgHdr.SIZE;
        // Several may share a frame; the first was found whole.
        do {
            CnMessage message = CnMessage.of(frame, offset, at, group, busSequence);
            at += CnMsgHdr.SIZE + message.data().length;
            arrived(message);
        } while (CnMsgHdr.isWhole(frame, at - NlMsgHdr.SIZE, offset + length - at + NlMsgHdr.SIZE));
        group = 0;
        busSequence = 0;
    }

    private void arrived(CnMessage message) {
        for (Awaited waiting : awaited) {
            if (waiting.takes(message)) {
                waiting.replies.add(message);
                return;
            }
        }
        keep(message, message.frameLength());
    }

    private void keep(CnReceived received, int length) {
        if (bytes > MAX_BYTES) {
            lost++;
            return;
        }
        bytes += length;
        queue.add(received);
    }

    private void observed(ByteBuffer frame, int offset, int length) {
        if (observer != null) {
            observer.frame(frame.slice(offset, length).order(frame.order()));
        }
    }

    @Override
    public IOException ended(String operation) {
        if (closing) {
            return new CnException(operation, NetlinkErrno.EBADF, "this socket is closed");
        }
        if (lastWord != null && !lastWord.isOk()) {
            return new CnException(operation, lastWord.errno(), lastWord.text());
        }
        return new CnException(operation, NetlinkErrno.ECONNRESET, "the platform has closed the connection");
    }
}
