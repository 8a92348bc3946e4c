// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.NetinetIn.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_generic, socket_unix and socket_ip_unbound: options of SOL_SOCKET, IPPROTO_IP and IPPROTO_IPV6. */
class SocketOptionsTest {

    @TestFactory
    Stream<DynamicContainer> ofAnySocket() {
        return each(ALL, kind -> Stream.of(
                row("KeepAliveSocketOption", g -> g.socket(kind), s -> toggle(s, SOL_SOCKET, SO_KEEPALIVE), 1),
                row("SetAndGetBooleanSocketOptions, SO_BROADCAST", g -> g.socket(kind),
                        s -> toggle(s, SOL_SOCKET, SO_BROADCAST), 1),
                row("SetAndGetBooleanSocketOptions, SO_REUSEADDR", g -> g.socket(kind),
                        s -> toggle(s, SOL_SOCKET, SO_REUSEADDR), 1),
                row("any value but 0 is 1", g -> g.socket(kind), s -> {
                    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 17);
                    return s.getsockopt(SOL_SOCKET, SO_REUSEADDR);
                }, 1),
                row("GetSocketOutOfBandInlineOption", g -> g.socket(kind),
                        s -> s.getsockopt(SOL_SOCKET, SO_OOBINLINE), 0),
                row("GetSetSocketRcvlowatOption", g -> g.socket(kind), s -> {
                    s.setsockopt(SOL_SOCKET, SO_RCVLOWAT, 17);
                    return s.getsockopt(SOL_SOCKET, SO_RCVLOWAT);
                }, 17),
                row("RcvBufSucceeds: twice what was asked", g -> g.socket(kind), s -> {
                    s.setsockopt(SOL_SOCKET, SO_RCVBUF, 20_000);
                    return s.getsockopt(SOL_SOCKET, SO_RCVBUF);
                }, 40_000),
                row("SetSocketSendBuf: twice what was asked", g -> g.socket(kind), s -> {
                    s.setsockopt(SOL_SOCKET, SO_SNDBUF, 20_000);
                    return s.getsockopt(SOL_SOCKET, SO_SNDBUF);
                }, 40_000),
                row("GetSocketAcceptConnNonListener", g -> g.socket(kind),
                        s -> s.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 0),
                row("SO_ERROR of a fresh socket", g -> g.socket(kind), s -> s.getsockopt(SOL_SOCKET, SO_ERROR), 0),
                row("SO_TYPE can not be set", g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET, SO_TYPE, 1),
                        ENOPROTOOPT),
                row("SO_ERROR can not be set", g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET, SO_ERROR, 1),
                        ENOPROTOOPT),
                row("SO_ACCEPTCONN can not be set", g -> g.socket(kind),
                        s -> s.setsockopt(SOL_SOCKET, SO_ACCEPTCONN, 1), ENOPROTOOPT),
                row("InvalidGetSockOpt", g -> g.socket(kind), s -> s.getsockopt(SOL_SOCKET, 4711), ENOPROTOOPT),
                row("unknown option, set", g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET, 4711, 1), ENOPROTOOPT),
                row("an int in three bytes", g -> g.socket(kind),
                        s -> s.setsockopt(SOL_SOCKET, SO_KEEPALIVE, MemorySegment.ofArray(new byte[3])), EINVAL),
                row("an int in no bytes", g -> g.socket(kind),
                        s -> s.setsockopt(SOL_SOCKET, SO_KEEPALIVE, MemorySegment.ofArray(new byte[0])), EINVAL),
                row("getsockopt with no room", g -> g.socket(kind),
                        s -> s.getsockopt(SOL_SOCKET, SO_TYPE, MemorySegment.ofArray(new byte[0])), 0),
                row("SO_DETACH_FILTER without a filter", g -> g.socket(kind),
                        s -> s.setsockopt(SOL_SOCKET, SO_DETACH_FILTER, 0), ENOENT),
                row("GetSocketDetachFilter", g -> g.socket(kind), s -> s.getsockopt(SOL_SOCKET, SO_DETACH_FILTER),
                        ENOPROTOOPT),
                row("SO_BINDTODEVICE to no device", g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET,
                        SO_BINDTODEVICE, MemorySegment.ofArray(Ground.bytes("nodevice0"))), ENODEV),
                row("LingerSocketOption", g -> g.socket(kind), s -> {
                    s.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 7}));
                    int[] linger = new int[2];
                    assertThat(s.getsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(linger))).isEqualTo(8);
                    assertThat(linger).containsExactly(1, 7);
                }, OK),
                row("SO_LINGER in four bytes", g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET, SO_LINGER, 1),
                        EINVAL)));
    }

    @TestFactory
    Stream<DynamicContainer> timeouts() {
        return each(ALL, kind -> Stream.of(
                row("RecvTimeoutDefault", g -> g.socket(kind), s -> timeout(s, SO_RCVTIMEO, 0, 0), OK),
                row("SendTimeoutDefault", g -> g.socket(kind), s -> timeout(s, SO_SNDTIMEO, 0, 0), OK),
                row("SetGetRecvTimeout", g -> g.socket(kind), s -> setTimeout(s, SO_RCVTIMEO, 89, 44_000), OK),
                row("SetGetSendTimeout", g -> g.socket(kind), s -> setTimeout(s, SO_SNDTIMEO, 89, 44_000), OK),
                row("SetGetRecvTimeoutLargerArg", g -> g.socket(kind), s -> {
                    s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, MemorySegment.ofArray(new long[] {1, 4000, 77}));
                    timeout(s, SO_RCVTIMEO, 1, 4000);
                }, OK),
                row("RecvTimeoutUsecTooLarge", g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET, SO_RCVTIMEO,
                        MemorySegment.ofArray(new long[] {0, 2_000_000})), EDOM),
                row("SendTimeoutUsecTooLarge", g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET, SO_SNDTIMEO,
                        MemorySegment.ofArray(new long[] {0, 2_000_000})), EDOM),
                row("RecvTimeoutUsecNeg", g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET, SO_RCVTIMEO,
                        MemorySegment.ofArray(new long[] {0, -1})), EDOM),
                row("SendTimeoutUsecNeg", g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET, SO_SNDTIMEO,
                        MemorySegment.ofArray(new long[] {0, -1})), EDOM),
                row("SO_RCVTIMEO too short", g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET, SO_RCVTIMEO,
                        MemorySegment.ofArray(new long[1])), EINVAL)));
    }

    @TestFactory
    Stream<DynamicContainer> levelsOfUnixSockets() {
        return onBothThreads("levelsOfUnixSockets", () -> Stream.of(
                row("InvalidGetSockOptLevel", g -> g.socket(UNIX_STREAM), s -> s.getsockopt(-1, SO_TYPE), EOPNOTSUPP),
                row("InvalidSetSockOptLevel", g -> g.socket(UNIX_STREAM), s -> s.setsockopt(-1, SO_PASSCRED, 1),
                        EOPNOTSUPP),
                row("IPPROTO_IP", g -> g.socket(UNIX_DGRAM), s -> s.getsockopt(IPPROTO_IP, IP_TTL), EOPNOTSUPP),
                row("SO_PASSCRED", g -> g.socket(UNIX_DGRAM), s -> toggle(s, SOL_SOCKET, SO_PASSCRED), 1),
                row("SO_PASSCRED of TCP", g -> g.socket(TCP4), s -> s.setsockopt(SOL_SOCKET, SO_PASSCRED, 1),
                        EOPNOTSUPP),
                row("GetSocketAcceptConnListener", g -> g.listening(TCP4),
                        s -> s.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 1),
                row("GetAcceptConn", g -> g.listening(UNIX_STREAM), s -> s.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 1)));
    }

    @TestFactory
    Stream<DynamicContainer> timeToLive() {
        return each(java.util.EnumSet.of(TCP4, UDP4), kind -> Stream.of(
                row("TtlDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_IP, IP_TTL), 64),
                row("SetTtl", g -> g.socket(kind), s -> set(s, IPPROTO_IP, IP_TTL, 3), 3),
                row("ResetTtlToDefault", g -> g.socket(kind), s -> {
                    s.setsockopt(IPPROTO_IP, IP_TTL, 3);
                    return set(s, IPPROTO_IP, IP_TTL, -1);
                }, 64),
                refused("ZeroTtl", kind, IPPROTO_IP, IP_TTL, 0, EINVAL),
                refused("InvalidLargeTtl", kind, IPPROTO_IP, IP_TTL, 256, EINVAL),
                refused("InvalidNegativeTtl", kind, IPPROTO_IP, IP_TTL, -2, EINVAL),
                row("TOSDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_IP, IP_TOS), 0),
                row("SetTOS", g -> g.socket(kind), s -> set(s, IPPROTO_IP, IP_TOS, 0xc0), 0xc0),
                row("CheckSkipECN", g -> g.socket(kind), s -> set(s, IPPROTO_IP, IP_TOS, 0xff),
                        kind == TCP4 ? 0xfc : 0xff),
                row("InvalidLargeTOS", g -> g.socket(kind), s -> set(s, IPPROTO_IP, IP_TOS, 256), 0),
                row("SmallTOSOptionSize", g -> g.socket(kind), s -> {
                    s.setsockopt(IPPROTO_IP, IP_TOS, MemorySegment.ofArray(new byte[] {0x10, 0x20}));
                    return s.getsockopt(IPPROTO_IP, IP_TOS);
                }, 0x10),
                row("ZeroTOSOptionSize", g -> g.socket(kind),
                        s -> s.setsockopt(IPPROTO_IP, IP_TOS, MemorySegment.ofArray(new byte[0])), OK),
                row("getsockopt in one byte", g -> g.socket(kind), s -> {
                    s.setsockopt(IPPROTO_IP, IP_TTL, 77);
                    byte[] one = new byte[1];
                    assertThat(s.getsockopt(IPPROTO_IP, IP_TTL, MemorySegment.ofArray(one))).isEqualTo(1);
                    return one[0];
                }, 77)));
    }

    @TestFactory
    Stream<DynamicContainer> hopLimit() {
        return each(java.util.EnumSet.of(TCP6, UDP6), kind -> Stream.of(
                row("HopLimitDefault", g -> g.socket(kind), s -> s.getsockopt(IPPROTO_IPV6, IPV6_UNICAST_HOPS), 64),
                row("SetHopLimit", g -> g.socket(kind), s -> set(s, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 3), 3),
                row("ZeroHopLimit", g -> g.socket(kind), s -> set(s, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 0), 0),
                row("ResetHopLimitToDefault", g -> g.socket(kind), s -> set(s, IPPROTO_IPV6, IPV6_UNICAST_HOPS, -1),
                        64),
                refused("InvalidLargeHopLimit", kind, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 256, EINVAL),
                refused("InvalidNegativeHopLimit", kind, IPPROTO_IPV6, IPV6_UNICAST_HOPS, -2, EINVAL),
                row("SetTtlDoesNotAffectHopLimit", g -> g.socket(kind), s -> {
                    s.setsockopt(IPPROTO_IP, IP_TTL, 3);
                    return s.getsockopt(IPPROTO_IPV6, IPV6_UNICAST_HOPS);
                }, 64),
                row("IPV6_V6ONLY of a bound socket", g -> g.bound(kind),
                        s -> s.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 1),
                        EINVAL),
                row("IPV6_V6ONLY", g -> g.socket(kind), s -> set(s, IPPROTO_IPV6, IPV6_V6ONLY, 1), 1),
                row("IPV6_TCLASS", g -> g.socket(kind), s -> set(s, IPPROTO_IPV6, IPV6_TCLASS, 0x20), 0x20)));
    }

    @TestFactory
    Stream<DynamicContainer> multicast() {
        return onBothThreads("multicast", () -> Stream.of(
                row("UdpIPV6Only of IPv4", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 1),
                        ENOPROTOOPT),
                row("MulticastTTLDefault", g -> g.socket(UDP4), s -> s.getsockopt(IPPROTO_IP, IP_MULTICAST_TTL), 1),
                row("SetUDPMulticastTTLMax", g -> g.socket(UDP4), s -> set(s, IPPROTO_IP, IP_MULTICAST_TTL, 255), 255),
                row("SetUDPMulticastTTLNegativeOne", g -> g.socket(UDP4),
                        s -> set(s, IPPROTO_IP, IP_MULTICAST_TTL, -1), 1),
                refused("SetUDPMulticastTTLBelowMin", UDP4, IPPROTO_IP, IP_MULTICAST_TTL, -2, EINVAL),
                refused("SetUDPMulticastTTLAboveMax", UDP4, IPPROTO_IP, IP_MULTICAST_TTL, 256, EINVAL),
                refused("IP_MULTICAST_TTL of TCP", TCP4, IPPROTO_IP, IP_MULTICAST_TTL, 1, EINVAL),
                row("MulticastLoopDefault", g -> g.socket(UDP4), s -> s.getsockopt(IPPROTO_IP, IP_MULTICAST_LOOP), 1),
                row("SetMulticastLoop", g -> g.socket(UDP4), s -> set(s, IPPROTO_IP, IP_MULTICAST_LOOP, 0), 0),
                row("SetEmptyIPAddMembership", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP,
                        MemorySegment.ofArray(new byte[8])), EINVAL),
                row("IP_ADD_MEMBERSHIP too short", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP,
                        IP_ADD_MEMBERSHIP, MemorySegment.ofArray(new byte[7])), EINVAL),
                row("TestJoinGroupInvalidIf", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP,
                        membership(0xe0000101, 0x01020304)), ENODEV),
                row("IpMulticastInvalidDrop", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP,
                        membership(0xe0000101, INADDR_LOOPBACK)), EADDRNOTAVAIL),
                row("TestMultipleJoinsOnSingleSocket", g -> g.socket(UDP4), s -> {
                    s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, membership(0xe0000101, INADDR_LOOPBACK));
                    s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, membership(0xe0000101, INADDR_LOOPBACK));
                }, EADDRINUSE),
                row("IpMulticastIfSetShort", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_MULTICAST_IF,
                        MemorySegment.ofArray(new byte[3])), EINVAL),
                row("IpMulticastIfInvalidAddr", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_MULTICAST_IF,
                        MemorySegment.ofArray(new byte[] {1, 2, 3, 4})), EADDRNOTAVAIL)));
    }

    private static long toggle(KernelSocket socket, int level, int option) throws KernelSocketException {
        int before = socket.getsockopt(level, option);
        socket.setsockopt(level, option, 1);
        int on = socket.getsockopt(level, option);
        socket.setsockopt(level, option, 0);
        return before == 0 && socket.getsockopt(level, option) == 0 ? on : -1;
    }

    private static long set(KernelSocket socket, int level, int option, int value) throws KernelSocketException {
        socket.setsockopt(level, option, value);
        return socket.getsockopt(level, option);
    }

    private static DynamicTest refused(String name, SocketKind kind, int level, int option, int value, Errno errno) {
        return row(name, g -> g.socket(kind), s -> s.setsockopt(level, option, value), errno);
    }

    private static void setTimeout(KernelSocket socket, int option, long seconds, long micros)
            throws KernelSocketException {
        socket.setsockopt(SOL_SOCKET, option, MemorySegment.ofArray(new long[] {seconds, micros}));
        timeout(socket, option, seconds, micros);
    }

    private static void timeout(KernelSocket socket, int option, long seconds, long micros)
            throws KernelSocketException {
        long[] value = new long[2];
        assertThat(socket.getsockopt(SOL_SOCKET, option, MemorySegment.ofArray(value))).isEqualTo(16);
        assertThat(value).containsExactly(seconds, micros);
    }

    private static MemorySegment membership(int group, int address) {
        return MemorySegment.ofArray(ByteBuffer.allocate(8).order(ByteOrder.BIG_ENDIAN).putInt(group).putInt(address)
                .array());
    }
}
