// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.SysIoctl.*;
import static ksock.api.SysPoll.POLLERR;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.Capability.CAP_NET_ADMIN;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.ControlType;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.LinuxNetlink;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SocketOption;
import ksock.api.typed.ControlTypes;
import ksock.api.typed.Ifreq;
import ksock.api.typed.In6Pktinfo;
import ksock.api.typed.InPktinfo;
import ksock.api.typed.IpOptions;
import ksock.api.typed.NetlinkOptions;
import ksock.api.typed.SockExtendedErr;
import ksock.api.typed.SocketOptions;
import ksock.api.typed.Ucred;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Control messages and interface requests by their types. */
class TypedControlTest {

    private static final int LOOPBACK = 0x7f000001;

    @TestFactory
    Stream<DynamicTest> controlMessages() {
        return Stream.of(
                comes("IP_PKTINFO", UDP4, IpOptions.IP_PKTINFO, ControlTypes.IP_PKTINFO,
                        new InPktinfo(1, LOOPBACK, LOOPBACK)),
                comes("IP_TTL", UDP4, IpOptions.IP_RECVTTL, ControlTypes.IP_TTL, 64),
                comes("IP_TOS", UDP4, IpOptions.IP_RECVTOS, ControlTypes.IP_TOS, 0),
                comes("IPV6_PKTINFO", UDP6, IpOptions.IPV6_RECVPKTINFO, ControlTypes.IPV6_PKTINFO,
                        new In6Pktinfo(0, 1, 1)),
                comes("IPV6_HOPLIMIT", UDP6, IpOptions.IPV6_RECVHOPLIMIT, ControlTypes.IPV6_HOPLIMIT, 64),
                comes("IPV6_TCLASS", UDP6, IpOptions.IPV6_RECVTCLASS, ControlTypes.IPV6_TCLASS, 0),
                row("a kind that did not come", g -> g.connected(UDP4), pair -> {
                    assertThat(after(pair, IpOptions.IP_RECVTTL).get(ControlTypes.IP_PKTINFO)).isNull();
                }, OK),
                row("only received", g -> g.connected(UDP4).near(), s -> s.sendmsg(message(new ControlBuffer(64)
                        .add(ControlTypes.SCM_TIMESTAMP, Instant.EPOCH)), 0), EINVAL));
    }

    @TestFactory
    Stream<DynamicContainer> times() {
        return each(MESSAGES, kind -> Stream.of(
                row("SO_TIMESTAMP", g -> g.connected(kind), pair -> {
                    assertIsNow(after(pair, SocketOptions.SO_TIMESTAMP).get(ControlTypes.SCM_TIMESTAMP));
                }, OK),
                row("SO_TIMESTAMPNS", g -> g.connected(kind), pair -> {
                    assertIsNow(after(pair, SocketOptions.SO_TIMESTAMPNS).get(ControlTypes.SCM_TIMESTAMPNS));
                }, OK)));
    }

    @TestFactory
    Stream<DynamicTest> whatIsSentAlong() {
        return Stream.of(
                row("the type of service", g -> g.connected(UDP4), pair -> {
                    pair.far().setsockopt(IpOptions.IP_RECVTOS, true);
                    pair.near().sendmsg(message(new ControlBuffer(64).add(ControlTypes.IP_TOS, 0x28)), 0);
                    return receive(pair.far(), 0).get(ControlTypes.IP_TOS);
                }, 0x28),
                row("hops", g -> g.connected(UDP4), pair -> {
                    pair.far().setsockopt(IpOptions.IP_RECVTTL, true);
                    pair.near().sendmsg(message(new ControlBuffer(64).add(ControlTypes.IP_TTL, 7)), 0);
                    return receive(pair.far(), 0).get(ControlTypes.IP_TTL);
                }, 7),
                row("the source", g -> new Ground.Pair(g.socket(UDP4), g.bound(UDP4)), pair -> {
                    SockAddrBuffer to = new SockAddrBuffer().set(pair.far().getsockname());
                    pair.near().sendmsg(message(new ControlBuffer(64).add(ControlTypes.IP_PKTINFO,
                            new InPktinfo(1, 0x7f000007, 0))).name(to), 0);
                    SockAddrBuffer from = new SockAddrBuffer();
                    pair.far().within(Ground.PATIENCE).recvfrom(ByteBuffer.allocate(1), 0, from);
                    return from.inet4Address();
                }, 0x7f000007),
                row("credentials", g -> g.socketpair(UNIX_DGRAM), pair -> {
                    pair.far().setsockopt(SocketOptions.SO_PASSCRED, true);
                    Ucred me = pair.near().getsockopt(SocketOptions.SO_PEERCRED);
                    pair.near().sendmsg(message(new ControlBuffer(64).add(ControlTypes.SCM_CREDENTIALS, me)), 0);
                    assertThat(receive(pair.far(), 0).get(ControlTypes.SCM_CREDENTIALS)).isEqualTo(me);
                }, OK));
    }

