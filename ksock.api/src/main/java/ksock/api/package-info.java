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
 * The calls of OpenSolaris' Kernel Sockets ({@code ksock_*}) under their names, and those that the users of their
 * successor, illumos' {@code ksocket}, needed: addresses and control data with each message, pairs, {@code poll},
 * limits in time, and the ending of one call.
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
 * <tr><td>a call on a closed socket</td><td>EBADF, or hits another file</td><td>ENOTSOCK</td><td>OpenSolaris; a
 *     handle is no number that could be used again</td></tr>
 * <tr><td>{@code close} during a blocked call</td><td>the call stays blocked</td><td>the call throws EINTR</td>
 *     <td>illumos</td></tr>
 * <tr><td>{@code close} during {@code poll}</td><td>it waits on</td><td>it ends and reports POLLNVAL</td>
 *     <td>ours</td></tr>
 * <tr><td>{@code close} again</td><td>EBADF</td><td>nothing</td><td>{@link java.lang.AutoCloseable}</td></tr>
 * <tr><td>{@code close} with SO_LINGER</td><td>waits</td><td>returns, another thread waits</td><td>ours: an owner's end
 *     must not take as long as its peers like</td></tr>
 * <tr><td>a socket that nobody holds</td><td>stays open</td><td>is closed, and that is logged</td><td>ours</td></tr>
 * <tr><td>SIOCSPGRP, SIOCGPGRP, FIOSETOWN, FIOGETOWN, FIOASYNC</td><td>signals</td><td>EOPNOTSUPP</td>
 *     <td>OpenSolaris and illumos: not allowed</td></tr>
 * <tr><td>STREAMS requests ({@code 'S' << 8})</td><td>ENOTTY</td><td>EOPNOTSUPP</td>
 *     <td>OpenSolaris: not supported</td></tr>
 * <tr><td>writing where nobody reads</td><td>SIGPIPE and EPIPE</td><td>EPIPE</td><td>illumos; the process is not the
 *     bundle's to end</td></tr>
 * <tr><td>{@link java.lang.Thread#interrupt}</td><td>(has no such thing)</td><td>EINTR, of each call that would wait
 *     while the status is set</td><td>ours</td></tr>
 * <tr><td>the time of {@code within} passes</td><td>(has no such thing)</td><td>ETIMEDOUT</td><td>ours</td></tr>
 * <tr><td>{@code cancel}</td><td>(has no such thing)</td><td>ECANCELED</td><td>ours</td></tr>
 * <tr><td>{@code poll}, a negative time</td><td>for ever</td><td>looks only; {@code null} is for ever</td>
 *     <td>ours: as {@code within} has it</td></tr>
 * <tr><td>a call that would wait, in a callback</td><td>(has no such thing)</td><td>as with MSG_DONTWAIT, {@code poll}
 *     EDEADLK; unless the callbacks {@linkplain ksock.api.SocketCallbacks.Builder#mayBlock may block}</td>
 *     <td>ours</td></tr>
 * <tr><td>SOCK_NONBLOCK, SOCK_CLOEXEC in a type</td><td>taken</td><td>EINVAL</td>
 *     <td>OpenSolaris: a mode is an ioctl</td></tr>
 * <tr><td>FIONBIO</td><td>of the open socket: travels with SCM_RIGHTS</td><td>of the socket here; what came in a
 *     message blocks, and whether it blocks those who have it, too, is never changed from here; to connect one
 *     that has travelled is done, or fails, at once where that takes but a moment</td>
 *     <td>OpenSolaris: sockets are blocking by default</td></tr>
 * <tr><td>a stream's blocking send, and MSG_WAITALL</td><td>one call</td><td>one, but several on a virtual thread, in
 *     a callback, with a limit in time, or of over 1 MiB of the heap: what others send or receive may come between</td>
 *     <td>ours: no carrier and no event loop is held, no memory doubled</td></tr>
 * <tr><td>the length of SO_GET_FILTER</td><td>counts instructions of eight bytes</td><td>bytes</td><td>ours: what is
 *     written is never longer than the memory</td></tr>
 * <tr><td>MSG_ZEROCOPY</td><td>of any memory</td><td>EINVAL of the heap's</td><td>the host cannot read it where it
 *     is</td></tr>
 * <tr><td>descriptors</td><td>inherited over exec</td><td>never</td><td>ours: SOCK_CLOEXEC and MSG_CMSG_CLOEXEC
 *     always, FIONCLEX is EOPNOTSUPP</td></tr>
 * <tr><td>SCM_RIGHTS</td><td>any descriptor, by number</td><td>sockets, as sockets: numbers are EINVAL, what is none is
 *     closed on arrival</td><td>ours: a handle has no number</td></tr>
 * <tr><td>(AF_NETLINK, NETLINK_CONNECTOR)</td><td>the kernel's connector</td><td>this platform's; the host's by the
 *     family's name</td><td>ours</td></tr>
 * </table>
 *
 * <h2>Numbers</h2>
 *
 * Levels, options, flags, requests and families are ints, so that one without a name here works too. The names are
 * where C has them: {@link ksock.api.SysSocket}, {@link ksock.api.NetinetIn}, {@link ksock.api.NetinetTcp},
 * {@link ksock.api.NetinetUdp}, {@link ksock.api.LinuxNetlink}, {@link ksock.api.LinuxIfPacket},
 * {@link ksock.api.LinuxNetTstamp}, {@link ksock.api.LinuxFilter}, {@link ksock.api.SysPoll},
 * {@link ksock.api.SysIoctl}; the common ones have Java's types in {@link ksock.api.typed}. Lengths are bytes, times
 * are {@link java.time.Duration}s, addresses and ports are in host order, what is unsigned in C is the same bits here.
 *
 * <h2>Threads</h2>
 *
 * Services and sockets may be used by any number of threads at once, platform or virtual. Buffers, headers and
 * {@link ksock.api.PollFd}s belong to one call at a time. What blocks says so.
 *
 * <h2>Null</h2>
 *
 * {@code null} is a {@link java.lang.NullPointerException}, before anything is done, unless a parameter is said to take
 * it.
 *
 * <h2>Events</h2>
 *
 * Instead of {@code select} there are callbacks for each socket, {@link ksock.api.SocketCallbacks}; {@code poll} is
 * there for those who want to wait in a thread of their own.
 *
 * <h2>Many at once</h2>
 *
 * What is for many sockets goes to them by a {@link ksock.api.SendBatch}, in one system call where the host can.
 */
@Export
@Version(RequireKernelSockets.SPECIFICATION_VERSION)
package ksock.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

