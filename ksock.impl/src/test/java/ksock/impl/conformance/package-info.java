// SPDX-License-Identifier: Apache-2.0
/**
 * What every call answers, errno by errno, against the host as it is.
 *
 * <p>The cases are those that others test their own socket layers with: gVisor's {@code test/syscalls/linux}, FreeBSD's
 * {@code tests/sys}, CPython's {@code test_socket}; a row bears the name that its case has there, so that it can be
 * looked up. They are written as tables, one row a case: its name, how the socket is set up, the call, and what it must
 * give. What the host answers passes through, so a row says what Linux answers; where a case of another system differs,
 * Linux is right, and {@link ksock.impl.conformance.DivergenceTest} has the few rows in which this API differs by
 * intent.
 *
 * <h2>What is shown where</h2>
 * The build fails on a name that is no test's.
 * <ul>
 * <li>Making, binding, listening, accepting: {@code SocketCreationTest}, {@code AcceptBindTest}; connections that are
 *     gone or find no room: {@code socket.AcceptTest}, {@code UnixAddressTest}; without a descriptor: {@code life};
 *     refused for want of files, buffers or memory, and aborted: {@code refusal}.
 * <li>Connecting, address length and family: {@code TcpConnectTest}, {@code AcceptBindTest}; every length:
 *     {@code BadArgumentTest}. UNIX paths, abstract names, autobind: {@code UnixAddressTest}.
 * <li>Streams, half-close, FIONREAD, SIOCOUTQ: {@code TcpTransferTest}, {@code UnixStreamTest}. Datagrams, connected or
 *     not: {@code UdpTest}, {@code UnixDatagramTest}.
 * <li>MSG_PEEK, MSG_TRUNC: {@code MessageBoundaryTest}, {@code TcpTransferTest}. MSG_WAITALL:
 *     {@code socket.WaitAllTest}. MSG_OOB, SIOCATMARK, SO_OOBINLINE: {@code UrgentDataTest}. MSG_NOSIGNAL,
 *     MSG_ZEROCOPY: {@code DivergenceTest}. Sends longer than any buffer: {@code socket.LongSendTest}.
 * <li>Control messages: {@code ControlDataTest}, {@code TypedControlTest}; SCM_RIGHTS: {@code RightsTest};
 *     SCM_CREDENTIALS, SO_PEERCRED: {@code CredentialsTest}; NETLINK_PKTINFO: {@code NetlinkTest}. What takes a
 *     privilege: {@code PrivilegeTest}.
 * <li>Options: {@code SocketOptionsTest}, {@code TcpOptionsTest}, {@code TypedOptionsTest}; times: {@code TimeoutTest};
 *     what an accepted or sent socket has of them, SO_LINGER too: {@code socket.InheritanceTest}.
 * <li>MPTCP, UDP-Lite, VSOCK: {@code OtherProtocolsTest}. Socket filters: {@code SocketFilterTest}.
 * <li>Interfaces, AF_PACKET, raw sockets: {@code InterfaceTest}, {@code TypedControlTest}. Netlink:
 *     {@code NetlinkTest}.
 * <li>What UNIX streams put together, with sockets and credentials in between: {@code CoalescingTest}. Broadcasts:
 *     {@code BroadcastTest}. Who keeps a port after a connection: {@code TimeWaitTest}.
 * <li>Blocked calls and how they end: {@code socket.BlockedCallTest}. Polling: {@code PollTest}.
 * <li>Several buffers: {@code IovecTest}. Who shares a port: {@code PortReuseTest}. Multicast: {@code MulticastTest}.
 *     What a state lets a socket do: {@code TcpStateTest}, {@code UdpStateTest}.
 * <li>CPython's and FreeBSD's own cases, whatever they are about: {@code CPythonTest}, {@code FreeBsdTest}.
 * <li>Bad input: {@code BadInputTest}, {@code BadMemoryTest}, {@code BadArgumentTest}.
 * </ul>
 *
 * <h2>What is not here, and why</h2>
 * <ul>
 * <li>Of socket_unix_cmsg: room for descriptors that is too small, unaligned, or contradicts its pointer
 *     ({@code BasicThreeFDPassTruncationMsgCtrunc}, {@code BasicFDPassUnalignedRecv},
 *     {@code BasicFDPassUnalignedRecvNoMsgTrunc}, {@code BasicTwoFDPassUnalignedRecvTruncationMsgTrunc}). They have
 *     room of their own, for as many as may come; that some do not come for want of descriptors is in {@code life}.
 * <li>sendmmsg, recvmmsg, read, write, readv, writev, select, pselect, the signal mask of ppoll, splice, sendfile:
 *     calls that this API does not have. What they share with those that it has is shown of these.
 * <li>Pointers to nowhere and negative address lengths: a Java caller has neither. What he can do instead is in
 *     {@code BadInputTest} and {@code BadMemoryTest}.
 * <li>Sockets as files: stat, statfs, open, and reopening by /proc.
 * <li>Processes and name spaces that a test would have to make: {@code BindConnectInSubNamespace},
 *     {@code PeerCredAcrossPIDNamespace}, {@code SendCredsRacesWithPeerReap}.
 * <li>What takes every port there is, and so disturbs whoever else is on the machine: {@code TestTCPPortExhaustion},
 *     {@code UDPConnectPortExhaustion}, {@code UDPBindPortExhaustion}.
 * </ul>
 *
 * <p>A row is run twice, on a platform thread and on a virtual one, and with it what it does in further threads; the
 * result must be the same. That a platform thread waits in the kernel and a virtual one parked is not for a user to
 * notice. What is run once is what is about no call: {@link ksock.impl.conformance.BadInputTest}'s arguments, and the
 * rows of {@link ksock.impl.conformance.DivergenceTest} that say themselves which thread they are on.
 *
 * <p>{@link ksock.impl.conformance.Ground} is what a row stands on: it makes sockets and closes them when the row is
 * over.
 */
package ksock.impl.conformance;
