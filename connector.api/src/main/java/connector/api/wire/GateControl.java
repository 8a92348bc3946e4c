// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;

/**
 * The gate's control frames: what a process says to its netlink socket by system calls is said here in frames.
 *
 * <pre>
 *   TO      0xFF00 client to gate   port u32, group u32
 *   FROM    0xFF01 gate to client   port u32, group u32, bus sequence u64
 *   BIND    0xFF02 client to gate   port u32, groups u32 (mask of groups 1 to 32)
 *   SETSOCKOPT  0xFF03              level u32, optname u32, value (commonly u32)
 *   GETSOCKOPT  0xFF04              level u32, optname u32
 *   GETSOCKNAME 0xFF05              nothing
 *   TAP     0xFF06 gate to client   {@link CnTap}
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                 nlmsghdr: len, type, flags, seq, 0            |
 *  +---------------------------------------------------------------+
 *  |            port             or              level             |  16
 *  +---------------------------------------------------------------+
 *  |       group or groups       or             optname            |  20
 *  +---------------------------------------------------------------+
 *  |       bus sequence (FROM)   or        value (SETSOCKOPT)      |  24
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <dl>
 * <dt>{@code TO}</dt>
 * <dd>The destination of the next message frame, and of that one alone; without it a message goes to the platform, port
 * 0 and group 0. Not answered, unless {@code NLM_F_ACK} is set.</dd>
 * <dt>{@code FROM}</dt>
 * <dd>Comes ahead of each message when {@code NETLINK_PKTINFO} is on: where the next frame came from, which group it
 * was sent to (0: to this port), and its number in that group.</dd>
 * <dt>{@code BIND}</dt>
 * <dd>Port 0: one is chosen. The mask replaces memberships of the groups 1 to 32.</dd>
 * <dt>{@code SETSOCKOPT}</dt>
 * <dd>{@link #SOL_NETLINK} with the netlink options below, and {@link #SOL_SOCKET} with {@link #SO_RCVBUF}.</dd>
 * <dt>{@code GETSOCKOPT}, {@code GETSOCKNAME}</dt>
 * <dd>The value is in the answer's {@link NlMsgErr#NLMSGERR_ATTR_COOKIE}: of {@code GETSOCKNAME} port u32 and groups
 * u32.</dd>
 * <dt>{@code TAP}</dt>
 * <dd>Comes ahead of each frame that passed on the bus, when {@link #CN_TAP} is on, and says what became of it:
 * {@link CnTap}. The frame after it is not for this socket: an {@code NLMSG_ERROR} there answers another.</dd>
 * </dl>
 *
 * All but {@code TO}, {@code FROM} and {@code TAP} are answered by an {@link NlMsgHdr#NLMSG_ERROR}, 0 for success, in
 * the order in which they were sent.
 *
 * <p>Offsets are from the beginning of the frame.
 */
public final class GateControl {

    /** The least control type; the greatest is 0xFFFF. */
    public static final int FIRST = 0xFF00;

    /** Type: destination of the next message. */
    public static final int TO = 0xFF00;
    /** Type: source of the next message. */
    public static final int FROM = 0xFF01;
    /** Type: bind. */
    public static final int BIND = 0xFF02;
    /** Type: setsockopt. */
    public static final int SETSOCKOPT = 0xFF03;
    /** Type: getsockopt. */
    public static final int GETSOCKOPT = 0xFF04;
    /** Type: getsockname. */
    public static final int GETSOCKNAME = 0xFF05;
    /** Type: what became of the next frame, which passed on the bus. */
    public static final int TAP = 0xFF06;

    /** Offset of the port in TO, FROM and BIND, u32. */
    public static final int PORT = 16;
    /** Offset of the group in TO and FROM, u32, and of the mask of groups in BIND. */
    public static final int GROUP = 20;
    /** Offset of the bus sequence in FROM, u64. */
    public static final int BUS_SEQUENCE = 24;
    /** Offset of the level in SETSOCKOPT and GETSOCKOPT, u32. */
    public static final int LEVEL = 16;
    /** Offset of the option's name in SETSOCKOPT and GETSOCKOPT, u32. */
    public static final int OPTNAME = 20;
    /** Offset of the value in SETSOCKOPT. */
    public static final int VALUE = 24;

