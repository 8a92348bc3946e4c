// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import connector.api.wire.CnCtlMsg;
import connector.api.wire.CnEvent;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
import connector.api.wire.NlMsgHdr;
import connector.client.CnMessage;
import connector.client.CnNotification;
import connector.client.CnStatistics;
import java.nio.ByteBuffer;

/** What a message says, in words, whatever kind it is of. */
final class MessageText {

    private MessageText() {
    }

    static String of(CnMessage message) {
        ProcEventText event = ProcEventText.of(message);
        if (event != null) {
            return event.line();
        }
        CnNotification notification = CnNotification.of(message);
        if (notification != null) {
            return CnEvent.kindName(notification.kind())
                    + (notification.name() == null ? "" : " " + notification.name())
                    + (notification.reason() == CnEvent.REASON_NONE ? ""
                            : " " + CnEvent.reasonName(notification.reason()));
        }
        CnStatistics statistics = CnStatistics.of(message);
        if (statistics != null) {
            return statistics.kind() == CnStat.END ? "end of statistics" : "statistics of " + statistics.key();
        }
        return message.idx() == CnMsgHdr.CN_CONNECTOR && message.val() == CnMsgHdr.CN_CONNECTOR
                ? control(message) : data(message.data());
    }

    private static String control(CnMessage message) {
        ByteBuffer data = NlMsgHdr.buffer(message.data());
        int length = message.data().length;
        if (length == 0) {
            return (message.flags() & CnMsgHdr.CN_STATISTICS) != 0 ? "asks for statistics" : "asks who is there";
        }
        if (CnCtlMsg.wrongField(data, 0, length) >= 0) {
            return "a request that contradicts itself: " + data(message.data());
        }
        String ranges = data.getInt(CnCtlMsg.IDX_NUM) + " ranges of idx and " + data.getInt(CnCtlMsg.VAL_NUM)
                + " of val";
        int group = data.getInt(CnCtlMsg.GROUP);
        return group == 0 ? "cancels the subscription to " + ranges
                : (message.flags() & CnMsgHdr.CN_EXTENDED) != 0 ? "subscribes to " + ranges
                : "subscribes group " + Integer.toUnsignedString(group) + " to " + ranges;
    }

    static String data(byte[] data) {
        if (data.length == 0) {
            return "(no data)";
        }
        String text = DataText.text(data);
        return text == null ? data.length + " bytes " + DataText.hex(data) : text;
    }
}
