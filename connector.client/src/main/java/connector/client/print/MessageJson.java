// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import connector.api.wire.CnText;
import connector.api.wire.ProcEvent;
import connector.api.wire.ProcEventReader;
import connector.client.CnMessage;
import java.util.HexFormat;

/** What a message says, as fields of an object: its data, and of the host's process events the kernel's names. */
final class MessageJson {

    private final ProcEventReader event;
    private final Json json;

    private MessageJson(ProcEventReader event, Json json) {
        this.event = event;
        this.json = json;
    }

    static void put(CnMessage message, Json json) {
        byte[] data = message.data();
        json.put("len", data.length).put("data", HexFormat.of().formatHex(data));
        ProcEventReader event = ProcEventReader.of(message.idx(), message.val(), data);
        if (event != null) {
            new MessageJson(event, json).put();
        } else {
            json.put("text", CnText.text(data));
        }
    }

    private long word(int number) {
        return event.word(number);
    }

    private void put() {
        json.put("event", ProcEvent.whatName(event.what()))
                .putUnsigned("cpu", event.cpu())
                .putUnsigned("timestamp_ns", event.timestampNs());
        switch (event.what()) {
            case ProcEvent.PROC_EVENT_NONE -> json.put("err", word(0));
            case ProcEvent.PROC_EVENT_FORK -> json.put("parent_pid", word(0)).put("parent_tgid", word(1))
                    .put("pid", word(2)).put("tgid", word(3));
            case ProcEvent.PROC_EVENT_UID -> pid().put("ruid", word(2)).put("euid", word(3));
            case ProcEvent.PROC_EVENT_GID -> pid().put("rgid", word(2)).put("egid", word(3));
            case ProcEvent.PROC_EVENT_PTRACE -> pid().put("tracer_pid", word(2)).put("tracer_tgid", word(3));
            case ProcEvent.PROC_EVENT_COMM -> pid().put("comm", event.comm());
            case ProcEvent.PROC_EVENT_COREDUMP -> pid().put("parent_pid", word(2)).put("parent_tgid", word(3));
            case ProcEvent.PROC_EVENT_EXIT -> pid().put("exit_code", word(2)).put("exit_signal", word(3))
                    .put("parent_pid", word(4)).put("parent_tgid", word(5));
            default -> pid();
        }
        json.put("name", event.name());
        if (event.lost() != 0) {
            json.putUnsigned("lost", event.lost());
        }
    }

    private Json pid() {
        return json.put("pid", word(0)).put("tgid", word(1));
    }
}
