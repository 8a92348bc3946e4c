// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/** What goes out on a connection and what comes of it: frames, and the answers and replies to them. */
final class Exchange implements AutoCloseable {

    /** Writes a control frame with a number of its own. */
    @FunctionalInterface
    interface Control {
        void put(ByteBuffer frames, int seq);
    }

    private static final int ASK = NlMsgHdr.NLM_F_REQUEST | NlMsgHdr.NLM_F_ACK;

    private final SocketChannel channel;
    private final FrameWriter writer;
    private final FrameReader reader;
    private final Inbox inbox = new Inbox();
    private final AtomicBoolean closed = new AtomicBoolean();

    Exchange(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        writer = new FrameWriter(channel);
        reader = new FrameReader(channel, inbox);
    }

    void observe(FrameObserver observer) {
        inbox.observe(reader, observer);
    }

    void cork() {
        writer.cork();
    }

    void flush() throws CnException {
        try {
            writer.flush();
        } catch (IOException e) {
            throw wrap("flush", e);
        }
    }

    /** Sends a message that nothing is answered to. */
    void send(CnMessage message, int port, int group) throws CnException {
        write(message, 0, 0, port, group);
    }

    /** Sends a message and waits for the platform's answer. */
    CnAnswer sendAcked(CnMessage message, int port, int group) throws CnException {
        int seq = inbox.expectAnswer(reader);
        write(message, ASK, seq, port, group);
        return answer("send", seq);
    }

    /** Sends a control frame and waits for the answer, which must be a good one. */
    CnAnswer control(String operation, int length, Control control) throws CnException {
        int seq = inbox.expectAnswer(reader);
        put(operation, length, frames -> control.put(frames, seq));
        return check(operation, answer(operation, seq));
    }

    /** Sends a message and waits for the reply to it. */
    CnMessage request(CnMessage message, Duration timeout) throws CnException {
        Inbox.Awaited awaited = inbox.expectReply(reader, message);
        try {
            check("request to " + message.id(), sendAcked(message, 0, 0));
            CnMessage reply = await("request", awaited::reply, FrameReader.nanos(timeout));
            if (reply == null) {
                throw new CnException("request", NetlinkErrno.ETIMEDOUT,
                        message.id() + " took the request and did not reply within " + inWords(timeout));
            }
            return reply;
        } finally {
            inbox.forget(reader, awaited);
        }
    }

    /**
     * Asks {-1,-1} for everything there is of something.
     *
     * @param flags of {@code cn_msg}, which say what
     * @param entry makes an entry of a message; null for the one that is the end
     */
    <T> List<T> dump(String operation, int flags, Function<CnMessage, T> entry) throws CnException {
        int seq = inbox.expectAnswer(reader);
        CnMessage request = new CnMessage(
                CnMsgHdr.CN_CONNECTOR, CnMsgHdr.CN_CONNECTOR, seq, 0, flags, new byte[0], 0, 0, 0);
        Inbox.Awaited awaited = inbox.expectReply(reader, request);
        try {
            write(request, ASK | NlMsgHdr.NLM_F_DUMP, seq, 0, 0);
            check(operation, answer(operation, seq));
            List<T> entries = new ArrayList<>();
            while (true) {
                CnMessage next = await(operation, awaited::reply, CnSocket.ANSWER_TIMEOUT.toNanos());
                if (next == null) {
                    throw new CnException(operation, NetlinkErrno.ETIMEDOUT, "the answer did not come to its end");
                }
                T made = entry.apply(next);
                if (made == null) {
                    return entries;
                }
                entries.add(made);
            }
        } finally {
            inbox.forget(reader, awaited);
        }
    }

    /** Waits for a message, or for an overrun, which is thrown; null when the time is over. */
    CnMessage receive(long timeoutNanos) throws CnException {
        return (CnMessage) next(inbox::takeOwn, timeoutNanos);
    }

    /** Waits for a message or what the tap saw, or for an overrun, which is thrown; null when the time is over. */
    CnReceived receiveAny(long timeoutNanos) throws CnException {
        return (CnReceived) next(inbox::take, timeoutNanos);
    }

    private Object next(Supplier<Object> take, long timeoutNanos) throws CnException {
        Object next = await("recv", take, timeoutNanos);
        if (next instanceof CnOverrunException overrun) {
            throw overrun;
        }
        return next;
    }

    static CnAnswer check(String operation, CnAnswer answer) throws CnException {
        if (!answer.isOk()) {
            throw new CnException(operation, answer.errno(), answer.text());
        }
        return answer;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            inbox.closing(reader);
            try {
                channel.close();
                writer.close();
                reader.close();
            } catch (IOException ignored) {
                // What does not close leaves nothing to be done about it.
            }
        }
    }

    private void write(CnMessage message, int nlmsgFlags, int seq, int port, int group) throws CnException {
        if (message.data().length > CnMsgHdr.MAX_DATA) {
            throw new CnException("send", NetlinkErrno.EMSGSIZE,
                    message.data().length + " bytes: a message carries at most " + CnMsgHdr.MAX_DATA);
        }
        boolean to = (port | group) != 0;
        int length = NlMsgHdr.align(message.frameLength()) + (to ? GateControl.PAIR_LENGTH : 0);
        put("send", length, frames -> {
            if (to) {
                GateControl.putPair(frames, GateControl.TO, 0, port, group);
            }
            message.putFrame(frames, nlmsgFlags, seq);
        });
    }

    private void put(String operation, int length, FrameWriter.Frames frames) throws CnException {
        try {
            writer.put(length, frames);
        } catch (IOException e) {
            throw wrap(operation, e);
        }
    }

    private CnAnswer answer(String operation, int seq) throws CnException {
        try {
            // What is corked is never answered.
            writer.push();
            CnAnswer answer = await(operation, () -> inbox.answer(seq), CnSocket.ANSWER_TIMEOUT.toNanos());
            if (answer == null) {
                throw new CnException(operation, NetlinkErrno.ETIMEDOUT, "the platform does not answer");
            }
            return answer;
        } catch (IOException e) {
            throw wrap(operation, e);
        } finally {
            inbox.forgetAnswer(reader, seq);
        }
    }

    private <T> T await(String operation, Supplier<T> poll, long timeout) throws CnException {
        try {
            return reader.await(operation, poll, timeout);
        } catch (IOException e) {
            throw wrap(operation, e);
        }
    }

    private static CnException wrap(String operation, IOException e) {
        return e instanceof CnException cn ? cn : new CnException(operation, NetlinkErrno.EPIPE, e.getMessage(), e);
    }

    private static String inWords(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
