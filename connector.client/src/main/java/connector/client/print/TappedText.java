// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import connector.api.wire.CnText;
import connector.api.wire.NetlinkErrno;
import connector.client.CnMessage;
import connector.client.CnTapped;
import java.util.ArrayList;
import java.util.List;

/** What a tap saw, as lines for people and as objects for programs: one for each message of the frame. */
final class TappedText {

    private final CnTapped tapped;

    TappedText(CnTapped tapped) {
        this.tapped = tapped;
    }

    /** {@return lines without their time} */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (CnMessage message : tapped.messages()) {
            lines.add(message.id() + "  seq " + Integer.toUnsignedString(message.seq()) + " ack "
                    + Integer.toUnsignedString(message.ack()) + "  " + way() + verdict() + "  "
                    + CnText.message(message.idx(), message.val(), message.flags(), message.data()));
        }
        if (tapped.answer() != null) {
            lines.add("answer to " + Integer.toUnsignedString(tapped.seq()) + "  " + way() + verdict() + "  "
                    + tapped.answer());
        } else if (lines.isEmpty()) {
            lines.add("no message  " + way() + verdict());
        }
        return lines;
    }

    private String way() {
        String destination;
        if (tapped.isToConnector()) {
            destination = "platform";
        } else if (tapped.group() != 0 && tapped.to() == 0) {
            destination = "group " + Integer.toUnsignedString(tapped.group())
                    + (tapped.busSequence() == 0 ? "" : " #" + Long.toUnsignedString(tapped.busSequence()));
        } else {
            destination = tapped.to() == 0 ? "nobody" : port(tapped.to());
        }
        return port(tapped.from()) + " > " + destination;
    }

    private static String port(int number) {
        return number == 0 ? "platform" : "port " + Integer.toUnsignedString(number);
    }

    private String verdict() {
        List<String> parts = new ArrayList<>();
        if (tapped.errno() != 0) {
            parts.add(NetlinkErrno.name(tapped.errno()));
        }
        if (tapped.isQueued()) {
            parts.add("queued");
        }
        if (tapped.group() != 0 && tapped.to() == 0 && !tapped.isToConnector() && tapped.took() > 0) {
            parts.add(tapped.took() == 1 ? "1 port" : Integer.toUnsignedString(tapped.took()) + " ports");
        }
        if (tapped.dropped() != 0) {
            parts.add(Integer.toUnsignedString(tapped.dropped()) + " full");
        }
        return parts.isEmpty() ? "" : "  [" + String.join(", ", parts) + "]";
    }

    /** {@return objects} */
    List<Json> objects() {
        List<Json> objects = new ArrayList<>();
        for (CnMessage message : tapped.messages()) {
            Json object = begin().putUnsigned("idx", message.idx()).putUnsigned("val", message.val())
                    .putUnsigned("seq", message.seq()).putUnsigned("ack", message.ack());
            MessageJson.put(message, way(object));
            objects.add(object);
        }
        if (tapped.answer() != null) {
            objects.add(way(begin().putUnsigned("answer_to", tapped.seq()))
                    .put("answer", NetlinkErrno.name(tapped.answer().errno())).put("text", tapped.answer().text()));
        } else if (objects.isEmpty()) {
            objects.add(way(begin()));
        }
        return objects;
    }

    private Json begin() {
        return new Json().put("time", tapped.time().toString());
    }

    private Json way(Json object) {
        object.putUnsigned("port", tapped.from()).put("to", tapped.isToConnector() ? "platform"
                : tapped.group() != 0 && tapped.to() == 0 ? "group" : tapped.to() == 0 ? "nobody" : "port");
        if (tapped.to() != 0) {
            object.putUnsigned("to_port", tapped.to());
        }
        if (tapped.group() != 0) {
            object.putUnsigned("group", tapped.group());
        }
        if (tapped.busSequence() != 0) {
            object.putUnsigned("sequence", tapped.busSequence());
        }
        object.put("verdict", NetlinkErrno.name(tapped.errno())).putUnsigned("took", tapped.took())
                .putUnsigned("dropped", tapped.dropped());
        return tapped.isQueued() ? object.put("queued", 1) : object;
    }
}
