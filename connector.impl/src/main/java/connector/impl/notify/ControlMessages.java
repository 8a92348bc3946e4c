// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.NotifyEvent;
import connector.api.NotifyRange;
import connector.api.NotifyRequest;
import connector.api.wire.CnCtlMsg;
import connector.api.wire.CnEvent;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Requests and events, between objects and messages. The bytes are those of {@code connector.api.wire}. */
public final class ControlMessages {

    private ControlMessages() {
    }

    /**
     * Makes the message that asks for notifications, or with group 0 cancels them.
     *
     * @param request which ids
     * @param seq the message's seq
     * @param group to be notified, u32; 0 to cancel; for extended ones any other number
     * @param extended whether extended events are wanted
     * @return the message, to {-1, -1}
     */
    public static CnMsg request(NotifyRequest request, int seq, int group, boolean extended) {
        byte[] data = CnCtlMsg.data(group, numbers(request.idx()), numbers(request.val()));
        return CnMsg.wrap(CbId.CONNECTOR, seq, 0, extended ? CnMsg.FLAG_EXTENDED : 0, data);
    }

    /**
     * Reads an extended event.
     *
     * @param msg a message from the connector
     * @return the event; null if it is none, or of a kind that came later than this class
     */
    public static NotifyEvent event(CnMsg msg) {
        if ((msg.flags() & CnMsg.FLAG_EXTENDED) == 0 || msg.length() < CnEvent.ATTRIBUTES) {
            return null;
        }
        ByteBuffer data = NlMsgHdr.buffer(msg.toByteArray());
        NotifyEvent.Kind kind = kind(data.getInt(CnEvent.KIND));
        if (kind == null) {
            return null;
        }
        int end = msg.length();
        return new NotifyEvent(kind, msg.id(), reason(data.getInt(CnEvent.REASON)), data.getLong(CnEvent.EPOCH),
                data.getLong(CnEvent.GENERATION), text(data, end, CnEvent.ATTR_NAME),
                text(data, end, CnEvent.ATTR_BUNDLE), text(data, end, CnEvent.ATTR_VERSION),
                NlAttr.number(data, CnEvent.ATTRIBUTES, end, CnEvent.ATTR_BUNDLE_ID, -1));
    }

    /** Reads the ranges of a request whose lengths and counts are known to agree. */
    static NotifyRequest ranges(ByteBuffer data) {
        int idxNumber = data.getInt(CnCtlMsg.IDX_NUM);
        int valNumber = data.getInt(CnCtlMsg.VAL_NUM);
        int valBegin = CnCtlMsg.SIZE + idxNumber * CnCtlMsg.REQ_SIZE;
        return new NotifyRequest(ranges(data, CnCtlMsg.SIZE, idxNumber), ranges(data, valBegin, valNumber));
    }

    private static List<NotifyRange> ranges(ByteBuffer data, int begin, int number) {
        List<NotifyRange> ranges = new ArrayList<>(number);
        for (int i = 0; i < number; i++) {
            int at = begin + i * CnCtlMsg.REQ_SIZE;
            ranges.add(new NotifyRange(data.getInt(at + CnCtlMsg.REQ_FIRST), data.getInt(at + CnCtlMsg.REQ_RANGE)));
        }
        return ranges;
    }

    private static int[] numbers(List<NotifyRange> ranges) {
        int[] numbers = new int[2 * ranges.size()];
        int at = 0;
        for (NotifyRange range : ranges) {
            numbers[at++] = range.first();
            numbers[at++] = range.range();
        }
        return numbers;
    }

    private static NotifyEvent.Kind kind(int code) {
        for (NotifyEvent.Kind kind : NotifyEvent.Kind.values()) {
            if (kind.code() == code) {
                return kind;
            }
        }
        return null;
    }

    private static NotifyEvent.Reason reason(int code) {
        for (NotifyEvent.Reason reason : NotifyEvent.Reason.values()) {
            if (reason.code() == code) {
                return reason;
            }
        }
        return NotifyEvent.Reason.NONE;
    }

    private static String text(ByteBuffer data, int end, int attribute) {
        String text = NlAttr.string(data, CnEvent.ATTRIBUTES, end, attribute);
        return text == null ? "" : text;
    }
}
