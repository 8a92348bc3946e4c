// SPDX-License-Identifier: Apache-2.0

/**
 * Options, control messages and interface requests with Java's types, for those that are used every day.
 *
 * <pre>{@code
 * socket.setsockopt(SocketOptions.SO_RCVTIMEO, Duration.ofSeconds(5));
 * socket.setsockopt(IpOptions.IP_ADD_MEMBERSHIP, IpMreqn.of("239.1.2.3", 0));
 * socket.setsockopt(IpOptions.IP_ADD_SOURCE_MEMBERSHIP, IpMreqSource.of("232.1.2.3", "0.0.0.0", "10.0.0.7"));
 * Ucred peer = socket.getsockopt(SocketOptions.SO_PEERCRED);
 * long microseconds = socket.getsockopt(TcpOptions.TCP_INFO).rtt();
 * InPktinfo info = control.get(ControlTypes.IP_PKTINFO);
 * int mtu = new Ifreq("eth0").ioctl(socket, SIOCGIFMTU).mtu();
 * }</pre>
 *
 * <p>They are a layer over the numbers and bytes of {@link ksock.api}, which know nothing of them and stay: each
 * constant names a number, and how its bytes are read and written. The structures have C's names, and their fields C's,
 * without prefix; addresses are in host order as in {@link ksock.api.SockAddr}. A value never changes, save
 * {@link ksock.api.typed.Ifreq}, which is used again and again.
 *
 * <p>Beside the system call, each costs a small object and an array, which hardly matters where options are set. Where
 * one is read all the time, its number and a segment of your own cost nothing; {@link ksock.api.typed.TcpInfo} reads
 * such a segment.
 */
@Export
@Version("1.0.0")
package ksock.api.typed;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

