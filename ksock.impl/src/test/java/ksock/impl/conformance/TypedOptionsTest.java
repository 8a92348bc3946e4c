// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.Capability.CAP_NET_RAW;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.LinuxNetTstamp;
import ksock.api.LinuxNetlink;
import ksock.api.NetinetTcp;
import ksock.api.SockAddr;
import ksock.api.SocketOption;
import ksock.api.SysPoll;
import ksock.api.typed.GroupSourceReq;
import ksock.api.typed.IpMreqSource;
import ksock.api.typed.IpMreqn;
import ksock.api.typed.IpOptions;
import ksock.api.typed.Ipv6Mreq;
import ksock.api.typed.Linger;
import ksock.api.typed.NetlinkOptions;
import ksock.api.typed.SockTxtime;
import ksock.api.typed.SocketOptions;
import ksock.api.typed.TcpInfo;
import ksock.api.typed.TcpOptions;
import ksock.api.typed.Ucred;
import ksock.api.typed.UdpOptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Options by their types: what is set comes back, and what is read says what is so. */
class TypedOptionsTest {

    /** What no fresh socket answers to: for lack of a connection, or because it is only written. */
    private static final Set<String> NOT_READ =
            Set.of("SO_SNDBUFFORCE", "SO_RCVBUFFORCE", "IP_MTU", "IP_ADD_MEMBERSHIP",
            "IP_DROP_MEMBERSHIP", "IPV6_JOIN_GROUP", "IPV6_LEAVE_GROUP", "IP_HDRINCL", "IPV6_MTU",
            "NETLINK_ADD_MEMBERSHIP", "NETLINK_DROP_MEMBERSHIP", "IP_ADD_SOURCE_MEMBERSHIP",
            "IP_DROP_SOURCE_MEMBERSHIP", "IP_BLOCK_SOURCE", "IP_UNBLOCK_SOURCE", "MCAST_JOIN_SOURCE_GROUP",
            "MCAST_LEAVE_SOURCE_GROUP", "MCAST_BLOCK_SOURCE", "MCAST_UNBLOCK_SOURCE", "SO_DETACH_FILTER");

    @TestFactory
    Stream<DynamicTest> everyOptionCanBeRead() {
        return Stream.of(SocketOptions.class, TcpOptions.class, UdpOptions.class, IpOptions.class, NetlinkOptions.class)
                .flatMap(type -> Arrays.stream(type.getFields())).filter(field -> !NOT_READ.contains(field.getName()))
                .map(field -> row(field.getName(), g -> socketFor(g, field.getName()),
                        s -> assertThat(s.getsockopt(option(field))).isNotNull(), OK));
    }

    private static KernelSocket socketFor(Ground ground, String option) throws KernelSocketException {
        return switch (option.substring(0, option.indexOf('_'))) {
            case "NETLINK" -> ground.socket(AF_NETLINK, SOCK_RAW, LinuxNetlink.NETLINK_ROUTE);
            case "TCP" -> ground.socket(TCP4);
            case "IPV6" -> ground.socket(UDP6);
            case "UDP" -> ground.socket(option.contains("6") ? UDP6 : UDP4);
            case "SO" -> ground.socket(option.endsWith("CRED") ? UNIX_STREAM : TCP4);
            default -> ground.socket(UDP4);
        };
    }

    private static SocketOption<?> option(Field constant) throws IllegalAccessException {
        return (SocketOption<?>) constant.get(null);
    }

