// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.ProcEvent;
import connector.client.CnMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Decodes the host's process events. */
final class ProcEventText {

    private static final int COMM_LENGTH = 16;

    private final ByteBuffer data;
    private final int length;

    private ProcEventText(byte[] data) {
        // Older kernels send less than 40 bytes: what is missing reads as 0.
        length = Math.max(data.length, ProcEvent.ATTRIBUTES);
        this.data = NlMsgHdr.buffer(length).put(0, data);
    }

    /** {@return the decoder, or null if the message is no process event} */
    static ProcEventText of(CnMessage message) {
        return message.idx() == ProcEvent.CN_PROC && message.val() == ProcEvent.CN_PROC
                && message.data().length >= ProcEvent.EVENT_DATA + 4 ? new ProcEventText(message.data()) : null;
    }

    private long word(int number) {
        return Integer.toUnsignedLong(data.getInt(ProcEvent.EVENT_DATA + 4 * number));
    }

    private int what() {
        return data.getInt(ProcEvent.WHAT);
    }

    private String name() {
        return NlAttr.string(data, ProcEvent.ATTRIBUTES, length, ProcEvent.ATTR_NAME);
    }

    private long lost() {
        return NlAttr.number(data, ProcEvent.ATTRIBUTES, length, ProcEvent.ATTR_LOST, 0);
    }

    private String comm() {
        byte[] comm = new byte[COMM_LENGTH];
        data.get(ProcEvent.EVENT_DATA + 8, comm);
        int end = 0;
        while (end < comm.length && comm[end] != 0) {
            end++;
        }
        return new String(comm, 0, end, StandardCharsets.UTF_8);
    }

    /** {@return one line, as {@code exec  pid 4711 (bash)}} */
    String line() {
        String details = switch (what()) {
            case ProcEvent.PROC_EVENT_NONE -> "error " + word(0);
            case ProcEvent.PROC_EVENT_FORK -> process(3, 2) + "  parent " + word(1);
            case ProcEvent.PROC_EVENT_UID -> process(1, 0) + "  uid " + word(2) + "  euid " + word(3);
            case ProcEvent.PROC_EVENT_GID -> process(1, 0) + "  gid " + word(2) + "  egid " + word(3);
            case ProcEvent.PROC_EVENT_PTRACE -> process(1, 0)
                    + (word(3) == 0 ? "  detached" : "  tracer " + word(3));
            case ProcEvent.PROC_EVENT_COMM -> process(1, 0) + "  comm " + comm();
            case ProcEvent.PROC_EVENT_COREDUMP -> process(1, 0) + "  parent " + word(3);
            case ProcEvent.PROC_EVENT_EXIT -> process(1, 0) + "  " + ending() + "  parent " + word(5);
            default -> process(1, 0);
        };
        String before = lost() == 0 ? "" : "(" + Long.toUnsignedString(lost()) + " events lost) ";
        return before + String.format("%-8s %s", ProcEvent.whatName(what()), details)
                + (name() == null || what() == ProcEvent.PROC_EVENT_COMM ? "" : "  " + name());
    }

    /** In the kernel's words a pid is a thread; it is told where it is not the process' first. */
    private String process(int tgid, int pid) {
        return "pid " + word(tgid) + (word(tgid) == word(pid) ? "" : " thread " + word(pid));
    }

    /** The status is that of wait(2): the low seven bits are a signal, the next eight the exit code. */
    private String ending() {
        long status = word(2);
        long signal = status & 0x7f;
        return signal == 0 ? "code " + (status >> 8 & 0xff) : "signal " + signal;
    }

    void json(Json json) {
        json.put("event", ProcEvent.whatName(what()))
                .putUnsigned("cpu", data.getInt(ProcEvent.CPU))
                .putUnsigned("timestamp_ns", data.getLong(ProcEvent.TIMESTAMP_NS));
        switch (what()) {
            case ProcEvent.PROC_EVENT_NONE -> json.put("err", word(0));
            case ProcEvent.PROC_EVENT_FORK -> json.put("parent_pid", word(0)).put("parent_tgid", word(1))
                    .put("pid", word(2)).put("tgid", word(3));
            case ProcEvent.PROC_EVENT_UID -> pid(json).put("ruid", word(2)).put("euid", word(3));
            case ProcEvent.PROC_EVENT_GID -> pid(json).put("rgid", word(2)).put("egid", word(3));
            case ProcEvent.PROC_EVENT_PTRACE -> pid(json).put("tracer_pid", word(2)).put("tracer_tgid", word(3));
            case ProcEvent.PROC_EVENT_COMM -> pid(json).put("comm", comm());
            case ProcEvent.PROC_EVENT_COREDUMP -> pid(json).put("parent_pid", word(2)).put("parent_tgid", word(3));
            case ProcEvent.PROC_EVENT_EXIT -> pid(json).put("exit_code", word(2)).put("exit_signal", word(3))
                    .put("parent_pid", word(4)).put("parent_tgid", word(5));
            default -> pid(json);
        }
        json.put("name", name());
        if (lost() != 0) {
            json.putUnsigned("lost", lost());
        }
    }

    private Json pid(Json json) {
        return json.put("pid", word(0)).put("tgid", word(1));
    }
}
