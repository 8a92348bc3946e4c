// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static connector.api.wire.ProcEvent.ATTRIBUTES;
import static connector.api.wire.ProcEvent.ATTR_LOST;
import static connector.api.wire.ProcEvent.ATTR_NAME;
import static connector.api.wire.ProcEvent.CN_PROC;
import static connector.api.wire.ProcEvent.CPU;
import static connector.api.wire.ProcEvent.EVENT_DATA;
import static connector.api.wire.ProcEvent.WHAT;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One datagram of the host's connector, read in place: {@code nlmsghdr}, {@code cn_msg}, {@code proc_event}.
 *
 * <p>A view of the receive buffer, moved from datagram to datagram. Not thread-safe.
 */
final class HostEvent {

    private static final int MESSAGE = NlMsgHdr.SIZE;
    private static final int EVENT = NlMsgHdr.SIZE + CnMsgHdr.SIZE;

    /** The shortest event of any kernel: its head, and two words of data. */
    private static final int SHORTEST = EVENT_DATA + 8;

    private static final int COMM_LENGTH = 16;

    private final ByteBuffer datagram;
    private int eventLength;

    /**
     * A view.
     *
     * @param datagram the receive buffer, in native order
     */
    HostEvent(ByteBuffer datagram) {
        this.datagram = datagram;
    }

    /**
     * Looks at a datagram that was received.
     *
     * @param length how many bytes were received
     * @return whether it is a whole event of {1,1}
     */
    boolean take(int length) {
        if (length > datagram.capacity() || !CnMsgHdr.isWhole(datagram, 0, length)
                || CnMsgHdr.idx(datagram, MESSAGE) != CN_PROC || CnMsgHdr.val(datagram, MESSAGE) != CN_PROC) {
            return false;
        }
        eventLength = CnMsgHdr.dataLength(datagram, MESSAGE);
        return eventLength >= SHORTEST;
    }

    int seq() {
        return CnMsgHdr.seq(datagram, MESSAGE);
    }

    int ack() {
        return CnMsgHdr.ack(datagram, MESSAGE);
    }

    int what() {
        return datagram.getInt(EVENT + WHAT);
    }

    int cpu() {
        return datagram.getInt(EVENT + CPU);
    }

    /** {@return the word of the event's data at an index, 0 if this kernel's events are too short to have it} */
    int word(int index) {
        int at = EVENT_DATA + 4 * index;
        return at + 4 <= eventLength ? datagram.getInt(EVENT + at) : 0;
    }

    /** {@return the name in a COMM event} */
    String comm() {
        byte[] comm = new byte[Math.min(COMM_LENGTH, Math.max(0, eventLength - EVENT_DATA - 8))];
        datagram.get(EVENT + EVENT_DATA + 8, comm);
        int end = 0;
        while (end < comm.length && comm[end] != 0) {
            end++;
        }
        return new String(comm, 0, end, StandardCharsets.UTF_8);
    }

    /**
     * The data of the message that goes to the bus.
     *
     * @param name of the process, empty if unknown
     * @param lost how many events were lost before this one
     * @return the kernel's structure, filled up with zeros, and the attributes
     */
    byte[] complete(String name, long lost) {
        int length = ATTRIBUTES + (name.isEmpty() ? 0 : NlAttr.sizeOf(name)) + (lost == 0 ? 0 : NlAttr.SIZE + 8);
        byte[] bytes = new byte[length];
        datagram.get(EVENT, bytes, 0, Math.min(eventLength, ATTRIBUTES));
        ByteBuffer attributes = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).position(ATTRIBUTES);
        if (!name.isEmpty()) {
            NlAttr.putString(attributes, ATTR_NAME, name);
        }
        if (lost != 0) {
            NlAttr.putLong(attributes, ATTR_LOST, lost);
        }
        return bytes;
    }
}