    /** Length of TO, BIND and GETSOCKOPT in bytes. */
    public static final int PAIR_LENGTH = 24;
    /** Length of FROM in bytes. */
    public static final int FROM_LENGTH = 32;
    /** The longest control frame, in bytes. */
    public static final int MAX_LENGTH = 256;

    /** Level: the socket's. */
    public static final int SOL_SOCKET = 1;
    /** Level: netlink's. */
    public static final int SOL_NETLINK = 270;
    /** {@link #SOL_SOCKET}: the receive queue's bound in bytes, u32. */
    public static final int SO_RCVBUF = 8;
    /** {@link #SOL_NETLINK}: join a group, u32 (any but 0). */
    public static final int NETLINK_ADD_MEMBERSHIP = 1;
    /** {@link #SOL_NETLINK}: leave a group, u32. */
    public static final int NETLINK_DROP_MEMBERSHIP = 2;
    /** {@link #SOL_NETLINK}: FROM frames, u32, 0 or 1. */
    public static final int NETLINK_PKTINFO = 3;
    /** {@link #SOL_NETLINK}: who sends to a group is told when this port's queue was full, u32, 0 or 1. */
    public static final int NETLINK_BROADCAST_ERROR = 4;
    /** {@link #SOL_NETLINK}: no overrun reports, and no waiting for the queue to be emptied, u32, 0 or 1. */
    public static final int NETLINK_NO_ENOBUFS = 5;
    /** {@link #SOL_NETLINK}: the groups joined up to 1024, as a bitmap: bit n - 1 of the u32 array is group n. */
    public static final int NETLINK_LIST_MEMBERSHIPS = 9;
    /** Option: accepted, as answers never repeat more than the header of what they answer. */
    public static final int NETLINK_CAP_ACK = 10;
    /** Option: accepted, as answers always say what was wrong. */
    public static final int NETLINK_EXT_ACK = 11;
    /** {@link #SOL_NETLINK}, of this product: the groups joined, u32 each, also those that no bitmap should hold. */
    public static final int CN_LIST_GROUPS = 0x100;
    /**
     * {@link #SOL_NETLINK}, of this product: to be told of all that passes on the bus, u32, 0 or 1; {@code EPERM} for
     * whom the policy does not let monitor. What nlmon is to a host's netlink. See {@link CnTap}.
     */
    public static final int CN_TAP = 0x101;

    private GateControl() {
    }

    /**
     * {@return whether it is a control frame's, assigned or not}
     *
     * @param type of a frame
     */
    public static boolean isControl(int type) {
        return type >= FIRST;
    }

    /**
     * Writes a TO or BIND frame at the buffer's position.
     *
     * @param frame in native order, with {@value #PAIR_LENGTH} bytes remaining
     * @param type {@link #TO} or {@link #BIND}
     * @param seq to be repeated by the answer
     * @param port port id
     * @param group group, or mask of groups
     */
    public static void putPair(ByteBuffer frame, int type, int seq, int port, int group) {
        NlMsgHdr.put(frame, PAIR_LENGTH, type, NlMsgHdr.NLM_F_REQUEST, seq, 0);
        frame.putInt(port).putInt(group);
    }

    /**
     * Writes a FROM frame at the buffer's position.
     *
     * @param frame in native order, with {@value #FROM_LENGTH} bytes remaining
     * @param port of the sender, 0 for the platform
     * @param group it was sent to, 0 for none
     * @param busSequence its number in that group
     */
    public static void putFrom(ByteBuffer frame, int port, int group, long busSequence) {
        NlMsgHdr.put(frame, FROM_LENGTH, FROM, 0, 0, 0);
        frame.putInt(port).putInt(group).putLong(busSequence);
    }

    /**
     * Writes a SETSOCKOPT frame with a value of 32 bits at the buffer's position.
     *
     * @param frame in native order, with 28 bytes remaining
     * @param seq to be repeated by the answer
     * @param level {@link #SOL_SOCKET} or {@link #SOL_NETLINK}
     * @param optname the option
     * @param value its value
     */
    public static void putSetSockOpt(ByteBuffer frame, int seq, int level, int optname, int value) {
        NlMsgHdr.put(frame, VALUE + 4, SETSOCKOPT, NlMsgHdr.NLM_F_REQUEST, seq, 0);
        frame.putInt(level).putInt(optname).putInt(value);
    }
}
