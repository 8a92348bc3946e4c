// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.GroupDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
import connector.api.wire.CnStat.Attribute;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Frame;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.stream.IntStream;

/** The answer to one request for statistics: a snapshot as messages, each made when the reader comes to it. */
final class Statistics {

    /** More than the numbers of any one message take. */
    private static final int CAPACITY = 1024;
    /** Texts are cut to so many characters, of at most three bytes each: a message holds a few of them. */
    private static final int MAX_TEXT = 1024;
    private static final int MAX_UTF8 = 3;

    /** What a row of a snapshot takes, with its place in the snapshot: about forty numbers. */
    private static final int ROW = 256;
    /** What a text takes beside its characters, of which each may be two bytes. */
    private static final int TEXT = 48;

    private final long epoch;
    private final CountersDTO counters;
    private final UserDTO[] users;
    private final GroupDTO[] groups;
    private final PortDTO[] ports;
    private final GateDTO[] gates;
    private final long timeNs;
    private final int seq;
    private final int ack;

    /** Of a snapshot, of which no more is kept than is told. */
    Statistics(ConnectorDTO snapshot, long timeNs, CnMsg request) {
        epoch = snapshot.epoch;
        counters = snapshot.counters;
        users = snapshot.users;
        groups = snapshot.groups;
        ports = snapshot.ports;
        gates = snapshot.gates;
        this.timeNs = timeNs;
        seq = request.seq();
        ack = request.ack() + 1;
    }

    int count() {
        return users.length + groups.length + ports.length + gates.length + 2;
    }

    /** What is kept until the reader has come to its end, in bytes, the texts that others keep as well too. */
    long bytes() {
        long bytes = (long) count() * ROW;
        for (UserDTO user : users) {
            bytes += bytes(user.name);
        }
        for (PortDTO port : ports) {
            bytes += bytes(port.owner) + (long) port.groups.length * Long.BYTES;
        }
        for (GateDTO gate : gates) {
            bytes += bytes(gate.name) + bytes(gate.path) + bytes(gate.failure)
                    + (gate.users == null ? 0 : (long) gate.users.length * ROW);
        }
        return bytes;
    }

    private static long bytes(String text) {
        return text == null ? 0 : TEXT + (long) text.length() * Character.BYTES;
    }

    Iterator<Frame> frames() {
        // Not a stream of streams, whose iterator makes all of one at once.
        return IntStream.range(0, count()).mapToObj(this::message).iterator();
    }

    private Frame message(int index) {
        if (index == 0) {
            return bus();
        }
        int user = index - 1;
        if (user < users.length) {
            return user(users[user]);
        }
        int group = user - users.length;
        if (group < groups.length) {
            return group(groups[group]);
        }
        int port = group - groups.length;
        if (port < ports.length) {
            return port(ports[port]);
        }
        int gate = port - ports.length;
        return gate < gates.length ? gate(gates[gate]) : frame(CbId.CONNECTOR, begin(CnStat.END));
    }

    private Frame bus() {
        ByteBuffer data = begin(CnStat.BUS);
        CnStat.put(data, Attribute.EPOCH, epoch);
        CnStat.put(data, Attribute.RECEIVED, counters.received);
        CnStat.put(data, Attribute.DELIVERED, counters.userDelivered);
        CnStat.put(data, Attribute.DROPPED, counters.userDropped);
        CnStat.put(data, Attribute.REFUSED, counters.userRefused);
        CnStat.put(data, Attribute.ABANDONED, counters.userAbandoned);
        CnStat.put(data, Attribute.EXPIRED, counters.userExpired);
        CnStat.put(data, Attribute.INTERRUPTED, counters.userInterrupted);
        CnStat.put(data, Attribute.UNKNOWN_ID, counters.unknownId);
        CnStat.put(data, Attribute.MALFORMED, counters.malformed);
        CnStat.put(data, Attribute.OVERSIZE, counters.oversize);
        CnStat.put(data, Attribute.FORBIDDEN, counters.forbidden);
        CnStat.put(data, Attribute.BAD_NOTIFY_REQUESTS, counters.badNotifyRequests);
        CnStat.put(data, Attribute.TOO_MANY_SUBSCRIPTIONS, counters.tooManySubscriptions);
        CnStat.put(data, Attribute.LATE_REPLIES, counters.lateReplies);
        CnStat.put(data, Attribute.NO_LISTENER, counters.noListener);
        CnStat.put(data, Attribute.ANSWERS_DROPPED, counters.answersDropped);
        CnStat.put(data, Attribute.UNKNOWN_PORT, counters.unknownPort);
        CnStat.put(data, Attribute.PORT_REFUSED, counters.portRefused);
        CnStat.put(data, Attribute.PORT_DROPPED, counters.portDropped);
        CnStat.put(data, Attribute.UNREAD, counters.unread);
        CnStat.put(data, Attribute.DRAINERS, counters.drainers);
        CnStat.put(data, Attribute.STUCK_DRAINERS, counters.stuckDrainers);
        return frame(CbId.CONNECTOR, data);
    }

