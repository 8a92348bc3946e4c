// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnTap;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A frame that passed on the bus, and what became of it: see {@link CnSocket#tap} and {@link CnTap}. Numbers of 32 bits
 * are unsigned: the int carries the bits.
 *
 * @param time when it came to the bus
 * @param number 1, 2, 3 ... of this tap: what is missing was lost
 * @param from port of the sender, 0 for the platform
 * @param to destination port, 0 for the platform, and where there is a group alone
 * @param group destination group, 0 for none
 * @param busSequence its number in that group
 * @param errno why it went nowhere, 0 if it did not
 * @param took how many took it: ports, or the one user
 * @param dropped how many ports had no room for it
 * @param flags {@link CnTap#TO_CONNECTOR} and {@link CnTap#QUEUED}
 * @param seq {@code nlmsg_seq}: of an answer, of what is answered
 * @param messages that were in the frame; several that were sent together, none in an answer or where nothing is whole
 * @param answer of the platform to another socket, or null
 */
public record CnTapped(
        Instant time, long number, int from, int to, int group, long busSequence, int errno, int took, int dropped,
        int flags, int seq, List<CnMessage> messages, CnAnswer answer) implements CnReceived {

    /** Copies the list. */
    public CnTapped {
        messages = List.copyOf(messages);
    }

    /** {@return whether it is for the user with the message's id, or for {-1,-1}} */
    public boolean isToConnector() {
        return (flags & CnTap.TO_CONNECTOR) != 0;
    }

    /** {@return whether the user's mailbox took it for later} */
    public boolean isQueued() {
        return (flags & CnTap.QUEUED) != 0;
    }

    /**
     * Decodes what a {@link FrameObserver} sees.
     *
     * @param tap a TAP frame, from 0 on, in native order
     * @param frame the frame that came after it, from position to limit, in native order
     * @return what they say
     */
    public static CnTapped of(ByteBuffer tap, ByteBuffer frame) {
        return of(tap, frame, frame.position(), frame.remaining());
    }

    static CnTapped of(ByteBuffer tap, ByteBuffer frame, int offset, int length) {
        int type = NlMsgHdr.type(frame, offset);
        int group = CnTap.group(tap, 0);
        long busSequence = tap.getLong(CnTap.BUS_SEQUENCE);
        List<CnMessage> messages = new ArrayList<>(1);
        boolean isAnswer = type == NlMsgHdr.NLMSG_ERROR;
        int at = offset + NlMsgHdr.SIZE;
        while (!isAnswer && CnMsgHdr.isWhole(frame, at - NlMsgHdr.SIZE, offset + length - at + NlMsgHdr.SIZE)) {
            CnMessage message = CnMessage.of(frame, offset, at, group, busSequence).from(tap.getInt(CnTap.FROM));
            messages.add(message);
            at += CnMsgHdr.SIZE + message.data().length;
        }
        return new CnTapped(Instant.ofEpochSecond(0, CnTap.timeNs(tap, 0)), tap.getLong(CnTap.NUMBER),
                tap.getInt(CnTap.FROM), tap.getInt(CnTap.TO), group, busSequence, CnTap.errno(tap, 0),
                tap.getInt(CnTap.TOOK), tap.getInt(CnTap.DROPPED), CnTap.flags(tap, 0), NlMsgHdr.seq(frame, offset),
                messages, isAnswer && NlMsgErr.isWhole(length) ? CnAnswer.of(frame, offset, length) : null);
    }

    /** How much of the inbox it takes, in bytes. */
    int frameLength() {
        int length = CnTap.LENGTH + NlMsgHdr.SIZE;
        for (CnMessage message : messages) {
            length += message.frameLength();
        }
        return length;
    }
}