    @Test
    void shouldTellWhomAnErrorIsOf() throws Exception {
        try (Ground ground = new Ground()) {
            KernelSocket socket = ground.socket(UDP4);
            socket.setsockopt(IpOptions.IP_RECVERR, true);
            socket.connect(ground.deserted(UDP4));
            Ground.send(socket, "nobody");
            ground.await(socket, POLLERR);
            SockExtendedErr error = receive(socket, MSG_ERRQUEUE).get(ControlTypes.IP_RECVERR);
            assertThat(error.error()).isEqualTo(Errno.ECONNREFUSED);
            assertThat(error.origin()).isEqualTo(SockExtendedErr.SO_EE_ORIGIN_ICMP);
            assertThat(error.type()).as("destination unreachable").isEqualTo(3);
            assertThat(error.code()).as("port").isEqualTo(3);
            assertThat(error.offender()).isEqualTo(SockAddr.loopback4(0));
        }
    }

    @Test
    void shouldSayHowManyWereDropped() throws Exception {
        try (Ground ground = new Ground()) {
            Ground.Pair pair = ground.connectedNonBlocking(UDP4);
            pair.far().setsockopt(SocketOptions.SO_RXQ_OVFL, true);
            pair.far().setsockopt(SocketOptions.SO_RCVBUF, 4_096);
            for (int i = 0; i < 100; i++) {
                Ground.send(pair.near(), "x".repeat(1_000));
            }
            while (pair.far().recv(new byte[1_000], 0, 1_000, 0) > 0) {
                // What came before the loss says nothing of it.
            }
            Ground.send(pair.near(), "x");
            assertThat(receive(pair.far(), 0).get(ControlTypes.SO_RXQ_OVFL)).isBetween(1L, 99L);
        }
    }

    @Test
    void shouldNameTheGroupOfANetlinkMessage() throws Exception {
        try (Ground ground = new Ground()) {
            CAP_NET_ADMIN.assumeHeld();
            KernelSocket member = ground.socket(AF_NETLINK, SOCK_RAW, LinuxNetlink.NETLINK_USERSOCK);
            member.bind(SockAddr.netlink(0, 0));
            member.setsockopt(NetlinkOptions.NETLINK_ADD_MEMBERSHIP, 5);
            member.setsockopt(NetlinkOptions.NETLINK_PKTINFO, true);
            KernelSocket sender = ground.socket(AF_NETLINK, SOCK_RAW, LinuxNetlink.NETLINK_USERSOCK);
            // It goes to the group, and then to port 0, where of this protocol nobody is.
            assertThatThrownBy(() -> sender.sendto(ByteBuffer.allocate(16), 0, SockAddr.netlink(0, 1 << 4)))
                    .hasMessageContaining("ECONNREFUSED");
            assertThat(receive(member, 0).get(ControlTypes.NETLINK_PKTINFO)).isEqualTo(5);
        }
    }

