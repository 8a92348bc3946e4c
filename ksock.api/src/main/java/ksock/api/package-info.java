// SPDX-License-Identifier: Apache-2.0

/**
 * Kernel Sockets: sockets as an OSGi service, with the host's true behaviour.
 *
 * <p>A bundle that uses it imports {@code ksock.api;version="[1.0,2.0)"}; one that implements it,
 * {@code [1.0,1.1)}. It begins with {@link ksock.api.KernelSockets}, the service:
 *
 * <pre>{@code
 * @Component
 * @RequireKernelSockets
 * public class Echo {
 *     @Activate
 *     public Echo(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) KernelSockets sockets) throws IOException {
 *         KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0);
 *         listener.bind(SockAddr.loopback4(7007));
 *         listener.listen(128);
 *         listener.callbacks(SocketCallbacks.builder().newconn(this::accept).build(), null);
 *     }                              // the socket is closed with the component
 *     ...
 * }
 * }</pre>
 *
 * <h2>What it is</h2>
 *
 * The calls of OpenSolaris' Kernel Sockets under their names, and those that the users of its successor needed:
 * addresses and control data with each message, pairs, {@code poll}, limits in time, and the ending of one call.
 * Every call on a socket of the host family is the host's system call, and what the host answers passes through
 * unchanged, save for the table below. Families other than the host's come from bundles
 * ({@link ksock.api.family}) and behave alike, because what blocks, waits, calls back and closes is built once over
 * all of them.
 *
 * <h2>Where it differs from the host</h2>
 *
 * <table>
 * <caption>Divergences</caption>
 * <tr><th>What</th><th>The host</th><th>Here</th><th>Why</th></tr>
 * <tr><td>a call on a closed socket</td><td>EBADF, or hits another file</td><td>ENOTSOCK</td><td>seed, illumos; a
 *     handle is no number that could be used again</td></tr>
 * <tr><td>{@code close} during a blocked call</td><td>the call stays blocked</td><td>the call throws EINTR</td>
 *     <td>illumos</td></tr>
 * <tr><td>{@code close} again</td><td>EBADF</td><td>nothing</td><td>{@link java.lang.AutoCloseable}</td></tr>
 * <tr><td>SIOCSPGRP, SIOCGPGRP, FIOASYNC</td><td>signals</td><td>EOPNOTSUPP</td><td>seed: not allowed</td></tr>
 * <tr><td>STREAMS requests ({@code 'S' << 8})</td><td>ENOTTY</td><td>EOPNOTSUPP</td><td>seed: not supported</td></tr>
 * <tr><td>writing where nobody reads</td><td>SIGPIPE and EPIPE</td><td>EPIPE</td><td>illumos; the process is not the
 *     bundle's to end</td></tr>
 * <tr><td>the time of {@code within} passes</td><td>(has no such thing)</td><td>ETIMEDOUT</td><td>ours</td></tr>
 * <tr><td>{@code cancel}</td><td>(has no such thing)</td><td>ECANCELED</td><td>ours</td></tr>
 * <tr><td>descriptors</td><td>inherited over exec</td><td>never</td><td>ours: SOCK_CLOEXEC and MSG_CMSG_CLOEXEC
 *     always</td></tr>
 * <tr><td>SCM_RIGHTS</td><td>any descriptor</td><td>sockets; others are closed on arrival</td><td>ours: a handle has no
 *     number</td></tr>
 * <tr><td>(AF_NETLINK, NETLINK_CONNECTOR)</td><td>the kernel's connector</td><td>this platform's; the host's by the
 *     family's name</td><td>ours</td></tr>
 * </table>
 *
 * <h2>Numbers</h2>
 *
 * Levels, options, flags, requests and families are ints, so that one without a name here works too. The names are
 * where C has them: {@link ksock.api.SysSocket}, {@link ksock.api.NetinetIn}, {@link ksock.api.NetinetTcp},
 * {@link ksock.api.LinuxNetlink}, {@link ksock.api.SysPoll}, {@link ksock.api.SysIoctl}. Lengths are bytes, times are
 * {@link java.time.Duration}s, addresses and ports are in host order, what is unsigned in C is the same bits here.
 *
 * <h2>Threads</h2>
 *
 * Services and sockets may be used by any number of threads at once, platform or virtual. Buffers, headers and
 * {@link ksock.api.PollFd}s belong to one call at a time. What blocks says so.
 *
 * <h2>Events</h2>
 *
 * Instead of {@code select} there are callbacks for each socket, {@link ksock.api.SocketCallbacks}; {@code poll} is
 * there for those who want to wait in a thread of their own.
 */
@Export
@Version(RequireKernelSockets.SPECIFICATION_VERSION)
package ksock.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
