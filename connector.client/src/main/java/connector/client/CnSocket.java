// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnCtlMsg;
import connector.api.wire.CnEvent;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
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
import java.util.Collection;
import java.util.List;

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
 * {@code EINTR}, and leaves the thread's interrupt status set and the socket usable. It does not cut a send short,
 * which finishes what it has begun.
 *
 * <p><b>Errors</b> are {@link CnException}s with an errno. When the platform goes away, every call is {@code
 * ECONNRESET} or {@code EPIPE}; make a new socket.
 */
public final class CnSocket implements AutoCloseable {

    /** How long a call waits for the platform's answer before it is {@code ETIMEDOUT}: 30 seconds. */
    public static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private final Exchange exchange;

    private CnSocket(Exchange exchange) {
        this.exchange = exchange;
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
            return new CnSocket(new Exchange(channel));
        } catch (IOException e) {
            closeQuietly(channel);
            throw ConnectFailure.of(gate, e);
        }
    }

    /**
     * Connects to a gate, or to the default one.
     *
     * @param gate the path of its socket; null for the default gate of this user's platform
     * @return a new socket; its port is chosen by the platform
     * @throws CnException as the other two
     */
    public static CnSocket of(Path gate) throws CnException {
        return gate == null ? socket() : socket(gate);
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
        exchange.control("bind", GateControl.PAIR_LENGTH, (frame, seq) ->
                GateControl.putPair(frame, GateControl.BIND, seq, port, groups));
    }

    /**
     * Finds out this socket's address.
     *
     * @return the port, and the mask of the groups 1 to 32 that it is in
     * @throws CnException if the platform is gone
     */
    public Address getsockname() throws CnException {
        CnAnswer answer = exchange.control("getsockname", NlMsgHdr.SIZE, (frame, seq) ->
                NlMsgHdr.put(frame, NlMsgHdr.SIZE, GateControl.GETSOCKNAME, NlMsgHdr.NLM_F_REQUEST, seq, 0));
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
     * Taps the bus: from now on {@link #receive} gives, beside the messages for this socket, all that passes: requests
     * and replies, multicasts, notifications, answers, and what is refused, each with what became of it. It is the
     * receive queue of this socket that holds it until it is read: set a large {@link GateControl#SO_RCVBUF} first.
     * What this socket itself sends, and what is sent to its port, it is not told.
     *
     * @param on true for on
     * @throws CnException EPERM: policy; only root and the platform's own user may, and whom it allows to monitor;
     *     ENOPROTOOPT: a platform that has no taps
     */
    public void tap(boolean on) throws CnException {
        setsockopt(GateControl.SOL_NETLINK, GateControl.CN_TAP, on ? 1 : 0);
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
        exchange.control("setsockopt", GateControl.VALUE + Integer.BYTES, (frame, seq) ->
                GateControl.putSetSockOpt(frame, seq, level, option, value));
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
        CnAnswer answer = exchange.control("getsockopt", GateControl.PAIR_LENGTH, (frame, seq) ->
                GateControl.putPair(frame, GateControl.GETSOCKOPT, seq, level, option));
        return valueOf("getsockopt", answer, 0);
    }

    /**
     * Sends a message to the user with its id. Nothing tells whether there is one: see {@link #sendAcked}.
     *
     * @param message at most {@value connector.api.wire.CnMsgHdr#MAX_DATA} bytes of data
     * @throws CnException EMSGSIZE: it is too long; EPIPE: the platform is gone
     */
    public void send(CnMessage message) throws CnException {
        exchange.send(message, 0, 0);
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
        exchange.send(message, port, group);
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
        return exchange.sendAcked(message, port, group);
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
        return exchange.request(message, timeout);
    }

    /**
     * Lists the users that there are, by a snapshot.
     *
     * @return one {@link CnEvent#PRESENT} for each id
     * @throws CnException EPERM: policy; ETIMEDOUT: no answer
     */
    public List<CnNotification> list() throws CnException {
        return exchange.dump("list", 0, message -> {
            CnNotification user = CnNotification.of(message);
            return user == null || user.kind() == CnEvent.SNAPSHOT_END ? null : user;
        });
    }

    /**
     * Asks for the counters of the bus and of each user, group, port and gate, at one moment.
     *
     * @return the bus' first, then users, groups, ports and gates
     * @throws CnException EPERM: policy; EOPNOTSUPP: it has none yet; ETIMEDOUT: no answer
     */
    public List<CnStatistics> statistics() throws CnException {
        return exchange.dump("statistics", CnMsgHdr.CN_STATISTICS, message -> {
            CnStatistics statistics = CnStatistics.of(message);
            return statistics == null || statistics.kind() == CnStat.END ? null : statistics;
        });
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
        Exchange.check("subscribe", sendAcked(request, 0, 0));
    }

    /**
     * Holds back what is sent from now on, until {@link #flush}, until 64 KiB have gathered, or until a call waits for
     * an answer.
     */
    public void cork() {
        exchange.cork();
    }

    /**
     * Ends {@link #cork}, and returns when everything that was sent before is with the platform's host.
     *
     * @throws CnException EPIPE: the platform is gone
     */
    public void flush() throws CnException {
        exchange.flush();
    }

    /**
     * Has the frames seen by somebody as they come, beside their being received as messages.
     *
     * @param observer from now on; null for none
     */
    public void observe(FrameObserver observer) {
        exchange.observe(observer);
    }

    /**
     * Waits for a message.
     *
     * @return the next one
     * @throws CnOverrunException messages were lost; go on
     * @throws CnException ECONNRESET: the platform is gone, or this socket closed; EINTR: interrupted
     */
    public CnMessage recv() throws CnException {
        return exchange.receive(FrameReader.FOREVER);
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
        return exchange.receive(FrameReader.nanos(timeout));
    }

    /**
     * Waits for a message, or for something that this socket's tap saw, in the order in which they came. {@link #recv}
     * passes over what the tap saw and leaves it to this.
     *
     * @return the next one
     * @throws CnOverrunException messages were lost; go on
     * @throws CnException ECONNRESET: the platform is gone, or this socket closed; EINTR: interrupted
     */
    public CnReceived receive() throws CnException {
        return exchange.receiveAny(FrameReader.FOREVER);
    }

    /**
     * Waits as {@link #receive()} does, but not for ever.
     *
     * @param timeout how long; zero or less: only look
     * @return the next one, or null when none came in time
     * @throws CnOverrunException messages were lost; go on
     * @throws CnException ECONNRESET: the platform is gone, or this socket closed; EINTR: interrupted
     */
    public CnReceived receive(Duration timeout) throws CnException {
        return exchange.receiveAny(FrameReader.nanos(timeout));
    }

    /** Closes the socket: its port and memberships end, calls that wait end. What is corked is not sent. */
    @Override
    public void close() {
        exchange.close();
    }

    private static byte[] valueOf(String operation, CnAnswer answer, int length) throws CnException {
        if (answer.cookie() == null || answer.cookie().length < length) {
            throw new CnException(operation, NetlinkErrno.EPROTO, "the answer has no value in it");
        }
        return answer.cookie();
    }
}
