// SPDX-License-Identifier: Apache-2.0

/**
 * The host kernel's process events (fork, exec, exit and their kin) on the platform's bus, as its user {1,1}.
 *
 * <pre>
 *   host kernel --netlink--&gt; HostProcessEvents --HostEvent--&gt; EventRelay --netlinkSend--&gt; group 1
 *                                                                   |- ProcessNames, LossDetector, EventMasks
 * </pre>
 *
 * <p>{@link agent.proc.HostProcessEvents} opens the host's own connector through kernel sockets, asks it for process
 * events, and only when it has said yes registers {1,1}. What arrives is parsed, completed with what the kernel leaves
 * out, the name of the process ({@link agent.proc.ProcessNames}) and how many events were lost before this one
 * ({@link agent.proc.LossDetector}), and sent on in the layout of {@link connector.api.wire.ProcEvent}.
 *
 * <p>A client may ask for some kinds of events only ({@link agent.proc.EventMasks}), as from Linux 6.6 on.
 *
 * <p>Everything that touches an event runs in the socket's {@code recv} callback, one at a time, so that parser, names
 * and loss detector need no lock. The names cost a read of {@code /proc} for each exec.
 *
 * <p>Who may listen is the host's decision: CAP_NET_ADMIN, or from Linux 6.6 on any process of the initial pid and user
 * namespace. Refused, the agent says so in one line and stays idle.
 */
package agent.proc;
