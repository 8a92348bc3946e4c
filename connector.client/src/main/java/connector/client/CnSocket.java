// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnCtlMsg;
import connector.api.wire.CnEvent;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.GatePath;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A netlink socket of the platform's connector, seen from another process: socket, bind, send, recv.
 *
 * <pre>{@code
 * try (CnSocket socket = CnSocket.socket()) {
 *     socket.addMembership(1);                       // group 1: the process events
 *     while (true) {
 *         CnMessage message = socket.recv();
 *         System.out.println(message);
 *     }
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Any number of threads, platform or virtual, may call at once. There is no thread in the
 * background: who waits reads. What {@link #send} is given goes out in order per thread; frames of several threads
 * share system calls when they come together, and a lone one never waits.
 *
 * <p><b>Blocking.</b> {@link #recv()} waits for a message, calls that are answered wait for the answer, for at most
 * {@link #ANSWER_TIMEOUT}; {@code send} waits while the platform does not read. An interrupt ends a wait with
 * {@code EINTR}, leaves the thread's interrupt status set and the socket usable; but for a send, which ends what it has
 * begun.
 *
 * <p><b>Errors</b> are {@link CnException}s with an errno. When the platform goes away, every call is {@code
 * ECONNRESET} or {@code EPIPE}; make a new socket.
 */
public final class CnSocket implements AutoCloseable {

    /** How long a call waits for the platform's answer before it is {@code ETIMEDOUT}: 30 seconds. */
    public static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private final SocketChannel channel;
    private final FrameWriter writer;
    private final FrameReader reader;
    private final Inbox inbox = new Inbox();
    private final AtomicBoolean closed = new AtomicBoolean();

    private CnSocket(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        writer = new FrameWriter(channel);
        reader = new FrameReader(channel, inbox);
    }

    /**
     * Connects to the default gate of this user's platform: see {@link GatePath}.
     *
     * @return a new socket; its port is chosen by the platform
     * @throws CnException ENOENT: no platform runs; ECONNREFUSED: it has ended; EACCES: it is another user's
     */
    public static CnSocket socket() throws CnException {
        try {
            return socket(GatePath.ofClient());
        } catch (CnException e) {
            throw e;
        } catch (IOException e) {
            throw new CnException("socket", NetlinkErrno.EIO, e.getMessage(), e);
        }
    }

    /**
     * Connects to a gate.
     *
     * @param gate the path of its socket
     * @return a new socket; its port is chosen by the platform
     * @throws CnException ENOENT: nothing is there; ECONNREFUSED: its platform has ended; EACCES: it is another user's;
     *     EINVAL: the path is too long
     */
    public static CnSocket socket(Path gate) throws CnException {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(gate));
            return new CnSocket(channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw ConnectFailure.of(gate, e);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // What made us close it is thrown.
            }
        }
    }

    /**
     * Takes a port id and memberships in groups 1 to 32.
     *
     * @param port u32; 0: whichever is free
     * @param groups bit n - 1 for group n; those not set are left
     * @throws CnException EADDRINUSE: the port is another's; EINVAL: this socket has another port already; EPERM:
     *     policy
     */
    public void bind(int port, int groups) throws CnException {
        check("bind", control("bind", GateControl.PAIR_LENGTH, (frame, seq) ->
                GateControl.putPair(frame, GateControl.BIND, seq, port, groups)));
    }

    /**
     * Finds out this socket's address.
     *
     * @return the port, and the mask of the groups 1 to 32 that it is in
     * @throws CnException if the platform is gone
     */
    public Address getsockname() throws CnException {
        CnAnswer answer = check("getsockname", control("getsockname", NlMsgHdr.SIZE, (frame, seq) ->
                NlMsgHdr.put(frame, NlMsgHdr.SIZE, GateControl.GETSOCKNAME, NlMsgHdr.NLM_F_REQUEST, seq, 0)));
        ByteBuffer value = NlMsgHdr.buffer(valueOf("getsockname", answer, 8));
        return new Address(value.getInt(0), value.getInt(4));
    }

    /**
     * A netlink address.
     *
     * @param port u32
     * @param groups bit n - 1 for group n
     */
    public record Address(int port, int groups) {
    }

    /**
     * Joins a group.
     *
     * @param group u32, any but 0
     * @throws CnException EINVAL: group 0; EPERM: policy
     */
    public void addMembership(int group) throws CnException {
        setsockopt(GateControl.SOL_NETLINK, GateControl.NETLINK_ADD_MEMBERSHIP, group);
    }

    /**
     * Leaves a group.
     *
     * @param group u32, any but 0
     * @throws CnException EINVAL: group 0
     */
    public void dropMembership(int group) throws CnException {
        setsockopt(GateControl.SOL_NETLINK, GateControl.NETLINK_DROP_MEMBERSHIP, group);
    }

    /**
     * Turns on that received messages tell their group and their number in it.
     *
     * @param on true for on
     * @throws CnException if the platform is gone
     */
    public void pktinfo(boolean on) throws CnException {
        setsockopt(GateControl.SOL_NETLINK, GateControl.NETLINK_PKTINFO, on ? 1 : 0);
    }

    /**
     * Sets an option of 32 bits.
     *
     * @param level {@link GateControl#SOL_NETLINK} or {@link GateControl#SOL_SOCKET}
     * @param option one of {@link GateControl}'s
     * @param value its value
     * @throws CnException ENOPROTOOPT: no such option; EINVAL: no such value; EPERM: policy
     */
    public void setsockopt(int level, int option, int value) throws CnException {
        check("setsockopt", control("setsockopt", GateControl.VALUE + Integer.BYTES, (frame, seq) ->
                GateControl.putSetSockOpt(frame, seq, level, option, value)));
    }

    /**
     * Gets an option.
     *
     * @param level {@link GateControl#SOL_NETLINK} or {@link GateControl#SOL_SOCKET}
     * @param option one of {@link GateControl}'s
     * @return its value as the platform holds it, native order
     * @throws CnException ENOPROTOOPT: no such option
     */
    public byte[] getsockopt(int level, int option) throws CnException {
        CnAnswer answer = check("getsockopt", control("getsockopt", GateControl.PAIR_LENGTH, (frame, seq) ->
                GateControl.putPair(frame, GateControl.GETSOCKOPT, seq, level, option)));
        return valueOf("getsockopt", answer, 0);
    }

    /**
     * Sends a message to the user with its id. Nothing tells whether there is one: see {@link #sendAcked}.
     *
     * @param message at most {@value connector.api.wire.CnMsgHdr#MAX_DATA} bytes of data
     * @throws CnException EMSGSIZE: it is too long; EPIPE: the platform is gone
     */
    public void send(CnMessage message) throws CnException {
        write(message, 0, 0, 0, 0);
    }

    /**
     * Sends a message to a port, a group, or both.
     *
     * @param message at most {@value connector.api.wire.CnMsgHdr#MAX_DATA} bytes of data
     * @param port u32; 0: the platform
     * @param group u32; 0: none
     * @throws CnException EMSGSIZE: it is too long; EPIPE: the platform is gone
     */
    public void send(CnMessage message, int port, int group) throws CnException {
        write(message, 0, 0, port, group);
    }

    /**
     * Sends several messages, in as few system calls as they fit in.
     *
     * @param messages in order
     * @throws CnException EMSGSIZE: one is too long, and none from it on is sent; EPIPE: the platform is gone
     */
    public void send(Collection<CnMessage> messages) throws CnException {
        cork();
        try {
            for (CnMessage message : messages) {
                send(message);
            }
        } finally {
            flush();
        }
    }

    /**
     * Sends a message and waits for the answer to it.
     *
     * @param message at most {@value connector.api.wire.CnMsgHdr#MAX_DATA} bytes of data
     * @param port u32; 0: the platform
     * @param group u32; 0: none
     * @return errno 0 once it was delivered or queued; ENODEV: no user has its id; ESRCH: nobody listens; EPERM:
     *     policy;
     *     EAGAIN, ENOBUFS: the user's mailbox is full; ECONNREFUSED: no such port
     * @throws CnException EMSGSIZE: it is too long; EPIPE, ECONNRESET: the platform is gone; ETIMEDOUT: no answer
     */
    public CnAnswer sendAcked(CnMessage message, int port, int group) throws CnException {
        int seq = inbox.expectAnswer(reader);
        write(message, NlMsgHdr.NLM_F_REQUEST | NlMsgHdr.NLM_F_ACK, seq, port, group);
        return answer("send", seq);
    }

    /**
     * Sends a message to the user with its id and waits for its reply: the same id and seq, the ack one greater. Other
     * messages that come meanwhile are kept for {@link #recv()}.
     *
     * @param message its seq should not be that of another request which waits now
     * @param timeout how long to wait for the reply
     * @return the reply
     * @throws CnException ETIMEDOUT: none came in time; what {@link #sendAcked} answers if it was refused
     */
    public CnMessage request(CnMessage message, Duration timeout) throws CnException {
        Inbox.Awaited awaited = inbox.expectReply(reader, message);
        try {
            CnAnswer answer = sendAcked(message, 0, 0);
            if (!answer.isOk()) {
                throw new CnException("request", answer.errno(), answer.text());
            }
            CnMessage reply = await("request", awaited::reply, timeout.toNanos());
            if (reply == null) {
                throw new CnException("request", NetlinkErrno.ETIMEDOUT,
                        message.id() + " took the request and did not reply within " + timeout);
            }
            return reply;
        } finally {
            inbox.forget(reader, awaited);
        }
    }

    /**
     * Lists the users that there are, by a snapshot.
     *
     * @return one {@link CnEvent#PRESENT} for each id
     * @throws CnException EPERM: policy; ETIMEDOUT: no answer
     */
    public List<CnNotification> list() throws CnException {
        int seq = inbox.expectAnswer(reader);
        CnMessage request = new CnMessage(CnMsgHdr.CN_CONNECTOR, CnMsgHdr.CN_CONNECTOR, seq, 0, new byte[0]);
        Inbox.Awaited awaited = inbox.expectReply(reader, request);
        try {
            write(request, NlMsgHdr.NLM_F_REQUEST | NlMsgHdr.NLM_F_ACK | NlMsgHdr.NLM_F_DUMP, seq, 0, 0);
            check("list", answer("list", seq));
            List<CnNotification> users = new ArrayList<>();
            while (true) {
                CnMessage next = await("list", awaited::reply, ANSWER_TIMEOUT.toNanos());
                if (next == null) {
                    throw new CnException("list", NetlinkErrno.ETIMEDOUT, "the snapshot did not come to its end");
                }
                CnNotification user = CnNotification.of(next);
                if (user == null || user.kind() == CnEvent.SNAPSHOT_END) {
                    return users;
                }
                users.add(user);
            }
        } finally {
            inbox.forget(reader, awaited);
        }
    }

    /**
     * Asks to be told when ids come and go: {@link CnNotification}s are then received as messages, first the snapshot,
     * then each change.
     *
     * @param idxRanges pairs of first and range
     * @param valRanges pairs of first and range
     * @throws CnException EPERM: policy; ENOSPC, EMFILE: too many subscriptions
     */
    public void subscribe(int[] idxRanges, int[] valRanges) throws CnException {
        CnMessage request = new CnMessage(CnMsgHdr.CN_CONNECTOR, CnMsgHdr.CN_CONNECTOR, 0, 0, CnMsgHdr.CN_EXTENDED,
                CnCtlMsg.data(1, idxRanges, valRanges), 0, 0, 0);
        check("subscribe", sendAcked(request, 0, 0));
    }

    /**
     * Holds back what is sent from now on, until {@link #flush}, until 64 KiB have gathered, or until a call waits for
     * an answer.
     */
    public void cork() {
        writer.cork();
    }

    /**
     * Ends {@link #cork}, and returns when everything that was sent before is with the platform's host.
     *
     * @throws CnException EPIPE: the platform is gone
     */
    public void flush() throws CnException {
        try {
            writer.flush();
        } catch (IOException e) {
            throw wrap("flush", e);
        }
    }

    /**
     * Waits for a message.
     *
     * @return the next one
     * @throws CnOverrunException messages were lost; go on
     * @throws CnException ECONNRESET: the platform is gone, or this socket closed; EINTR: interrupted
     */
    public CnMessage recv() throws CnException {
        return received(FrameReader.FOREVER);
    }

    /**
     * Waits for a message, but not for ever.
     *
     * @param timeout how long; zero or less: only look
     * @return the next one, or null when none came in time
     * @throws CnOverrunException messages were lost; go on
     * @throws CnException ECONNRESET: the platform is gone, or this socket closed; EINTR: interrupted
     */
    public CnMessage recv(Duration timeout) throws CnException {
        return received(Math.max(0, timeout.toNanos()));
    }

    private CnMessage received(long timeout) throws CnException {
        Object next = await("recv", inbox::take, timeout);
        if (next instanceof CnOverrunException overrun) {
            throw overrun;
        }
        return (CnMessage) next;
    }

    /** Closes the socket: its port and memberships end, calls that wait end. What is corked is not sent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            inbox.closing(reader);
            closeQuietly(channel);
            try {
                writer.close();
                reader.close();
            } catch (IOException ignored) {
                // Selectors that do not close leave nothing to be done about it.
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

    /** Writes a control frame with a number of its own. */
    @FunctionalInterface
    private interface Control {
        void put(ByteBuffer frames, int seq);
    }

    private CnAnswer control(String operation, int length, Control control) throws CnException {
        int seq = inbox.expectAnswer(reader);
        put(operation, length, frames -> control.put(frames, seq));
        return answer(operation, seq);
    }

    private void put(String operation, int length, FrameWriter.Frames frames) throws CnException {
        try {
            writer.put(length, frames);
        } catch (IOException e) {
            throw wrap(operation, e);
        }
    }

    private void push(String operation) throws CnException {
        try {
            writer.push();
        } catch (IOException e) {
            throw wrap(operation, e);
        }
    }

    private CnAnswer answer(String operation, int seq) throws CnException {
        try {
            // What is corked is never answered.
            push(operation);
            CnAnswer answer = await(operation, () -> inbox.answer(seq), ANSWER_TIMEOUT.toNanos());
            if (answer == null) {
                throw new CnException(operation, NetlinkErrno.ETIMEDOUT, "the platform does not answer");
            }
            return answer;
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

    private static CnAnswer check(String operation, CnAnswer answer) throws CnException {
        if (!answer.isOk()) {
            throw new CnException(operation, answer.errno(), answer.text());
        }
        return answer;
    }

    private static byte[] valueOf(String operation, CnAnswer answer, int length) throws CnException {
        if (answer.cookie() == null || answer.cookie().length < length) {
            throw new CnException(operation, NetlinkErrno.EPROTO, "the answer has no value in it");
        }
        return answer.cookie();
    }

    private static CnException wrap(String operation, IOException e) {
        return e instanceof CnException cn ? cn : new CnException(operation, NetlinkErrno.EPIPE, e.getMessage(), e);
    }
}