    private Frame user(UserDTO user) {
        ByteBuffer data = begin(CnStat.USER, user.name, user.bundle, user.version, user.state);
        text(data, Attribute.NAME, user.name);
        text(data, Attribute.BUNDLE, user.bundle);
        text(data, Attribute.VERSION, user.version);
        text(data, Attribute.STATE, user.state);
        CnStat.putId(data, Attribute.BUNDLE_ID, user.bundleId);
        CnStat.put(data, Attribute.GENERATION, user.generation);
        CnStat.put(data, Attribute.RANKING, user.ranking);
        CnStat.put(data, Attribute.RUNNING_MS, user.runningMs);
        CnStat.put(data, Attribute.STUCK, user.stuck ? 1 : 0);
        CnStat.put(data, Attribute.FAILED, user.failed);
        CnStat.put(data, Attribute.INTERRUPTED, user.interrupted);
        if (!UserDTO.STANDBY.equals(user.state)) {
            // The mailbox is the id's: its numbers are told once, with the user that has it.
            CnStat.put(data, Attribute.QUEUED, user.queued);
            CnStat.put(data, Attribute.QUEUED_BYTES, user.queuedBytes);
            CnStat.put(data, Attribute.CAPACITY, user.capacity);
            CnStat.put(data, Attribute.CAPACITY_BYTES, user.capacityBytes);
            CnStat.put(data, Attribute.DELIVERED, user.delivered);
            CnStat.put(data, Attribute.DROPPED, user.dropped);
            CnStat.put(data, Attribute.REFUSED, user.refused);
            CnStat.put(data, Attribute.DROPPED_OLDEST, user.droppedOldest);
            CnStat.put(data, Attribute.WAITED, user.waited);
            CnStat.put(data, Attribute.WAITED_IN_VAIN, user.waitedInVain);
            CnStat.put(data, Attribute.ABANDONED, user.abandoned);
        }
        return frame(new CbId((int) user.idx, (int) user.val), data);
    }

    private Frame group(GroupDTO group) {
        ByteBuffer data = begin(CnStat.GROUP);
        CnStat.put(data, Attribute.NUMBER, group.group);
        CnStat.put(data, Attribute.MEMBERS, group.members);
        CnStat.put(data, Attribute.SEQUENCE, group.sequence);
        return frame(CbId.CONNECTOR, data);
    }

    private Frame port(PortDTO port) {
        ByteBuffer data = begin(CnStat.PORT, port.owner);
        text(data, Attribute.OWNER, port.owner);
        CnStat.put(data, Attribute.NUMBER, port.portId);
        CnStat.putId(data, Attribute.UID, port.uid);
        CnStat.putId(data, Attribute.GID, port.gid);
        CnStat.putId(data, Attribute.PID, port.pid);
        CnStat.put(data, Attribute.GROUPS, port.groups.length);
        CnStat.put(data, Attribute.QUEUED, port.queued);
        CnStat.put(data, Attribute.QUEUED_BYTES, port.queuedBytes);
        CnStat.put(data, Attribute.CAPACITY, port.receiveBufferBytes);
        CnStat.put(data, Attribute.CONGESTED, port.congested ? 1 : 0);
        CnStat.put(data, Attribute.TAP, port.tap ? 1 : 0);
        CnStat.put(data, Attribute.RECEIVED, port.received);
        CnStat.put(data, Attribute.SENT, port.sent);
        CnStat.put(data, Attribute.DROPPED, port.dropped);
        CnStat.put(data, Attribute.OVERRUNS, port.overruns);
        return frame(CbId.CONNECTOR, data);
    }

    private Frame gate(GateDTO gate) {
        ByteBuffer data = begin(CnStat.GATE, gate.name, gate.path, gate.failure, gate.type);
        text(data, Attribute.NAME, gate.name);
        text(data, Attribute.PATH, gate.path);
        text(data, Attribute.FAILURE, gate.failure);
        text(data, Attribute.TYPE, gate.type);
        CnStat.put(data, Attribute.LISTENING, gate.listening ? 1 : 0);
        CnStat.put(data, Attribute.CLIENTS, gate.clients);
        CnStat.put(data, Attribute.MAX_CLIENTS, gate.maxClients);
        CnStat.put(data, Attribute.ACCEPTED, gate.accepted);
        CnStat.put(data, Attribute.REFUSED, gate.refused);
        CnStat.put(data, Attribute.FRAMES_IN, gate.framesIn);
        CnStat.put(data, Attribute.FRAMES_OUT, gate.framesOut);
        CnStat.put(data, Attribute.BYTES_IN, gate.bytesIn);
        CnStat.put(data, Attribute.BYTES_OUT, gate.bytesOut);
        CnStat.put(data, Attribute.MALFORMED, gate.malformed);
        CnStat.put(data, Attribute.LIMITED, gate.limited);
        return frame(CbId.CONNECTOR, data);
    }

    private ByteBuffer begin(int kind, String... texts) {
        int capacity = CAPACITY;
        for (String text : texts) {
            capacity += text == null ? 0 : MAX_UTF8 * Math.min(text.length(), MAX_TEXT) + Long.BYTES;
        }
        ByteBuffer data = NlMsgHdr.buffer(capacity);
        CnStat.put(data, kind, timeNs);
        return data;
    }

    private static void text(ByteBuffer data, Attribute attribute, String text) {
        CnStat.put(data, attribute, cut(text));
    }

    /** A text that somebody else has made, and that a message holds a few of; null for none. */
    static String cut(String text) {
        return text == null || text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    private Frame frame(CbId id, ByteBuffer data) {
        byte[] bytes = new byte[data.position()];
        data.get(0, bytes);
        return Frame.of(CnMsg.wrap(id, seq, ack, CnMsgHdr.CN_STATISTICS, bytes));
    }
}
