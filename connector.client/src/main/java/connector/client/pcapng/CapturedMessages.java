// SPDX-License-Identifier: Apache-2.0
package connector.client.pcapng;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.client.CnMessage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The messages of users in a capture that are to be sent again: to groups, and to users. No answers, no reports of
 * loss, no notifications, statistics and requests for them, which are the platform's to say; no replies to single
 * ports, which come again by themselves. Not safe for use by several threads at once.
 */
public final class CapturedMessages implements Closeable {

    private final CaptureReader packets;
    private final Deque<CapturedMessage> ready = new ArrayDeque<>();
    private long messages;
    private long leftOut;

    /**
     * Reads from a capture.
     *
     * @param packets from its beginning; closed with this
     */
    public CapturedMessages(CaptureReader packets) {
        this.packets = packets;
    }

    /**
     * Reads the next message.
     *
     * @return the message; null at the end of the file
     * @throws CaptureException the file, or a frame in it, contradicts itself
     * @throws IOException it cannot be read
     */
    public CapturedMessage next() throws IOException {
        while (ready.isEmpty()) {
            CapturedPacket packet = packets.next();
            if (packet == null) {
                return null;
            }
            if (packet.isConnector()) {
                frames(packet);
            } else {
                leftOut++;
            }
        }
        messages++;
        return ready.remove();
    }

    /** {@return how many messages there were so far} */
    public long messages() {
        return messages;
    }

    /** {@return how many packets and frames there were so far that are none} */
    public long leftOut() {
        return leftOut + packets.skipped();
    }

    @Override
    public void close() throws IOException {
        packets.close();
    }

    private void frames(CapturedPacket packet) throws CaptureException {
        ByteBuffer frames = packet.frames();
        int group = 0;
        boolean again = true;
        int at = 0;
        while (at < frames.limit()) {
            int left = frames.limit() - at;
            if (left < NlMsgHdr.SIZE) {
                throw new CaptureException(packet.at(), "a packet with " + left + " bytes after its last frame");
            }
            int length = NlMsgHdr.length(frames, at);
            if (length < NlMsgHdr.SIZE || length > left) {
                throw new CaptureException(packet.at(), "a frame of nlmsg_len " + Integer.toUnsignedString(length)
                        + " where a packet has " + left + " bytes");
            }
            int type = NlMsgHdr.type(frames, at);
            if (type == GateControl.FROM && length >= GateControl.FROM_LENGTH) {
                group = frames.getInt(at + GateControl.GROUP);
            } else if (CnTap.isTap(frames, at, length)) {
                group = CnTap.group(frames, at);
                again = isSentByItself(frames, at, left);
            } else if (again && isMessage(type)) {
                messages(packet, at, length, group);
                group = 0;
            } else {
                leftOut++;
                again = true;
            }
            at += NlMsgHdr.align(length);
        }
    }

    /**
     * A reply to one port comes again by itself; of a group's message for a user the group has been told, and of one
     * that a mailbox dropped later that it was sent. What was no message to begin with is none to be sent.
     */
    private static boolean isSentByItself(ByteBuffer frames, int tap, int left) {
        int next = NlMsgHdr.align(NlMsgHdr.length(frames, tap));
        if (left - next < NlMsgHdr.SIZE || NlMsgHdr.length(frames, tap + next) > left - next) {
            return true;
        }
        int flags = CnTap.flags(frames, tap);
        boolean toConnector = (flags & CnTap.TO_CONNECTOR) != 0;
        boolean cut = (flags & CnTap.GATE) != 0
                && frames.getInt(tap + CnTap.CLAIMED_LENGTH) != NlMsgHdr.length(frames, tap + next);
        return toConnector == (CnTap.group(frames, tap) == 0) && (flags & CnTap.LATE) == 0 && !cut
                && CnTap.firstMessage(frames, tap) >= 0;
    }

    private static boolean isMessage(int type) {
        return type != NlMsgHdr.NLMSG_NOOP && type != NlMsgHdr.NLMSG_ERROR && type != NlMsgHdr.NLMSG_OVERRUN
                && !GateControl.isControl(type);
    }

    private static boolean isConnector(ByteBuffer frames, int at) {
        return CnMsgHdr.idx(frames, at) == CnMsgHdr.CN_CONNECTOR && CnMsgHdr.val(frames, at) == CnMsgHdr.CN_CONNECTOR;
    }

    private void messages(CapturedPacket packet, int frame, int length, int group) throws CaptureException {
        ByteBuffer frames = packet.frames();
        if (!CnMsgHdr.isWhole(frames, frame, length)) {
            throw new CaptureException(packet.at(),
                    "a frame of " + length + " bytes has no room for the message that it says it has");
        }
        int at = frame + NlMsgHdr.SIZE;
        do {
            byte[] data = new byte[CnMsgHdr.dataLength(frames, at)];
            frames.get(at + CnMsgHdr.SIZE, data);
            int flags = CnMsgHdr.flags(frames, at);
            if ((flags & (CnMsgHdr.CN_EXTENDED | CnMsgHdr.CN_STATISTICS)) != 0 || isConnector(frames, at)) {
                leftOut++;
            } else {
                ready.add(new CapturedMessage(packet.time(), new CnMessage(
                        CnMsgHdr.idx(frames, at), CnMsgHdr.val(frames, at), CnMsgHdr.seq(frames, at),
                        CnMsgHdr.ack(frames, at), flags, data, NlMsgHdr.pid(frames, frame), group, 0), packet.at()));
            }
            at += CnMsgHdr.SIZE + data.length;
        } while (CnMsgHdr.isWhole(frames, at - NlMsgHdr.SIZE, frame + length - at + NlMsgHdr.SIZE));
    }
}
