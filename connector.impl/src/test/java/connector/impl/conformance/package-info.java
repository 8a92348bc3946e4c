// SPDX-License-Identifier: Apache-2.0
/**
 * The bus beside what it promises: which test shows which clause, and what is compared with the host's own netlink.
 *
 * <h2>Sockets, as netlink does them</h2>
 * <ul>
 * <li>Ports, chosen, asked for, in use, given back; bind masks; memberships by ADD, DROP and LIST, any u32 a group:
 *     {@code netlink.NetlinkTest}, {@code family.NetlinkSocketTest}, {@code gate.GateTest}; beside the host's:
 *     {@code family.HostNetlinkTest}.
 * <li>Between two processes, to a port and to a group, under policy: {@code gate.GateTest},
 *     {@code policy.RulePolicyTest}, {@code gate.OtherUserTest}.
 * <li>PKTINFO, MSG_TRUNC, MSG_PEEK, SO_RCVBUF in bytes, BROADCAST_ERROR, NO_ENOBUFS, CAP_ACK, EXT_ACK, getsockname,
 *     getpeername: {@code family.HostNetlinkTest}, {@code family.NetlinkSocketTest},
 *     {@code netlink.ReceiveQueueTest}.
 * <li>The original's example, call by call: {@code family.SeedExampleTest}.
 * <li>The seqpacket gate: {@code gate.SeqPacketGateTest}.
 * </ul>
 *
 * <h2>Who may do what</h2>
 * <ul>
 * <li>The rules, an id, a group and a port each, their order and their defaults: {@code policy.RulePolicyTest}; a bad
 *     one is refused by name: there and {@code component.SettingsTest}.
 * <li>Another user's process, in a process of his own: {@code gate.OtherUserTest}. Identity that cannot be forged:
 *     {@code gate.BadInputTest}, {@code family.HostNetlinkTest}.
 * <li>Refusals are answered EPERM, and counted: {@code gate.OtherUserTest}, {@code netlink.NetlinkTest}.
 * <li>Limits of a client and of a user: ports, memberships, subscriptions, queued bytes, messages a second:
 *     {@code gate.GateLimitsTest}, {@code gate.RateTest}, {@code notify.NotificationsTest}.
 * </ul>
 *
 * <h2>Proof</h2>
 * <ul>
 * <li>Every frame, byte by byte: {@code connector.api.wire.LayoutTest}; what is answered to what, byte by byte, at a
 *     gate: {@code gate.GoldenDialogueTest}; the loss record and PKTINFO inside: {@code netlink.FrameTest},
 *     {@code family.NetlinkSocketTest}.
 * <li>Beside the host's netlink: NETLINK_USERSOCK, call by call, with a row for each deliberate difference:
 *     {@code family.HostNetlinkTest}; NETLINK_ROUTE, which answers, frame by frame:
 *     {@link connector.impl.conformance.RouteNetlinkTest}.
 * <li>Any bytes at all, led by coverage: {@code connector.api.wire.WireFuzzTest}, {@code gate.GateFuzzTest}; their
 *     inputs are beside them.
 * <li>The matcher with its ranges, the account of queues and of loss, seq and ack around 2^32:
 *     {@code notify.MatcherTest}, {@code netlink.ReceiveQueueTest}, {@code netlink.LossAccountTest},
 *     {@code bus.MailboxTest}, {@code session.SessionTest}, {@code connector.api.ReplyConventionTest}.
 * <li>Clients killed at every byte of every kind of frame: {@code gate.KilledClientTest}. Garbage, false lengths,
 *     silence: {@code gate.BadInputTest}.
 * <li>Ten thousand registrations: {@code bus.RegistryTest}. A thousand clients, a hundred of whom never read:
 *     {@code gate.CrowdTest}.
 * </ul>
 */
package connector.impl.conformance;
