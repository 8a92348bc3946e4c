// SPDX-License-Identifier: Apache-2.0
package ksock.api;

/**
 * The names of {@code <linux/netlink.h>} and {@code <linux/connector.h>}: protocols, options, message types and flags.
 *
 * <p>The seed prints {@code NETLINK_DROP_MEMBERSHIP} as 0; it always was 2.
 */
public final class LinuxNetlink {

    /** Links, addresses, routes. */
    public static final int NETLINK_ROUTE = 0;

    /** Between processes. */
    public static final int NETLINK_USERSOCK = 2;

    /** The host's sockets. */
    public static final int NETLINK_SOCK_DIAG = 4;

    /** IPsec. */
    public static final int NETLINK_XFRM = 6;

    /** Events of SELinux. */
    public static final int NETLINK_SELINUX = 7;

    /** Auditing. */
    public static final int NETLINK_AUDIT = 9;

    /** Looks a route up. */
    public static final int NETLINK_FIB_LOOKUP = 10;

    /** The connector. */
    public static final int NETLINK_CONNECTOR = 11;

    /** Netfilter. */
    public static final int NETLINK_NETFILTER = 12;

    /** Device events. */
    public static final int NETLINK_KOBJECT_UEVENT = 15;

    /** Generic netlink. */
    public static final int NETLINK_GENERIC = 16;

    /** InfiniBand. */
    public static final int NETLINK_RDMA = 20;

    /** The kernel's cryptography. */
    public static final int NETLINK_CRYPTO = 21;

    /** An int, a group number; joins. */
    public static final int NETLINK_ADD_MEMBERSHIP = 1;

    /** An int, a group number; leaves. */
    public static final int NETLINK_DROP_MEMBERSHIP = 2;

    /** An int: messages carry struct nl_pktinfo, the group. */
    public static final int NETLINK_PKTINFO = 3;

    /** An int: a full receiver fails the sender's multicast. */
    public static final int NETLINK_BROADCAST_ERROR = 4;

    /** An int: an overrun is not reported. */
    public static final int NETLINK_NO_ENOBUFS = 5;

    /** An int: messages of other network namespaces too. */
    public static final int NETLINK_LISTEN_ALL_NSID = 8;

    /** Unsigned ints, a bitmap of the groups joined, read only. */
    public static final int NETLINK_LIST_MEMBERSHIPS = 9;

    /** An int: an acknowledgement does not repeat the request. */
    public static final int NETLINK_CAP_ACK = 10;

    /** An int: an acknowledgement carries text and offset. */
    public static final int NETLINK_EXT_ACK = 11;

    /** An int: strict checking of dump requests. */
    public static final int NETLINK_GET_STRICT_CHK = 12;

    /** Ignored. */
    public static final int NLMSG_NOOP = 1;

    /** An error, or an acknowledgement where it is 0. */
    public static final int NLMSG_ERROR = 2;

    /** The end of a dump, and every connector message. */
    public static final int NLMSG_DONE = 3;

    /** Data was lost. */
    public static final int NLMSG_OVERRUN = 4;

    /** The first type that is a protocol's own. */
    public static final int NLMSG_MIN_TYPE = 16;

    /** A request. */
    public static final int NLM_F_REQUEST = 0x1;

    /** More messages follow, until NLMSG_DONE. */
    public static final int NLM_F_MULTI = 0x2;

    /** Asks for an answer. */
    public static final int NLM_F_ACK = 0x4;

    /** Asks for a copy. */
    public static final int NLM_F_ECHO = 0x8;

    /** What is dumped changed meanwhile. */
    public static final int NLM_F_DUMP_INTR = 0x10;

    /** The dump was filtered as asked. */
    public static final int NLM_F_DUMP_FILTERED = 0x20;

    /** Asks for the whole table. */
    public static final int NLM_F_ROOT = 0x100;

    /** Asks for all that match. */
    public static final int NLM_F_MATCH = 0x200;

    /** Asks for one moment of the table. */
    public static final int NLM_F_ATOMIC = 0x400;

    /** Asks for all: {@link #NLM_F_ROOT} and {@link #NLM_F_MATCH}. */
    public static final int NLM_F_DUMP = 0x300;

    /** Replaces what is there. */
    public static final int NLM_F_REPLACE = 0x100;

    /** Fails if it is there. */
    public static final int NLM_F_EXCL = 0x200;

    /** Creates what is not there. */
    public static final int NLM_F_CREATE = 0x400;

    /** Adds to the end of a list. */
    public static final int NLM_F_APPEND = 0x800;

    /** An acknowledgement does not repeat the request. */
    public static final int NLM_F_CAPPED = 0x100;

    /** An acknowledgement carries attributes. */
    public static final int NLM_F_ACK_TLVS = 0x200;

    /** Process events. */
    public static final int CN_IDX_PROC = 1;

    /** Process events. */
    public static final int CN_VAL_PROC = 1;

    /** The highest idx that the kernel knows. */
    public static final int CN_NETLINK_USERS = 11;

    private LinuxNetlink() {
    }
}
