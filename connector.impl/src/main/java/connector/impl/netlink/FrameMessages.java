// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlMsgHdr;

/** Reads the messages of a frame: one after the other, without padding, as {@code cn_netlink_send_mult} puts them. */
final class FrameMessages {

    private FrameMessages() {
    }

    static List<CnMsg> decode(ByteBuffer frame, int length) {
        int type = NlMsgHdr.type(frame, 0);
        if (type == NlMsgHdr.NLMSG_ERROR || type == NlMsgHdr.NLMSG_OVERRUN || type == NlMsgHdr.NLMSG_NOOP) {
            return List.of();
        }
        List<CnMsg> messages = new ArrayList<>(1);
        int end = (int) Math.min(length, Integer.toUnsignedLong(NlMsgHdr.length(frame, 0)));
        int at = NlMsgHdr.SIZE;
        while (end - at >= CnMsgHdr.SIZE) {
            int dataLength = CnMsgHdr.dataLength(frame, at);
            if (dataLength > CnMsg.MAX_DATA || dataLength > end - at - CnMsgHdr.SIZE) {
                break;
            }
            messages.add(message(frame, at, dataLength));
            at += CnMsgHdr.SIZE + dataLength;
        }
        return List.copyOf(messages);
    }

    private static CnMsg message(ByteBuffer frame, int at, int dataLength) {
        byte[] data = new byte[dataLength];
        frame.get(at + CnMsgHdr.SIZE, data);
        return CnMsg.wrap(new CbId(CnMsgHdr.idx(frame, at), CnMsgHdr.val(frame, at)), CnMsgHdr.seq(frame, at),
                CnMsgHdr.ack(frame, at), CnMsgHdr.flags(frame, at), data);
    }
}