    @TestFactory
    Stream<DynamicTest> whatIsSetComesBack() {
        return Stream.of(
                back(TCP4, SocketOptions.SO_LINGER, new Linger(true, 7)),
                back(TCP4, SocketOptions.SO_LINGER, Linger.RESET),
                back(TCP4, SocketOptions.SO_RCVTIMEO, Duration.ofMillis(1_500)),
                back(UNIX_DGRAM, SocketOptions.SO_SNDTIMEO, Duration.ofSeconds(90)),
                back(TCP4, SocketOptions.SO_RCVTIMEO, Duration.ZERO),
                back(TCP4, SocketOptions.SO_KEEPALIVE, true),
                back(UDP4, SocketOptions.SO_BROADCAST, true),
                back(UDP4, SocketOptions.SO_PRIORITY, 5),
                back(UDP4, SocketOptions.SO_TIMESTAMPNS, true),
                back(TCP4, TcpOptions.TCP_NODELAY, true),
                back(TCP4, TcpOptions.TCP_KEEPIDLE, 33),
                back(TCP4, TcpOptions.TCP_USER_TIMEOUT, 4_711),
                back(TCP4, TcpOptions.TCP_CONGESTION, "reno"),
                back(TCP4, TcpOptions.TCP_INQ, true),
                back(TCP4, SocketOptions.SO_MAX_PACING_RATE, 5_000_000_000L),
                back(UDP4, SocketOptions.SO_TXTIME, new SockTxtime(SockTxtime.CLOCK_MONOTONIC,
                        LinuxNetTstamp.SOF_TXTIME_REPORT_ERRORS)),
                back(UDP4, SocketOptions.SO_TIMESTAMPING, LinuxNetTstamp.SOF_TIMESTAMPING_SOFTWARE),
                back(UDP4, SocketOptions.SO_BINDTOIFINDEX, 1),
                back(UDP4, UdpOptions.UDP_SEGMENT, 1_000),
                back(UDP4, UdpOptions.UDP_GRO, true),
                back(UDP6, UdpOptions.UDP_NO_CHECK6_RX, true),
                back(UDP4, IpOptions.IP_TTL, 9),
                back(UDP4, IpOptions.IP_PKTINFO, true),
                back(UDP4, IpOptions.IP_MULTICAST_LOOP, false),
                back(UDP6, IpOptions.IPV6_RECVHOPLIMIT, true),
                back(UDP6, IpOptions.IPV6_MULTICAST_IF, 1));
    }

    private static <T> DynamicTest back(SocketKind kind, SocketOption<T> option, T value) {
        return row(option + " of " + kind + ", " + value, g -> g.socket(kind), s -> {
            s.setsockopt(option, value);
            assertThat(s.getsockopt(option)).isEqualTo(value);
        }, OK);
    }

    @TestFactory
    Stream<DynamicTest> errors() {
        return Stream.of(
                row("no such device", g -> g.socket(UDP4),
                        s -> s.setsockopt(SocketOptions.SO_BINDTODEVICE, "nodevice0"),
                        ENODEV),
                row("read only", g -> g.socketpair(UNIX_STREAM).near(),
                        s -> s.setsockopt(SocketOptions.SO_PEERCRED, new Ucred(1, 2, 3)), ENOPROTOOPT),
                row("read only, TCP_INFO", g -> g.socket(TCP4),
                        s -> s.setsockopt(TcpOptions.TCP_INFO, s.getsockopt(TcpOptions.TCP_INFO)), ENOPROTOOPT),
                row("a protocol on top that is none", g -> g.connected(TCP4).near(),
                        s -> s.setsockopt(TcpOptions.TCP_ULP, "nothing"), ENOENT),
                row("more than a datagram's length to part by", g -> g.socket(UDP4),
                        s -> s.setsockopt(UdpOptions.UDP_SEGMENT, 65_536), EINVAL),
                row("of another protocol", g -> g.socket(UNIX_STREAM), s -> s.getsockopt(TcpOptions.TCP_NODELAY),
                        EOPNOTSUPP),
                row("only written", g -> g.socket(UDP4), s -> s.getsockopt(IpOptions.IP_ADD_MEMBERSHIP), ENOPROTOOPT),
                row("a group that is none", g -> g.socket(UDP4),
                        s -> s.setsockopt(IpOptions.IP_ADD_MEMBERSHIP, IpMreqn.of("127.0.0.1", 1)), EINVAL),
                row("no such interface", g -> g.socket(UDP4),
                        s -> s.setsockopt(IpOptions.IP_ADD_MEMBERSHIP, IpMreqn.of("239.1.2.3", 4_711)), ENODEV),
                row("a source of no group", g -> g.socket(UDP4), s -> s.setsockopt(IpOptions.IP_ADD_SOURCE_MEMBERSHIP,
                        IpMreqSource.of("127.0.0.1", "127.0.0.1", "127.0.0.1")), EINVAL),
                row("a source that was not joined", g -> g.socket(UDP4),
                        s -> s.setsockopt(IpOptions.IP_DROP_SOURCE_MEMBERSHIP,
                                IpMreqSource.of("232.1.2.3", "127.0.0.1", "127.0.0.1")), EINVAL),
                row("a source joined twice", g -> {
                    KernelSocket socket = g.socket(UDP4);
                    socket.setsockopt(IpOptions.IP_ADD_SOURCE_MEMBERSHIP,
                            IpMreqSource.of("232.1.2.3", "127.0.0.1", "127.0.0.1"));
                    return socket;
                }, s -> s.setsockopt(IpOptions.IP_ADD_SOURCE_MEMBERSHIP,
                        IpMreqSource.of("232.1.2.3", "127.0.0.1", "127.0.0.1")), EADDRNOTAVAIL),
                row("a source blocked in a group that was not joined", g -> g.socket(UDP4),
                        s -> s.setsockopt(IpOptions.IP_BLOCK_SOURCE,
                                IpMreqSource.of("232.1.2.3", "127.0.0.1", "127.0.0.1")), EINVAL),
                row("no such interface, version 6", g -> g.socket(UDP6),
                        s -> s.setsockopt(IpOptions.MCAST_JOIN_SOURCE_GROUP,
                                GroupSourceReq.of("ff31::1", "::1", 4_711)), ENODEV),
                row("closed", g -> {
                    KernelSocket socket = g.socket(TCP4);
                    socket.close();
                    return socket;
                }, s -> s.getsockopt(SocketOptions.SO_LINGER), ENOTSOCK));
    }

