// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;

/**
 * A port's options by their numbers, as setsockopt(2) and getsockopt(2) have them: for the gate's frames and for the
 * sockets of the family alike. Any thread may call.
 */
public final class PortOptions {

    /** LIST_MEMBERSHIPS is a bitmap of the groups up to this one; {@link GateControl#CN_LIST_GROUPS} has all. */
    public static final int LAST_GROUP_OF_BITMAP = 1024;

    private static final long MAX_INT = 0x7fff_ffffL;

    private final Port port;
    // Kept to be told again: answers are capped, and say what was wrong, whatever these are.
    private volatile boolean capAck;
    private volatile boolean extAck;

    /**
     * Makes the options of a port.
     *
     * @param port whose
     */
    public PortOptions(Port port) {
        this.port = port;
    }

    /** {@return whether NETLINK_PKTINFO is on} */
    public boolean isPktinfo() {
        return port.isPktinfo();
    }

    /**
     * Sets an option.
     *
     * @param level SOL_NETLINK or SOL_SOCKET
     * @param option its number
     * @param value its bytes, from position to limit, native order
     * @return 0; ENOPROTOOPT for an unknown one; EINVAL if the value is too short or none of the option's; and what the
     *         port says
     */
    public int set(int level, int option, ByteBuffer value) {
        if (value.remaining() < Integer.BYTES) {
            return isSettable(level, option) ? NetlinkErrno.EINVAL : NetlinkErrno.ENOPROTOOPT;
        }
        int number = value.getInt(value.position());
        if (level == GateControl.SOL_SOCKET) {
            if (option != GateControl.SO_RCVBUF) {
                return NetlinkErrno.ENOPROTOOPT;
            }
            // Linux doubles what is asked for, to make up for what it accounts beside the bytes.
            port.receiveBufferBytes(2L * Math.max(0, number));
            return 0;
        }
        return level == GateControl.SOL_NETLINK ? set(option, number) : NetlinkErrno.ENOPROTOOPT;
    }

    private int set(int option, int number) {
        switch (option) {
            case GateControl.NETLINK_ADD_MEMBERSHIP -> {
                return port.addMembership(number);
            }
            case GateControl.NETLINK_DROP_MEMBERSHIP -> {
                return port.dropMembership(number);
            }
            case GateControl.NETLINK_PKTINFO -> port.pktinfo(number != 0);
            case GateControl.NETLINK_BROADCAST_ERROR -> port.broadcastError(number != 0);
            case GateControl.NETLINK_NO_ENOBUFS -> port.noEnobufs(number != 0);
            case GateControl.CN_TAP -> {
                return port.tap(number != 0);
            }
            case GateControl.NETLINK_CAP_ACK -> capAck = number != 0;
            case GateControl.NETLINK_EXT_ACK -> extAck = number != 0;
            default -> {
                return NetlinkErrno.ENOPROTOOPT;
            }
        }
        return 0;
    }

    private static boolean isSettable(int level, int option) {
        return level == GateControl.SOL_SOCKET
                ? option == GateControl.SO_RCVBUF
                : level == GateControl.SOL_NETLINK && (option == GateControl.CN_TAP
                        || option == GateControl.NETLINK_CAP_ACK || option == GateControl.NETLINK_EXT_ACK
                        || (option >= GateControl.NETLINK_ADD_MEMBERSHIP
                                && option <= GateControl.NETLINK_NO_ENOBUFS));
    }

    /**
     * Gets an option.
     *
     * @param level SOL_NETLINK or SOL_SOCKET
     * @param option its number
     * @return its bytes in native order, or null for an unknown one
     */
    public byte[] get(int level, int option) {
        if (level == GateControl.SOL_SOCKET && option == GateControl.SO_RCVBUF) {
            return number((int) Math.min(port.receiveBufferBytes(), MAX_INT));
        }
        if (level != GateControl.SOL_NETLINK) {
            return null;
        }
        return switch (option) {
            case GateControl.NETLINK_PKTINFO -> number(port.isPktinfo() ? 1 : 0);
            case GateControl.NETLINK_BROADCAST_ERROR -> number(port.isBroadcastError() ? 1 : 0);
            case GateControl.NETLINK_NO_ENOBUFS -> number(port.isNoEnobufs() ? 1 : 0);
            case GateControl.NETLINK_CAP_ACK -> number(capAck ? 1 : 0);
            case GateControl.NETLINK_EXT_ACK -> number(extAck ? 1 : 0);
            case GateControl.NETLINK_LIST_MEMBERSHIPS -> bitmap();
            case GateControl.CN_LIST_GROUPS -> list();
            case GateControl.CN_TAP -> number(port.isTap() ? 1 : 0);
            default -> null;
        };
    }

    /** {@return how many bytes {@link GateControl#CN_LIST_GROUPS} has, without making them} */
    public long listLength() {
        return (long) port.membershipCount() * Integer.BYTES;
    }

    private static byte[] number(int value) {
        byte[] bytes = new byte[Integer.BYTES];
        NlMsgHdr.buffer(bytes).putInt(value);
        return bytes;
    }

    private byte[] bitmap() {
        int words = 1;
        int[] map = new int[LAST_GROUP_OF_BITMAP / Integer.SIZE];
        for (int group : port.memberships(LAST_GROUP_OF_BITMAP)) {
            int word = (group - 1) / Integer.SIZE;
            map[word] |= 1 << (group - 1);
            words = Math.max(words, word + 1);
        }
        byte[] bytes = new byte[words * Integer.BYTES];
        NlMsgHdr.buffer(bytes).asIntBuffer().put(map, 0, words);
        return bytes;
    }

    private byte[] list() {
        int[] groups = port.memberships();
        byte[] bytes = new byte[groups.length * Integer.BYTES];
        NlMsgHdr.buffer(bytes).asIntBuffer().put(groups);
        return bytes;
    }
}
