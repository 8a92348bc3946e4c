// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.Sender;
import connector.api.runtime.PortDTO;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * A netlink socket without the socket: what a process at the gate, an AF_NETLINK socket of ksock, or a bundle has on
 * the bus. Any thread may call any of it; nothing blocks but for short locks. After {@link #close} everything is EBADF.
 *
 * <p>Here is what its owner calls: to be reached, to send, to receive. What others call who have something for it is in
 * {@code ReceivingPort}.
 */
public final class Port extends ReceivingPort implements AutoCloseable {

    private static final Verdict CLOSED = Verdict.of(NetlinkErrno.EBADF, "the port is closed");

    private final PortAddress address;
    private final Sender sender = new PortSender(this, 0);
    private final LongAdder sent = new LongAdder();

    private volatile boolean broadcastError;
    private volatile boolean pktinfo;

    Port(Netlink netlink, Identity identity, PortLimits limits, Account account, PortListener listener) {
        super(netlink, identity, limits, account, listener);
        this.address = new PortAddress(netlink, this);
    }

    /** {@return its id, u32 in the bits of an int; 0 as long as it has none} */
    public int portId() {
        return address.portId();
    }

    /** {@return it as the sender of messages to the connector alone} */
    public Sender sender() {
        return sender;
    }

    /**
     * {@return it as the sender of a message that goes to a group as well}
     *
     * @param group the group, u32; 0 for none
     */
    public Sender sender(int group) {
        return group == 0 ? sender : new PortSender(this, group);
    }

    /**
     * Binds, as bind(2) on a netlink socket does: gives the port its id, and the memberships in the groups 1 to 32 that
     * the mask says, no more and no less. Groups beyond 32 stay.
     *
     * @param wanted the id, u32; 0 for the identity's process id if that is free, else one that is
     * @param groups bit n - 1 is group n
     * @return 0; EADDRINUSE; EINVAL if the port has another id already (0 is another, as in Linux); EPERM if the policy
     *         forbids the id or one of the groups, EMFILE if it is one group too many: nothing is changed then; EBADF
     */
    public int bind(int wanted, int groups) {
        return address.bind(wanted, groups);
    }

    /**
     * Gives the port an id if it has none, as Linux does at the first send.
     *
     * @return 0, or EBADF
     */
    public int autobind() {
        return address.autobind();
    }

    /**
     * Joins a group; joining twice is fine.
     *
     * @param group u32
     * @return 0; EINVAL for 0; EPERM if the policy forbids it; EMFILE if it is one too many; EBADF
     */
    public int addMembership(int group) {
        return address.addMembership(group);
    }

    /**
     * Leaves a group; leaving one that was not joined is fine.
     *
     * @param group u32
     * @return 0; EINVAL for 0; EBADF
     */
    public int dropMembership(int group) {
        return address.dropMembership(group);
    }

    /** {@return the groups joined, u32 each, in unsigned order} */
    public int[] memberships() {
        return address.memberships();
    }

    /** As {@link #memberships}, of the groups up to one: those beyond it cost nothing. */
    int[] memberships(int last) {
        return address.memberships(last);
    }

    /** {@return how many groups are joined} */
    int membershipCount() {
        return address.membershipCount();
    }

    /** {@return the groups 1 to 32 that are joined, as getsockname gives them: bit n - 1 is group n} */
    public int groupMask() {
        return address.groupMask();
    }

    /**
     * CN_TAP: whether this port is told of all that passes on the bus.
     *
     * @param on whether
     * @return 0; EPERM if the policy forbids it; EBADF
     */
    public int tap(boolean on) {
        if (isClosed()) {
            return NetlinkErrno.EBADF;
        }
        if (!on) {
            netlink().taps().remove(this);
            return 0;
        }
        if (!netlink().policy().mayMonitor(identity())) {
            return netlink().forbidden();
        }
        netlink().taps().add(this);
        return 0;
    }

    /** {@return whether it is told of all that passes on the bus} */
    public boolean isTap() {
        return netlink().taps().isTap(this);
    }

    /**
     * NETLINK_BROADCAST_ERROR: whether who sends to a group is told ENOBUFS if this port's queue was full.
     *
     * @param on whether
     */
    public void broadcastError(boolean on) {
        broadcastError = on;
    }

    /** {@return whether NETLINK_BROADCAST_ERROR is on} */
    public boolean isBroadcastError() {
        return broadcastError;
    }

    /**
     * NETLINK_PKTINFO: whether its reader wants to know where each datagram comes from, and tells whoever is behind it.
     *
     * @param on whether
     */
    public void pktinfo(boolean on) {
        pktinfo = on;
    }

    /** {@return whether NETLINK_PKTINFO is on} */
    public boolean isPktinfo() {
        return pktinfo;
    }

    /**
     * NETLINK_NO_ENOBUFS: no report of overrun, and no waiting until the queue has been emptied; losses are counted
     * only.
     *
     * @param on whether
     */
    public void noEnobufs(boolean on) {
        queue().noEnobufs(on);
    }

    /** {@return whether NETLINK_NO_ENOBUFS is on} */
    public boolean isNoEnobufs() {
        return queue().isNoEnobufs();
    }

    /**
     * Changes the size of the receive queue.
     *
     * @param bytes the size; brought within {@link PortLimits#MIN_RECEIVE_BUFFER} and the port's limit, silently, as
     *        SO_RCVBUF does. (That option's doubling is for the caller to do.)
     */
    public void receiveBufferBytes(long bytes) {
        queue().limit(Math.clamp(bytes, PortLimits.MIN_RECEIVE_BUFFER, limits().maxReceiveBufferBytes()));
    }

    /** {@return the size of the receive queue in bytes} */
    public long receiveBufferBytes() {
        return queue().limit();
    }

    /**
     * Sends one frame, as sendto(2) on a netlink socket does: to the group if one is given, and to the port, which for
     * 0 is the connector. It may run a user's callback before it returns. A frame with NLM_F_ACK is answered by an
     * NLMSG_ERROR in this port's queue, whatever comes of it; one with NLM_F_ECHO comes back to this port.
     *
     * @param frame the frame, nlmsghdr and all
     * @param port destination port, u32; 0 is the connector
     * @param group destination group, u32; 0 for none
     * @return what the system call would give: 0 also for what the connector dropped; EPERM if the policy forbids it;
     *         ECONNREFUSED if there is no such port; EAGAIN if its queue is full; EMSGSIZE; EBADF. Where NLM_F_ACK was
     *         set the answer has been queued, so that nobody needs to make another
     */
    public int send(Frame frame, int port, int group) {
        return told(frame, port, submit(frame, port, group));
    }

    /**
     * Sends one frame as {@link #send} does, for who tries again until there is room: if it is EAGAIN, nothing has been
     * sent, to the group neither, and nothing is answered.
     *
     * @param frame the frame, nlmsghdr and all
     * @param port destination port, u32; 0 is the connector
     * @param group destination group, u32; 0 for none
     * @return as {@link #send}
     */
    public int trySend(Frame frame, int port, int group) {
        if (port == 0) {
            return send(frame, port, group);
        }
        if (autobind() != 0) {
            return NetlinkErrno.EBADF;
        }
        Verdict verdict = forbidden(frame, port, group);
        if (verdict == null) {
            verdict = unicast(frame, port, group);
            if (verdict.errno() == NetlinkErrno.EAGAIN) {
                return NetlinkErrno.EAGAIN;
            }
            if (group != 0) {
                netlink().multicast(frame, this, port, group, null);
            }
        }
        sent.increment();
        return told(frame, port, verdict);
    }

    /** Echoes and answers a frame, as it asks for; the errno of the system call. */
    private int told(Frame frame, int port, Verdict verdict) {
        if (verdict.errno() == NetlinkErrno.EBADF) {
            return NetlinkErrno.EBADF;
        }
        int flags = frame.flags();
        if ((flags & NlMsgHdr.NLM_F_ECHO) != 0 && verdict.errno() == 0) {
            deliver(frame, this);
        }
        if ((flags & NlMsgHdr.NLM_F_ACK) != 0) {
            acknowledge(frame.buffer(), 0, verdict);
        }
        return errnoOf(verdict, port);
    }

    /** Answers a frame that was sent with NLM_F_ACK. */
    void acknowledge(ByteBuffer frame, int at, Verdict verdict) {
        answer(Frame.wrap(NlMsgErr.frame(frame, at, portId(), verdict.errno(), verdict.text(), verdict.offset(), null)),
                isTapped());
    }

    /** What the system call gives: of what the connector dropped it does not tell. */
    static int errnoOf(Verdict verdict, int port) {
        int errno = verdict.errno();
        return port == 0 && errno != NetlinkErrno.EPERM && errno != NetlinkErrno.EMSGSIZE ? 0 : errno;
    }

    /**
     * Makes a way for a thread that sends frames out of a buffer.
     *
     * @return for one thread at a time
     */
    public SendPath sendPath() {
        return new SendPath(this, netlink().kernel().route(this));
    }

    /**
     * Sends one frame as {@link #send} does, but tells the caller what became of it, whatever the frame's flags say,
     * and answers nothing: for senders inside, to whom a return value is answer enough.
     *
     * @param frame the frame
     * @param port destination port, u32; 0 is the connector
     * @param group destination group, u32; 0 for none
     * @return what became of it
     */
    public Verdict submit(Frame frame, int port, int group) {
        if (autobind() != 0) {
            return CLOSED;
        }
        sent.increment();
        return route(frame, port, group);
    }

    /**
     * Tells taps of what a gate drops of this port's client before it is a message.
     *
     * @param bytes a buffer in native order; nothing of it is kept
     * @param at where the frame begins in it
     * @param there how much of it is there, in bytes; of less than a header nothing is told but that
     * @param port the port it was for, 0 for the connector
     * @param group the group it was for, 0 for none
     * @param verdict why
     */
    public void droppedByGate(ByteBuffer bytes, int at, int there, int port, int group, Verdict verdict) {
        if (isTapped()) {
            Verdict told = portId() != 0 ? verdict : Verdict.of(verdict.errno(), verdict.text() + " (process "
                    + identity().pid() + ", which has no port as yet)");
            Frame frame = there < NlMsgHdr.SIZE ? Frame.wrap(new byte[NlMsgHdr.SIZE])
                    : Frame.copyOf(bytes, at, there);
            netlink().taps().droppedByGate(frame, this, port, group, told);
        }
    }

    /** Counts a message that went its way without a frame. */
    public void countSent() {
        sent.increment();
    }

    /**
     * Counts messages that were taken out of here, and never got to who is behind it.
     *
     * @param messages how many
     */
    public void countUnread(int messages) {
        netlink().counters().unread.add(messages);
    }

    /**
     * Takes what is next: answers first, then the report of an overrun, then data.
     *
     * @return a datagram, an overrun, or null if there is nothing; then the listener will be called
     */
    public Received receive() {
        return queue().poll();
    }

    /**
     * Takes what there is, if that is one datagram and nothing else.
     *
     * @return the datagram, and the listener will be called for what comes after it; null if there is nothing, or
     *         anything else, which is left where it is
     */
    public Datagram receiveLone() {
        return queue().pollLone();
    }

    /** {@return what {@link #receive} would give, left where it is} */
    public Received peek() {
        return queue().peek();
    }

    /** Passes over the report of what else was lost in an overrun, if that is what {@link #peek} gives. */
    public void passOverLosses() {
        queue().passOverLosses();
    }

    /**
     * Closes: the id is free again, the groups are left, what is queued is dropped and counted. Closing twice is fine.
     */
    @Override
    public void close() {
        finish();
    }

    /** {@return a snapshot} */
    public PortDTO toDTO() {
        PortDTO dto = new PortDTO();
        dto.portId = Integer.toUnsignedLong(portId());
        dto.owner = identity().owner();
        dto.inPlatform = identity().inPlatform();
        dto.uid = unsignedOrUnknown(identity().uid());
        dto.gid = unsignedOrUnknown(identity().gid());
        dto.pid = identity().pid();
        dto.tap = isTap();
        dto.groups = Arrays.stream(memberships()).mapToLong(Integer::toUnsignedLong).toArray();
        dto.sent = sent.sum();
        queue().fill(dto);
        return dto;
    }

    @Override
    public String toString() {
        return "port " + Integer.toUnsignedString(portId()) + " (" + identity().owner() + ')';
    }

    void closeByPlatform() {
        if (finish()) {
            listener().closed(this);
        }
    }

    private boolean finish() {
        if (!queue().close()) {
            return false;
        }
        leave();
        return true;
    }

    /** Gives back what a closed port has. Where memory is short the bus' next tick goes on with the rest. */
    private void leave() {
        boolean done = false;
        try {
            List<Datagram> unread = queue().clear();
            address.close();
            netlink().closed(this, portId());
            lose(unread);
            done = true;
        } finally {
            if (!done) {
                netlink.leftBehind = true;
            }
        }
    }

    /** Does what somebody could not do for want of stack or memory. Without a lock. */
    void seeToWhatWasLeft() {
        if (isClosed()) {
            leave();
        } else {
            wakeReader();
        }
    }

    /**
     * Has the listener called at the bus' next tick: for a reader who was told, and cannot read now. Takes no memory.
     */
    public void readableLater() {
        queue.wake = true;
        netlink.leftBehind = true;
    }

    private Verdict route(Frame frame, int port, int group) {
        Verdict forbidden = forbidden(frame, port, group);
        if (forbidden != null) {
            return forbidden;
        }
        boolean heard = group != 0 && netlink().multicast(frame, this, port, group, null) == 0;
        if (port == 0) {
            Verdict verdict = netlink().kernel().receive(frame, this, group);
            // A group's message need not be for a user as well, although port 0 always gets it.
            return heard && verdict.errno() == NetlinkErrno.ENODEV ? Verdict.OK : verdict;
        }
        return unicast(frame, port, group);
    }

    /** What the policy says against a message to a port or a group, which is counted and told; null for nothing. */
    private Verdict forbidden(Frame frame, int port, int group) {
        if ((port == 0 && group == 0) || netlink().policy().mayAddress(identity(), port, group)) {
            return null;
        }
        Verdict forbidden = Verdict.of(netlink().forbidden(), "this sender may not send to port "
                + Integer.toUnsignedString(port) + ", group " + Integer.toUnsignedString(group));
        if (isTapped()) {
            netlink().taps().refused(frame, this, port, group, forbidden);
        }
        return forbidden;
    }

    private Verdict unicast(Frame frame, int port, int group) {
        int errno = netlink().unicast(frame, this, port, group);
        return errno == 0 ? Verdict.OK : Verdict.of(errno, "port " + Integer.toUnsignedString(port)
                + (errno == NetlinkErrno.EAGAIN ? " has a full receive queue" : " does not exist"));
    }

    private static long unsignedOrUnknown(int id) {
        return id == Sender.UNKNOWN ? -1 : Integer.toUnsignedLong(id);
    }
}