    @TestFactory
    Stream<DynamicTest> times() {
        return Stream.of(
                row("no time at all", g -> g.connected(TCP4).near(), s -> {
                    s.setsockopt(SocketOptions.SO_RCVTIMEO, Duration.ofNanos(-1));
                    return s.recv(new byte[1], 0, 1, 0);
                }, WOULD_BLOCK),
                row("the least there is", g -> g.connected(TCP4).near(), s -> {
                    s.setsockopt(SocketOptions.SO_RCVTIMEO, Duration.ofNanos(1));
                    return s.recv(new byte[1], 0, 1, 0);
                }, WOULD_BLOCK),
                row("more than the host counts is without end", g -> g.socket(TCP4), s -> {
                    s.setsockopt(SocketOptions.SO_RCVTIMEO, Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
                    assertThat(s.getsockopt(SocketOptions.SO_RCVTIMEO)).isZero();
                }, OK));
    }

    @Test
    void shouldSayWhoIsAtTheOtherEnd() throws Exception {
        try (Ground ground = new Ground()) {
            Ucred peer = ground.connected(UNIX_STREAM).near().getsockopt(SocketOptions.SO_PEERCRED);
            assertThat(peer.pid()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(ground.socket(UNIX_STREAM).getsockopt(SocketOptions.SO_PEERCRED))
                    .isEqualTo(new Ucred(0, -1, -1));
        }
    }

    @Test
    void shouldTellWhatAConnectionHasDone() throws Exception {
        try (Ground ground = new Ground()) {
            Ground.Pair pair = ground.connected(TCP4);
            Ground.send(pair.near(), "x".repeat(1_000));
            Ground.recv(pair.far(), 1_000, MSG_WAITALL);
            Ground.send(pair.far(), "y");
            Ground.recv(pair.near(), 1);

            TcpInfo info = pair.near().getsockopt(TcpOptions.TCP_INFO);
            assertThat(info.state()).isEqualTo(TcpInfo.TCP_ESTABLISHED);
            assertThat(info.size()).as("a kernel of 4.9 or later").isGreaterThanOrEqualTo(168);
            assertThat(info.rtt()).isBetween(1L, 20_000_000L);
            assertThat(info.minRtt()).isLessThanOrEqualTo(info.rtt());
            assertThat(info.bytesAcked()).isBetween(1_000L, 1_001L);
            assertThat(info.bytesReceived()).isOne();
            assertThat(info.dataSegsIn()).isOne();
            assertThat(info.dataSegsOut()).isOne();
            assertThat(info.segsOut()).isGreaterThanOrEqualTo(3);
            assertThat(info.notsentBytes()).isZero();
            assertThat(info.unacked()).isZero();
            assertThat(info.sndMss()).isGreaterThan(500);
            assertThat(info.pmtu()).isEqualTo(65_535);
            assertThat(info.sndCwnd()).isPositive();
            assertThat(info.rto()).isGreaterThanOrEqualTo(200_000);
            assertThat(info.maxPacingRate()).as("without bound").isEqualTo(-1);
            assertThat(info.totalRetrans()).isZero();
            if (info.size() >= 248) {
                assertThat(info.bytesSent()).isEqualTo(1_000);
                assertThat(info.sndWnd()).isPositive();
                assertThat(info.rcvWnd()).isPositive();
                assertThat(info.totalRto()).isZero();
            }
            assertThat(info).asString().startsWith("state 1, rtt ");
        }
    }

    @Test
    void shouldTellOfTheBacklogAndOfEveryState() throws Exception {
        try (Ground ground = new Ground()) {
            KernelSocket listener = ground.listening(TCP4, 7);
            KernelSocket client = ground.socket(TCP4);
            assertThat(client.getsockopt(TcpOptions.TCP_INFO).state()).isEqualTo(TcpInfo.TCP_CLOSE);
            client.connect(listener.getsockname());
            ground.await(listener, SysPoll.POLLIN);
            TcpInfo info = listener.getsockopt(TcpOptions.TCP_INFO);
            assertThat(info.state()).isEqualTo(TcpInfo.TCP_LISTEN);
            assertThat(info.unacked()).as("waiting").isOne();
            assertThat(info.sacked()).as("backlog").isEqualTo(7);
            KernelSocket accepted = ground.adopt(listener.accept());
            client.shutdown(SHUT_WR);
            ground.await(accepted, SysPoll.POLLRDHUP);
            assertThat(accepted.getsockopt(TcpOptions.TCP_INFO).state()).isEqualTo(TcpInfo.TCP_CLOSE_WAIT);
        }
    }

    @Test
    void shouldReadTheSameMemoryAgainAndAgain() throws Exception {
        try (Ground ground = new Ground(); Arena arena = Arena.ofConfined()) {
            Ground.Pair pair = ground.connected(TCP4);
            MemorySegment memory = arena.allocate(TcpInfo.SIZE);
            TcpInfo info = TcpInfo.in(memory);
            for (int i = 1; i <= 3; i++) {
                Ground.send(pair.near(), "x");
                Ground.recv(pair.far(), 1);
                pair.far().getsockopt(SOL_TCP, NetinetTcp.TCP_INFO, memory);
                assertThat(info.bytesReceived()).isEqualTo(i);
            }
        }
    }

    @Test
    void shouldReceiveWhatAGroupIsSent() throws Exception {
        try (Ground ground = new Ground()) {
            KernelSocket member = ground.socket(UDP4);
            member.bind(SockAddr.inet("0.0.0.0", 0));
            int port = ((SockAddr.Inet4) member.getsockname()).port();
            member.setsockopt(IpOptions.IP_ADD_MEMBERSHIP, IpMreqn.of("239.77.1.2", 1));
            KernelSocket sender = ground.socket(UDP4);
            sender.setsockopt(IpOptions.IP_MULTICAST_IF, new IpMreqn(0, 0x7f000001, 1));
            assertThat(sender.getsockopt(IpOptions.IP_MULTICAST_IF).address()).isEqualTo(0x7f000001);
            sender.sendto(ByteBuffer.wrap(Ground.bytes("to all")), 0, SockAddr.inet("239.77.1.2", port));
            assertThat(Ground.recv(member.within(Ground.PATIENCE), 16)).isEqualTo("to all");
            member.setsockopt(IpOptions.IP_DROP_MEMBERSHIP, IpMreqn.of("239.77.1.2", 1));
        }
    }

    @Test
    void shouldReceiveWhatAGroupIsSentByTheSourceThatWasJoined() throws Exception {
        try (Ground ground = new Ground()) {
            KernelSocket member = ground.bound(UDP4, SockAddr.inet("0.0.0.0", 0));
            SockAddr group = SockAddr.inet("232.77.1.3", ((SockAddr.Inet4) member.getsockname()).port());
            KernelSocket wanted = ground.bound(UDP4, SockAddr.inet("127.0.0.1", 0));
            KernelSocket other = ground.bound(UDP4, SockAddr.inet("127.0.0.2", 0));
            for (KernelSocket sender : List.of(wanted, other)) {
                sender.setsockopt(IpOptions.IP_MULTICAST_IF, new IpMreqn(0, 0x7f000001, 1));
            }
            IpMreqSource source = IpMreqSource.of("232.77.1.3", "127.0.0.1", "127.0.0.1");
            member.setsockopt(IpOptions.IP_ADD_SOURCE_MEMBERSHIP, source);
            assertHears(member, group, other, wanted);
            member.setsockopt(IpOptions.IP_DROP_SOURCE_MEMBERSHIP, source);

            member.setsockopt(IpOptions.IP_ADD_MEMBERSHIP, new IpMreqn(0xe84d0103, 0x7f000001, 0));
            IpMreqSource blocked = IpMreqSource.of("232.77.1.3", "127.0.0.1", "127.0.0.2");
            member.setsockopt(IpOptions.IP_BLOCK_SOURCE, blocked);
            assertHears(member, group, other, wanted);
            member.setsockopt(IpOptions.IP_UNBLOCK_SOURCE, blocked);
            other.sendto(ByteBuffer.wrap(Ground.bytes("unblocked")), 0, group);
            assertThat(Ground.recv(member.within(Ground.PATIENCE), 16)).isEqualTo("unblocked");
        }
    }

    /** What the host lets through is asked of it: the loopback device has no route for IPv6 groups. */
    @Test
    void shouldJoinAnInternet6GroupForSingleSources() throws Exception {
        try (Ground ground = new Ground()) {
            KernelSocket member = ground.bound(UDP6, SockAddr.inet("::", 0));
            GroupSourceReq one = GroupSourceReq.of("ff31::77:2", "::1", 1);
            member.setsockopt(IpOptions.MCAST_JOIN_SOURCE_GROUP, one);
            member.setsockopt(IpOptions.MCAST_JOIN_SOURCE_GROUP, GroupSourceReq.of("ff31::77:2", "fd00::9", 1));
            assertThat(filters()).containsExactly("00000000000000000000000000000001 1 0",
                    "fd000000000000000000000000000009 1 0");
            member.setsockopt(IpOptions.MCAST_LEAVE_SOURCE_GROUP, one);
            assertThat(filters()).containsExactly("fd000000000000000000000000000009 1 0");
            assertThatThrownBy(() -> member.setsockopt(IpOptions.MCAST_LEAVE_SOURCE_GROUP, one))
                    .as("left already").hasMessageContaining("EADDRNOTAVAIL");
            member.setsockopt(IpOptions.IPV6_LEAVE_GROUP, Ipv6Mreq.of("ff31::77:2", 1));

            member.setsockopt(IpOptions.IPV6_JOIN_GROUP, Ipv6Mreq.of("ff31::77:2", 1));
            member.setsockopt(IpOptions.MCAST_BLOCK_SOURCE, one);
            assertThat(filters()).containsExactly("00000000000000000000000000000001 0 1");
            member.setsockopt(IpOptions.MCAST_UNBLOCK_SOURCE, one);
            assertThat(filters()).isEmpty();
        }
    }

    /** Of the group: a source, how many include it, how many leave it out. */
    private static List<String> filters() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/net/mcfilter6")).stream()
                .map(line -> line.strip().split(" +", -1))
                .filter(words -> words.length == 6 && words[2].equals("ff310000000000000000000000770002"))
                .map(words -> words[3].replace("0x", "") + ' ' + words[4] + ' ' + words[5]).sorted().toList();
    }

    /** Of two that send to a group, a member hears the second alone. */
    private static void assertHears(KernelSocket member, SockAddr group, KernelSocket deaf, KernelSocket heard)
            throws KernelSocketException {
        deaf.sendto(ByteBuffer.wrap(Ground.bytes("other")), 0, group);
        heard.sendto(ByteBuffer.wrap(Ground.bytes("wanted")), 0, group);
        assertThat(Ground.recv(member.within(Ground.PATIENCE), 16)).isEqualTo("wanted");
        assertThat(member.recv(new byte[1], 0, 1, MSG_DONTWAIT)).isEqualTo(KernelSocket.WOULD_BLOCK);
    }

    @Test
    void shouldJoinAndLeaveAnInternet6Group() throws Exception {
        try (Ground ground = new Ground()) {
            KernelSocket member = ground.socket(UDP6);
            Ipv6Mreq group = Ipv6Mreq.of("ff01::77:1", 1);
            member.setsockopt(IpOptions.IPV6_JOIN_GROUP, group);
            assertThat(Path.of("/proc/self/net/igmp6")).content().contains("ff010000000000000000000000770001");
            member.setsockopt(IpOptions.IPV6_LEAVE_GROUP, group);
            assertThat(Path.of("/proc/self/net/igmp6")).content().doesNotContain("ff010000000000000000000000770001");
        }
    }

    @Test
    void shouldBeConfinedToADevice() throws Exception {
        try (Ground ground = new Ground()) {
            CAP_NET_RAW.assumeHeld();
            KernelSocket socket = ground.socket(UDP4);
            socket.setsockopt(SocketOptions.SO_BINDTODEVICE, "lo");
            assertThat(socket.getsockopt(SocketOptions.SO_BINDTODEVICE)).isEqualTo("lo");
            socket.setsockopt(SocketOptions.SO_BINDTODEVICE, "");
            assertThat(socket.getsockopt(SocketOptions.SO_BINDTODEVICE)).isEmpty();
        }
    }
}