    @TestFactory
    Stream<DynamicContainer> interfaces() {
        return each(EnumSet.of(UDP4, UDP6, UNIX_DGRAM), kind -> Stream.of(
                row("SIOCGIFINDEX", g -> g.socket(kind), s -> new Ifreq("lo").ioctl(s, SIOCGIFINDEX).index(), 1),
                row("SIOCGIFNAME", g -> g.socket(kind), s -> {
                    assertThat(new Ifreq("").index(1).ioctl(s, SIOCGIFNAME)).hasToString("lo");
                }, OK),
                row("SIOCGIFMTU", g -> g.socket(kind), s -> new Ifreq("lo").ioctl(s, SIOCGIFMTU).mtu(), 65_536),
                row("SIOCGIFFLAGS", g -> g.socket(kind), s -> new Ifreq("lo").ioctl(s, SIOCGIFFLAGS).flags()
                        & (Ifreq.IFF_UP | Ifreq.IFF_LOOPBACK | Ifreq.IFF_BROADCAST), 0x9),
                row("SIOCGIFTXQLEN", g -> g.socket(kind), s -> new Ifreq("lo").ioctl(s, SIOCGIFTXQLEN).qlen() >= 0
                        ? 1 : 0, 1),
                row("SIOCGIFMETRIC", g -> g.socket(kind), s -> new Ifreq("lo").ioctl(s, SIOCGIFMETRIC).metric(), 0),
                row("SIOCGIFHWADDR", g -> g.socket(kind), s -> {
                    assertThat(new Ifreq("lo").ioctl(s, SIOCGIFHWADDR).hwaddr()).containsExactly(0, 0, 0, 0, 0, 0);
                }, OK),
                row("another interface by the same request", g -> g.socket(kind), s -> {
                    Ifreq request = new Ifreq("nodevice0");
                    assertThatThrownBy(() -> request.ioctl(s, SIOCGIFMTU)).hasMessageContaining("nodevice0");
                    return request.name("lo").ioctl(s, SIOCGIFMTU).mtu();
                }, 65_536),
                row("no such interface", g -> g.socket(kind), s -> new Ifreq("nodevice0").ioctl(s, SIOCGIFFLAGS),
                        ENODEV),
                row("no such index", g -> g.socket(kind), s -> new Ifreq("").index(4_711_000).ioctl(s, SIOCGIFNAME),
                        ENODEV)));
    }

    @Test
    void shouldListTheInterfacesAndTheirAddresses() throws Exception {
        try (Ground ground = new Ground()) {
            KernelSocket socket = ground.socket(UDP4);
            List<Ifreq> all = Ifreq.list(socket);
            assertThat(all).extracting(Ifreq::name).contains("lo");
            assertThat(all).filteredOn(one -> one.name().equals("lo")).first()
                    .satisfies(lo -> assertThat(lo.addr()).isEqualTo(SockAddr.loopback4(0)));
            for (Ifreq one : all) {
                assertThat(one.ioctl(socket, SIOCGIFADDR).addr()).isInstanceOf(SockAddr.Inet4.class);
            }
            assertThat(new Ifreq("lo").ioctl(socket, SIOCGIFNETMASK).addr()).hasToString("255.0.0.0:0");
        }
    }

    private static <T> DynamicTest comes(String name, SocketKind kind, SocketOption<Boolean> asked, ControlType<T> type,
            T expected) {
        return row(name, g -> g.connected(kind), pair -> assertThat(after(pair, asked).get(type)).isEqualTo(expected),
                OK);
    }

    private static void assertIsNow(Instant time) {
        assertThat(Duration.between(time, Instant.now()).abs()).isLessThan(Ground.PATIENCE);
    }

    private static MessageHeader message(ControlBuffer control) {
        return new MessageHeader().buffers(MemorySegment.ofArray(new byte[16])).control(control);
    }

    /** The control data of a datagram that comes after an option is set. */
    private static ControlBuffer after(Ground.Pair pair, SocketOption<Boolean> asked) throws KernelSocketException {
        pair.far().setsockopt(asked, true);
        Ground.send(pair.near(), "x");
        return receive(pair.far(), 0);
    }

    private static ControlBuffer receive(KernelSocket socket, int flags) throws KernelSocketException {
        ControlBuffer control = new ControlBuffer(512);
        socket.within(Ground.PATIENCE).recvmsg(message(control), flags);
        return control;
    }
}
