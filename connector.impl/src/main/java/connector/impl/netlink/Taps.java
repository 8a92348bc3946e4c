// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.wire.CnTap;
import connector.api.wire.NlMsgHdr;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The ports that are told of all that passes, as nlmon is by {@code netlink_add_tap}. Where there is none, a message
 * costs one look at that. Any thread may call; nothing blocks but for the short lock of a tap's queue.
 */
public final class Taps {

    private static final Port[] NOBODY = {};

    private final Netlink netlink;

    // Replaced under this, never written to.
    private volatile Port[] ports = NOBODY;

    Taps(Netlink netlink) {
        this.netlink = netlink;
    }

    /** {@return whether anybody is to be told} */
    public boolean areOn() {
        return ports.length != 0;
    }

    /**
     * Begins a message to the connector.
     *
     * @param frame the message
     * @param source the port that sends it
     * @param group the group it was sent to as well, 0 for none
     * @return to be told what becomes of it
     */
    public Tapping toConnector(Frame frame, Port source, int group) {
        return new Tapping(this, frame, source, null, 0, group, CnTap.TO_CONNECTOR);
    }

    /**
     * Begins a message from the connector that finds no way to anybody.
     *
     * @param frame the message
     * @return to be told why
     */
    public Tapping toNobody(Frame frame) {
        return new Tapping(this, frame, null, null, 0, 0, 0);
    }

    /** Begins a message to a group; null where nobody taps. */
    Tapping toGroup(Frame frame, Port source, int group) {
        return areOn() ? new Tapping(this, frame, source, null, 0, group, 0) : null;
    }

    /** Tells of a message to a port. */
    void toPort(Frame frame, Port source, Port destination, int group, int errno) {
        toPortQuietly(frame, source, destination, group, errno);
        wake();
    }

    /** As {@link #toPort}, under locks: waking is left to the caller. */
    void toPortQuietly(Frame frame, Port source, Port destination, int group, int errno) {
        boolean took = errno == 0;
        new Tapping(this, frame, source, destination, destination.portId(), group, 0)
                .reachedQuietly(errno, took ? 1 : 0, took || destination.isClosed() ? 0 : 1, 0);
    }

    /** Tells of a message that the policy or an unknown destination stopped. */
    void refused(Frame frame, Port source, int to, int group, Verdict verdict) {
        new Tapping(this, frame, source, null, to, group, 0).refused(verdict);
    }

    /**
     * Tells of what a gate drops before it is a message. To be called where {@link #areOn} says so.
     *
     * @param frame as much as there is of it
     * @param source the port of who sent it
     * @param to the port it was for, 0 for the connector
     * @param group the group it was for, 0 for none
     * @param verdict why
     */
    public void droppedByGate(Frame frame, Port source, int to, int group, Verdict verdict) {
        int connector = (to | group) == 0 ? CnTap.TO_CONNECTOR : 0;
        new Tapping(this, frame, source, null, to, group, CnTap.GATE | connector).refused(verdict);
    }

    /**
     * Tells of what a mailbox drops that had taken it for later. To be called where {@link #areOn} says so, without a
     * lock.
     *
     * @param msg the message
     * @param sender who sent it
     * @param verdict why
     */
    public void droppedLate(CnMsg msg, Sender sender, Verdict verdict) {
        Port source = sender instanceof PortSender of ? of.port() : null;
        new Tapping(this, Frame.of(msg), source, null, 0, sender.group(), CnTap.TO_CONNECTOR).droppedLate(verdict);
    }

    /** Tells of what stood in a port's queue as it was closed. To be called without a lock. */
    void unread(List<Datagram> unread, Port destination) {
        for (Datagram datagram : unread) {
            new Tapping(this, datagram.frame(), datagram.source(), destination, destination.portId(),
                    datagram.group(), 0)
                    .unread(datagram.busSequence());
        }
        wake();
    }

    /**
     * Tells of a connection that a gate refuses, of which there is no frame. To be called where {@link #areOn} says so.
     *
     * @param verdict who was refused, and why
     */
    public void refusedConnection(Verdict verdict) {
        droppedByGate(Frame.wrap(new byte[NlMsgHdr.SIZE]), null, 0, 0, verdict);
    }

    synchronized void add(Port port) {
        if (!port.isClosed() && !isTap(port)) {
            Port[] more = Arrays.copyOf(ports, ports.length + 1);
            more[ports.length] = port;
            ports = more;
        }
    }

    synchronized void remove(Port port) {
        if (isTap(port)) {
            ports = Arrays.stream(ports).filter(other -> other != port).toArray(Port[]::new);
        }
    }

    boolean isTap(Port port) {
        for (Port tap : ports) {
            if (tap == port) {
                return true;
            }
        }
        return false;
    }

    /** Tells all but those at the message's own ends, and wakes nobody. */
    void tell(Passage passage, Port source, Port destination) {
        for (Port tap : ports) {
            if (tap != source && tap != destination && maySee(tap, passage)) {
                tap.enqueueTapped(passage);
            }
        }
    }

    /** Wakes the readers of what was told. No lock may be held. */
    public void wake() {
        for (Port tap : ports) {
            // As of a crowd: whoever sent must not be held up by the writing.
            tap.wakeReaderAsCrowd();
        }
    }

    private boolean maySee(Port tap, Passage passage) {
        Policy policy = netlink.policy();
        Identity who = tap.identity();
        // Answers, and what is no message, are the connector's own affair.
        BooleanSupplier ofConnector = () -> policy.mayMonitor(who, CbId.CONNECTOR.idx(), CbId.CONNECTOR.val());
        return passage.isControl() ? ofConnector.getAsBoolean()
                : passage.frame().eachId((idx, val) -> policy.mayMonitor(who, idx, val), ofConnector);
    }
}
