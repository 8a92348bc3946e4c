// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;

/**
 * A connector message, and of a received one where it came from. Numbers of 32 bits are unsigned: the int carries the
 * bits.
 *
 * @param idx the id's idx
 * @param val the id's val
 * @param seq the sender's number
 * @param ack the acknowledge number: of a reply, the request's and 1
 * @param flags of {@code cn_msg}
 * @param data at most {@value connector.api.wire.CnMsgHdr#MAX_DATA} bytes; the array itself, not a copy
 * @param port of the sender, as the platform verified it, 0 for the platform; of a message to be sent: ignored
 * @param group it was sent to, where {@link CnSocket#pktinfo} is on; 0 for none or unknown
 * @param busSequence its number in that group, where {@link CnSocket#pktinfo} is on, else 0
 */
// The array is the point: a message is data on its way, never a key.
@SuppressWarnings("ArrayRecordComponent")
public record CnMessage(
        int idx, int val, int seq, int ack, int flags, byte[] data, int port, int group, long busSequence)
        implements CnReceived {

    /**
     * Makes a message to be sent.
     *
     * @param idx the id's idx
     * @param val the id's val
     * @param seq the sender's number
     * @param ack the acknowledge number
     * @param data at most {@value connector.api.wire.CnMsgHdr#MAX_DATA} bytes; not copied
     */
    public CnMessage(int idx, int val, int seq, int ack, byte[] data) {
        this(idx, val, seq, ack, 0, data, 0, 0, 0);
    }

    /**
     * Tells whether a message is the reply to this one, by the connector's rule: the same seq, and an ack one greater.
     *
     * @param other a message that was received
     * @return also false if it is of another id
     */
    public boolean isAnsweredBy(CnMessage other) {
        return other.idx == idx && other.val == val && other.seq == seq && other.ack == ack + 1;
    }

    /** {@return {@code idx.val}, unsigned decimal} */
    public String id() {
        return Integer.toUnsignedString(idx) + "." + Integer.toUnsignedString(val);
    }

    /** {@return the id, seq, ack and the number of bytes of data} */
    @Override
    public String toString() {
        return id() + " seq " + Integer.toUnsignedString(seq) + " ack " + Integer.toUnsignedString(ack) + ", "
                + data.length + " bytes";
    }

    /** As this one, of a port that the frame itself does not tell. */
    CnMessage from(int sender) {
        return sender == port ? this : new CnMessage(idx, val, seq, ack, flags, data, sender, group, busSequence);
    }

    int frameLength() {
        return NlMsgHdr.SIZE + CnMsgHdr.SIZE + data.length;
    }

    void putFrame(ByteBuffer frames, int nlmsgFlags, int nlmsgSeq) {
        NlMsgHdr.put(frames, frameLength(), NlMsgHdr.NLMSG_DONE, nlmsgFlags, nlmsgSeq, 0);
        CnMsgHdr.put(frames, idx, val, seq, ack, data.length, flags);
        frames.put(data);
        NlMsgHdr.pad(frames);
    }

    /**
     * Decodes one.
     *
     * @param frame in native order
     * @param offset where its frame begins
     * @param at where its {@code cn_msg} begins, known to be whole
     */
    static CnMessage of(ByteBuffer frame, int offset, int at, int group, long busSequence) {
        byte[] data = new byte[CnMsgHdr.dataLength(frame, at)];
        frame.get(at + CnMsgHdr.SIZE, data);
        return new CnMessage(
                CnMsgHdr.idx(frame, at), CnMsgHdr.val(frame, at), CnMsgHdr.seq(frame, at), CnMsgHdr.ack(frame, at),
                CnMsgHdr.flags(frame, at), data, NlMsgHdr.pid(frame, offset), group, busSequence);
    }
}
