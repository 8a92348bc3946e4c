// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import ksock.api.LinuxNetlink;
import ksock.api.SocketOption;
import ksock.api.SysSocket;

/**
 * The options of {@code SOL_NETLINK} with their types; to be used in {@code getsockopt} and {@code setsockopt}.
 */
public final class NetlinkOptions {

    /** Joins a group, by its number; write only. */
    public static final SocketOption<Integer> NETLINK_ADD_MEMBERSHIP =
            SocketOption.ofInt("NETLINK_ADD_MEMBERSHIP", SysSocket.SOL_NETLINK, LinuxNetlink.NETLINK_ADD_MEMBERSHIP);

    /** Leaves a group, by its number; write only. */
    public static final SocketOption<Integer> NETLINK_DROP_MEMBERSHIP =
            SocketOption.ofInt("NETLINK_DROP_MEMBERSHIP", SysSocket.SOL_NETLINK, LinuxNetlink.NETLINK_DROP_MEMBERSHIP);

    /** Messages carry {@link ControlTypes#NETLINK_PKTINFO}. */
    public static final SocketOption<Boolean> NETLINK_PKTINFO =
            SocketOption.ofBoolean("NETLINK_PKTINFO", SysSocket.SOL_NETLINK, LinuxNetlink.NETLINK_PKTINFO);

    /** A full receiver fails the sender's multicast. */
    public static final SocketOption<Boolean> NETLINK_BROADCAST_ERROR =
            SocketOption.ofBoolean("NETLINK_BROADCAST_ERROR", SysSocket.SOL_NETLINK,
                    LinuxNetlink.NETLINK_BROADCAST_ERROR);

    /** An overrun is not reported. */
    public static final SocketOption<Boolean> NETLINK_NO_ENOBUFS =
            SocketOption.ofBoolean("NETLINK_NO_ENOBUFS", SysSocket.SOL_NETLINK, LinuxNetlink.NETLINK_NO_ENOBUFS);

    /** An acknowledgement does not repeat the request. */
    public static final SocketOption<Boolean> NETLINK_CAP_ACK =
            SocketOption.ofBoolean("NETLINK_CAP_ACK", SysSocket.SOL_NETLINK, LinuxNetlink.NETLINK_CAP_ACK);

    /** An acknowledgement carries text and offset. */
    public static final SocketOption<Boolean> NETLINK_EXT_ACK =
            SocketOption.ofBoolean("NETLINK_EXT_ACK", SysSocket.SOL_NETLINK, LinuxNetlink.NETLINK_EXT_ACK);

    /** Dump requests are checked strictly. */
    public static final SocketOption<Boolean> NETLINK_GET_STRICT_CHK =
            SocketOption.ofBoolean("NETLINK_GET_STRICT_CHK", SysSocket.SOL_NETLINK,
                    LinuxNetlink.NETLINK_GET_STRICT_CHK);

    private NetlinkOptions() {
    }
}
