// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads the messages of a frame: one after the other, without padding, as {@code cn_netlink_send_mult} puts them. */
final class FrameMessages {

    private static final int NONE = -1;

    /** Something that holds of an id or does not. */
    @FunctionalInterface
    interface IdTest {
        boolean test(int idx, int val);
    }

    private FrameMessages() {
    }

    static List<CnMsg> decode(ByteBuffer frame, int length) {
        List<CnMsg> messages = new ArrayList<>(1);
        for (int at = first(frame, length); at != NONE; at = next(frame, length, at)) {
            messages.add(message(frame, at));
        }
        return List.copyOf(messages);
    }

    /** Whether a test holds for all ids; without any, what the other says. */
    static boolean eachId(ByteBuffer frame, int length, IdTest test, BooleanSupplier without) {
        int first = first(frame, length);
        for (int at = first; at != NONE; at = next(frame, length, at)) {
            if (!test.test(CnMsgHdr.idx(frame, at), CnMsgHdr.val(frame, at))) {
                return false;
            }
        }
        return first != NONE || without.getAsBoolean();
    }

    /** Where the first message begins; NONE if none is whole. */
    private static int first(ByteBuffer frame, int length) {
        int type = NlMsgHdr.type(frame, 0);
        return type == NlMsgHdr.NLMSG_ERROR || type == NlMsgHdr.NLMSG_OVERRUN || type == NlMsgHdr.NLMSG_NOOP
                ? NONE : whole(frame, length, NlMsgHdr.SIZE);
    }

    private static int next(ByteBuffer frame, int length, int at) {
        return whole(frame, length, at + CnMsgHdr.SIZE + CnMsgHdr.dataLength(frame, at));
    }

    private static int whole(ByteBuffer frame, int length, int at) {
        int left = (int) Math.min(length, Integer.toUnsignedLong(NlMsgHdr.length(frame, 0))) - at;
        if (left < CnMsgHdr.SIZE) {
            return NONE;
        }
        int dataLength = CnMsgHdr.dataLength(frame, at);
        return dataLength > CnMsg.MAX_DATA || dataLength > left - CnMsgHdr.SIZE ? NONE : at;
    }

    private static CnMsg message(ByteBuffer frame, int at) {
        byte[] data = new byte[CnMsgHdr.dataLength(frame, at)];
        frame.get(at + CnMsgHdr.SIZE, data);
        return CnMsg.wrap(new CbId(CnMsgHdr.idx(frame, at), CnMsgHdr.val(frame, at)), CnMsgHdr.seq(frame, at),
                CnMsgHdr.ack(frame, at), CnMsgHdr.flags(frame, at), data);
    }
}
