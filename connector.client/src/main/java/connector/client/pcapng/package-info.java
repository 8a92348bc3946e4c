// SPDX-License-Identifier: Apache-2.0
/**
 * Captures of netlink frames, as Wireshark and its kin read and write them: pcapng files of link type
 * {@code LINKTYPE_NETLINK} (253), times in nanoseconds.
 *
 * <p>A file is one section: a section header, an interface description, an enhanced packet for each frame, and at the
 * end interface statistics. What is written is in the machine's byte order, like the frames in it; what is read may
 * be in either, may have several sections and interfaces, and blocks and options that are not known here, which are
 * skipped, as the format asks. Whatever a file claims, no more memory is taken for it than one packet has.
 *
 * <p>A packet is the 16-byte cooked header that Linux' {@code nlmon} puts ahead of netlink frames, big-endian, and then
 * one or more frames, each padded to 4:
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  | packet type: 6 to user space  | ARPHRD_NETLINK: 824           |  0
 *  +-------------------------------+-------------------------------+
 *  | address length: 0             |                               |  4
 *  +-------------------------------+      address: 0               +
 *  |                                                               |  8
 *  +                               +-------------------------------+
 *  |                               | family: NETLINK_CONNECTOR, 11 |  12
 *  +-------------------------------+-------------------------------+
 *  |                    nlmsghdr ...                               |  16
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * Where the group of a message is known, a FROM frame with it ({@link connector.api.wire.GateControl}) comes ahead of
 * it in the same packet. How many messages were lost ahead of a packet stands in its {@code epb_dropcount}.
 */
package connector.client.pcapng;
