// SPDX-License-Identifier: Apache-2.0

/**
 * The Kernel Connector: a message bus addressed by {@code cb_id {idx, val}} over netlink, where an "in-kernel user" is
 * a bundle, and "userspace" is any other process on the machine.
 *
 * <h2>The two sides</h2>
 * A <em>user</em> has an id. It is a {@link connector.api.CnCallback}, registered as a service (with
 * {@link connector.api.propertytypes.ConnectorUser}) or by {@link connector.api.Connector#addCallback}. It is called
 * with what is sent to its id, and it sends to multicast groups, by default to the one whose number is its idx.
 *
 * <p>A <em>port</em> has a port id, group memberships and a receive queue. Each process at the gate has one, and a
 * bundle opens one by {@link connector.api.Connector#openPort}. It sends to users by their id, and receives what is
 * multicast to its groups, and what is sent to it alone: replies.
 *
 * <pre>
 *                  port.send(id)                          connector.netlinkSend(msg, group)
 *   process/bundle ------------&gt; mailbox of id -&gt; user    user --------------&gt; ports in the group
 *                                                         user --sender.reply(msg)--&gt; one port
 * </pre>
 *
 * <h2>Behaviour, and where it comes from</h2>
 * <ul>
 * <li>Ids, header, groups, ENODEV and ESRCH of a send, EINVAL for a taken id, seq and ack, notification requests: the
 * document that Linux' connector shipped with.
 * <li>Sends to a port, several messages in one datagram, filters: later kernels.
 * <li>The receive queue: netlink's rule. It is full when it holds more bytes than its size; then one ENOBUFS comes
 * ahead of what is queued, and everything is dropped until the queue is empty.
 * <li>Ours: mailboxes with a choice of overflow, stand-by users by service ranking, holdover, the exact loss record,
 * any u32 as a group (Linux stops at 32), notifications that work, bounded and owned.
 * </ul>
 *
 * <h2>Where netlink here differs from Linux'</h2>
 * The same calls give the same results and errnos as on a netlink socket of Linux (a test plays both), but for these:
 *
 * <table>
 * <caption>Differences</caption>
 * <tr><th>what</th><th>Linux</th><th>here, and why</th></tr>
 * <tr><td>groups</td><td>1 to what the protocol asked for, commonly 32; others EINVAL</td><td>any u32 but 0: idx is one
 * and a group has its number</td></tr>
 * <tr><td>{@code nlmsg_pid} of a received frame</td><td>what the sender wrote</td><td>the sender's port id, so that who
 * reads only the header is not deceived</td></tr>
 * <tr><td>NLM_F_ACK to the connector</td><td>ignored</td><td>answered by an NLMSG_ERROR with errno, text and offset:
 * nobody needs to guess</td></tr>
 * </table>
 *
 * <h2>Errors</h2>
 * Sends return 0 or a positive errno of {@code connector.api.wire.NetlinkErrno}. Exceptions are for what a caller did
 * wrong ({@link java.lang.IllegalArgumentException}, which names the value) and for what cannot go on
 * ({@link connector.api.ConnectorException}).
 *
 * <p>{@code null} is a {@link java.lang.NullPointerException}, before anything is done, unless a parameter is said to
 * take it.
 *
 * <h2>Threads</h2>
 * Services, ports and senders may be used by any number of threads at once. Ids, messages, ranges, requests, events and
 * loss records are immutable. What blocks says so: {@link connector.api.Connector#request} and
 * {@link connector.api.Connector#delCallback}, and a send to a user that chose to make its senders wait.
 *
 * <h2>Importing</h2>
 * {@link connector.api.CnCallback} and {@link connector.api.CnReceiver} are implemented by users; everything else is
 * implemented by the connector alone, and may grow in a minor version.
 */
@Export
@Version("1.0.0")
package connector.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

