// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

/**
 * {@code struct proc_event}: the data of messages from {1,1}, the host kernel's process events.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                             what                              |  0
 *  +---------------------------------------------------------------+
 *  |                              cpu                              |  4
 *  +---------------------------------------------------------------+
 *  |                 timestamp_ns, since the host started          |  8
 *  +                            (64 bits)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |        by what: six words, or a pid, a tgid and comm[16]      |  16
 *  +---------------------------------------------------------------+
 *  |        attributes (NlAttr) of the platform: name, lost        |  40
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <table>
 * <caption>The words from offset 16 on</caption>
 * <tr><th>what</th><th>16</th><th>20</th><th>24</th><th>28</th><th>32</th><th>36</th></tr>
 * <tr><td>NONE</td><td>err</td></tr>
 * <tr><td>FORK</td><td>parent_pid</td><td>parent_tgid</td><td>child_pid</td><td>child_tgid</td></tr>
 * <tr><td>EXEC, SID</td><td>pid</td><td>tgid</td></tr>
 * <tr><td>UID, GID</td><td>pid</td><td>tgid</td><td>real id</td><td>effective id</td></tr>
 * <tr><td>PTRACE</td><td>pid</td><td>tgid</td><td>tracer_pid</td><td>tracer_tgid</td></tr>
 * <tr><td>COMM</td><td>pid</td><td>tgid</td><td colspan="4">comm, 16 bytes</td></tr>
 * <tr><td>COREDUMP</td><td>pid</td><td>tgid</td><td>parent_pid</td><td>parent_tgid</td></tr>
 * <tr><td>EXIT</td><td>pid</td><td>tgid</td><td>exit_code</td><td>exit_signal</td><td>parent_pid</td>
 * <td>parent_tgid</td></tr>
 * </table>
 *
 * In the kernel's words a pid is a thread and a tgid a process. Older kernels send fewer than 40 bytes; the platform
 * fills up with zeros before it adds its attributes. Offsets are from the beginning of the data.
 */
public final class ProcEvent {

    /** Both idx and val of the process events. */
    public static final int CN_PROC = 1;

    /** Offset of {@code what}, u32. */
    public static final int WHAT = 0;
    /** Offset of {@code cpu}, u32. */
    public static final int CPU = 4;
    /** Offset of {@code timestamp_ns}, u64: nanoseconds since the host started. */
    public static final int TIMESTAMP_NS = 8;
    /** Offset of the words that depend on what it is. */
    public static final int EVENT_DATA = 16;
    /** Offset of the attributes; the length of the kernel's structure, in bytes. */
    public static final int ATTRIBUTES = 40;

    /** What: the answer to a listen or ignore request. */
    public static final int PROC_EVENT_NONE = 0;
    /** What: a process or thread was made. */
    public static final int PROC_EVENT_FORK = 0x1;
    /** What: a process runs another program. */
    public static final int PROC_EVENT_EXEC = 0x2;
    /** What: user ids changed. */
    public static final int PROC_EVENT_UID = 0x4;
    /** What: group ids changed. */
    public static final int PROC_EVENT_GID = 0x40;
    /** What: a session was made. */
    public static final int PROC_EVENT_SID = 0x80;
    /** What: a tracer came (or went: tracer 0). */
    public static final int PROC_EVENT_PTRACE = 0x100;
    /** What: a thread named itself. */
    public static final int PROC_EVENT_COMM = 0x200;
    /** What: a core was dumped. */
    public static final int PROC_EVENT_COREDUMP = 0x4000_0000;
    /** What: a process or thread ended. */
    public static final int PROC_EVENT_EXIT = 0x8000_0000;

    /** Attribute: the process' name, a string, where it could still be found. */
    public static final int ATTR_NAME = 1;
    /** Attribute: u64, how many events were lost just before this one. */
    public static final int ATTR_LOST = 2;

    private ProcEvent() {
    }

    /**
     * {@return its name in small letters, or hexadecimal digits for an unknown one}
     *
     * @param what of an event
     */
    public static String whatName(int what) {
        return switch (what) {
            case PROC_EVENT_NONE -> "none";
            case PROC_EVENT_FORK -> "fork";
            case PROC_EVENT_EXEC -> "exec";
            case PROC_EVENT_UID -> "uid";
            case PROC_EVENT_GID -> "gid";
            case PROC_EVENT_SID -> "sid";
            case PROC_EVENT_PTRACE -> "ptrace";
            case PROC_EVENT_COMM -> "comm";
            case PROC_EVENT_COREDUMP -> "coredump";
            case PROC_EVENT_EXIT -> "exit";
            default -> "0x" + Integer.toHexString(what);
        };
    }
}
