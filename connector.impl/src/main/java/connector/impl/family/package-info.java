// SPDX-License-Identifier: Apache-2.0
/**
 * The connector as a family of kernel sockets: (AF_NETLINK, NETLINK_CONNECTOR) inside the platform is this bus.
 *
 * <pre>{@code
 * KernelSocket s = sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
 * s.bind(SockAddr.netlink(0, 0));
 * s.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 12345);
 * s.send(frame, 0, frame.length, 0);
 * s.recv(buffer, 0, buffer.length, 0);
 * }</pre>
 *
 * <p>{@link connector.impl.family.NetlinkSocket} is a socket's face over a {@link connector.impl.netlink.Port}: it
 * translates addresses, flags and options, and answers at once; waiting, callbacks and closing are ksock's. What
 * differs from a netlink socket of the host:
 *
 * <ul>
 * <li>any u32 is a group; a socket address can name only those from 1 to 32, the rest by ADD_MEMBERSHIP;</li>
 * <li>{@code nlmsg_pid} is overwritten with the sender's port id, so that who reads it may believe it;</li>
 * <li>NLM_F_ACK and NLM_F_ECHO are honoured;</li>
 * <li>what else was lost in an overrun, which the gate tells, is passed over: recv gives the kernel's one ENOBUFS.</li>
 * </ul>
 */
package connector.impl.family;
