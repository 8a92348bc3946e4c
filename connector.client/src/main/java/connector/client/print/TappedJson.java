// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import connector.api.wire.NetlinkErrno;
import connector.client.CnMessage;
import connector.client.CnTapped;
import java.util.ArrayList;
import java.util.List;

/** What a tap saw, as objects for programs: one for each message of the frame. */
final class TappedJson {

    private final CnTapped tapped;

    TappedJson(CnTapped tapped) {
        this.tapped = tapped;
    }

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
        object.putUnsigned("port", tapped.from()).put("to", destination());
        if (tapped.to() != 0) {
            object.putUnsigned("to_port", tapped.to());
        }
        if (tapped.group() != 0) {
            object.putUnsigned("group", tapped.group());
        }
        if (tapped.busSequence() != 0) {
            object.putUnsigned("sequence", tapped.busSequence());
        }
        object.put("verdict", NetlinkErrno.name(tapped.errno())).put("why", tapped.text())
                .putUnsigned("took", tapped.took()).putUnsigned("dropped", tapped.dropped());
        if (tapped.isQueued()) {
            object.put("queued", 1);
        }
        return tapped.isDroppedLate() ? object.put("late", 1) : object;
    }

    private String destination() {
        if (tapped.isDroppedByGate()) {
            return "gate";
        }
        if (tapped.isToConnector()) {
            return "platform";
        }
        return tapped.to() != 0 ? "port" : tapped.group() != 0 ? "group" : "nobody";
    }
}
