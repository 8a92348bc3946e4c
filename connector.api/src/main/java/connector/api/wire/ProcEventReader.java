// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads a {@link ProcEvent}, whatever kernel it is of: what an older one does not send reads as 0. */
public final class ProcEventReader {

    private static final int COMM = ProcEvent.EVENT_DATA + 8;
    private static final int COMM_LENGTH = 16;

    private final ByteBuffer data;
    private final int length;

    private ProcEventReader(byte[] bytes) {
        length = Math.max(bytes.length, ProcEvent.ATTRIBUTES);
        data = NlMsgHdr.buffer(length).put(0, bytes);
    }

    /**
     * {@return a reader; null if the message is no process event}
     *
     * @param idx of the message's id
     * @param val of the message's id
     * @param data of the message; copied
     */
    public static ProcEventReader of(int idx, int val, byte[] data) {
        return idx == ProcEvent.CN_PROC && val == ProcEvent.CN_PROC && data.length >= ProcEvent.EVENT_DATA + 4
                ? new ProcEventReader(data) : null;
    }

    /** {@return which event: {@link ProcEvent#PROC_EVENT_FORK} and others} */
    public int what() {
        return data.getInt(ProcEvent.WHAT);
    }

    /** {@return the processor it was told by, u32} */
    public int cpu() {
        return data.getInt(ProcEvent.CPU);
    }

    /** {@return when, in nanoseconds since the host started} */
    public long timestampNs() {
        return data.getLong(ProcEvent.TIMESTAMP_NS);
    }

    /**
     * {@return one of the words that the event has by its kind}
     *
     * @param number 0 to 5
     */
    public long word(int number) {
        return Integer.toUnsignedLong(data.getInt(ProcEvent.EVENT_DATA + 4 * number));
    }

    /** {@return the name that a thread gave itself, of {@link ProcEvent#PROC_EVENT_COMM}} */
    public String comm() {
        byte[] comm = new byte[COMM_LENGTH];
        data.get(COMM, comm);
        int end = 0;
        while (end < comm.length && comm[end] != 0) {
            end++;
        }
        return new String(comm, 0, end, StandardCharsets.UTF_8);
    }

    /** {@return the process' name, or null where it could not be found} */
    public String name() {
        return NlAttr.string(data, ProcEvent.ATTRIBUTES, length, ProcEvent.ATTR_NAME);
    }

    /** {@return how many events were lost just before this one} */
    public long lost() {
        return NlAttr.number(data, ProcEvent.ATTRIBUTES, length, ProcEvent.ATTR_LOST, 0);
    }

    /** {@return one line, as {@code exec     pid 4711  bash}} */
    public String line() {
        String details = switch (what()) {
            case ProcEvent.PROC_EVENT_NONE -> "error " + word(0);
            case ProcEvent.PROC_EVENT_FORK -> process(3, 2) + "  parent " + word(1);
            case ProcEvent.PROC_EVENT_UID -> process(1, 0) + "  uid " + word(2) + "  euid " + word(3);
            case ProcEvent.PROC_EVENT_GID -> process(1, 0) + "  gid " + word(2) + "  egid " + word(3);
            case ProcEvent.PROC_EVENT_PTRACE -> process(1, 0)
                    + (word(3) == 0 ? "  detached" : "  tracer " + word(3));
            case ProcEvent.PROC_EVENT_COMM -> process(1, 0) + "  comm " + CnText.visible(comm());
            case ProcEvent.PROC_EVENT_COREDUMP -> process(1, 0) + "  parent " + word(3);
            case ProcEvent.PROC_EVENT_EXIT -> process(1, 0) + "  " + ending() + "  parent " + word(5);
            default -> process(1, 0);
        };
        String before = lost() == 0 ? "" : "(" + Long.toUnsignedString(lost()) + " events lost) ";
        return before + String.format("%-8s %s", ProcEvent.whatName(what()), details)
                + (name() == null || what() == ProcEvent.PROC_EVENT_COMM ? "" : "  " + CnText.visible(name()));
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
}
