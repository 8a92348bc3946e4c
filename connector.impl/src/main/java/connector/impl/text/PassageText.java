// SPDX-License-Identifier: Apache-2.0
package connector.impl.text;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

import connector.api.CnMsg;
import connector.api.wire.CnTap;
import connector.api.wire.CnText;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Passage;

/** A message that passed, as lines for people: the columns are those of {@code cn monitor}. */
public final class PassageText {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private PassageText() {
    }

    /**
     * Renders it.
     *
     * @param passage what passed
     * @return a line for each message of its frame
     */
    public static List<String> lines(Passage passage) {
        String time = LocalTime.ofInstant(Instant.ofEpochSecond(0, passage.timeNs()), ZoneId.systemDefault())
                .format(CLOCK) + "  ";
        List<String> lines = new ArrayList<>();
        for (CnMsg msg : passage.frame().messages()) {
            lines.add(time + Integer.toUnsignedString(msg.id().idx()) + "." + Integer.toUnsignedString(msg.id().val())
                    + "  seq " + Integer.toUnsignedString(msg.seq()) + " ack " + Integer.toUnsignedString(msg.ack())
                    + "  " + way(passage) + "  "
                    + CnText.message(msg.id().idx(), msg.id().val(), msg.flags(), msg.toByteArray()));
        }
        if (lines.isEmpty()) {
            lines.add(time + without(passage));
        }
        return lines;
    }

    private static String without(Passage passage) {
        ByteBuffer frame = passage.frame().buffer();
        if (NlMsgHdr.type(frame, 0) != NlMsgHdr.NLMSG_ERROR || !NlMsgErr.isWhole(passage.frame().length())) {
            return "no message  " + way(passage);
        }
        String text = NlMsgErr.text(frame, 0, passage.frame().length());
        return "answer to " + Integer.toUnsignedString(NlMsgHdr.seq(frame, 0)) + "  " + way(passage) + "  "
                + NetlinkErrno.name(NlMsgErr.errno(frame, 0)) + (text == null ? "" : ": " + text);
    }

    private static String way(Passage passage) {
        boolean toConnector = (passage.flags() & CnTap.TO_CONNECTOR) != 0;
        boolean toGroup = !toConnector && passage.group() != 0 && passage.to() == 0;
        StringJoiner verdict = new StringJoiner(", ", "  [", "]").setEmptyValue("");
        if (passage.errno() != 0) {
            verdict.add(NetlinkErrno.name(passage.errno()));
        }
        if ((passage.flags() & CnTap.QUEUED) != 0) {
            verdict.add("queued");
        }
        if (toGroup && passage.took() > 0) {
            verdict.add(passage.took() == 1 ? "1 port" : passage.took() + " ports");
        }
        if (passage.dropped() > 0) {
            verdict.add(passage.dropped() + " full");
        }
        String destination = toGroup ? "group " + Integer.toUnsignedString(passage.group())
                + (passage.busSequence() == 0 ? "" : " #" + Long.toUnsignedString(passage.busSequence()))
                : toConnector || passage.to() != 0 ? port(passage.to()) : "nobody";
        return port(passage.from()) + " > " + destination + verdict;
    }

    private static String port(int number) {
        return number == 0 ? "platform" : "port " + Integer.toUnsignedString(number);
    }
}
