// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.EADDRINUSE;
import static ksock.api.Errno.EADDRNOTAVAIL;
import static ksock.api.Errno.EINVAL;
import static ksock.api.Errno.ENODEV;
import static ksock.api.Errno.EPROTO;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.NetinetIn.*;
import static ksock.api.SysIoctl.SIOCGIFINDEX;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.TCP4;
import static ksock.impl.conformance.SocketKind.UDP4;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's IPv4 multicast cases, on the loopback device: who joined what, where it goes out, who hears it. */
class MulticastTest {

    /** 224.0.2.1, of those that nobody uses. */
    private static final int GROUP = 0xE000_0201;

    /** One that sends, one that is bound to a port of any address. */
    private record Party(KernelSocket sender, KernelSocket receiver, SockAddr group) {
    }

    @TestFactory
    Stream<DynamicContainer> filters() {
        return onBothThreads("filters", () -> Stream.of(
                row("what is asked for stands in what is answered", g -> joined(g, mreq(GROUP, INADDR_LOOPBACK)),
                        p -> {
                            // struct ip_msfilter: group, interface, mode, number of sources; 0 is MCAST_EXCLUDE.
                            int[] filter = {net(GROUP), net(INADDR_LOOPBACK), 77, 0};
                            p.receiver.getsockopt(IPPROTO_IP, IP_MSFILTER, MemorySegment.ofArray(filter));
                            assertThat(filter).containsExactly(net(GROUP), net(INADDR_LOOPBACK), 0, 0);
                        }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> loopback() {
        return onBothThreads("loopback", () -> Stream.of(
                row("IpMulticastLoopbackNoGroup: nothing comes", g -> party(g, true), p -> {
                    send(p);
                    return p.receiver.recv(new byte[8], 0, 8, MSG_DONTWAIT);
                }, WOULD_BLOCK),
                row("IpMulticastLoopbackIfAddr", g -> joined(g, mreq(GROUP, INADDR_LOOPBACK)),
                        MulticastTest::heard, OK),
                row("IpMulticastLoopbackIfNic", g -> joined(g, mreqn(g, GROUP)), MulticastTest::heard, OK),
                row("IpMulticastLoopbackIfaceIndexAndAddr: the index counts", g -> {
                    int[] both = {net(GROUP), net(0x0A00_0001), loopbackIndex(g)};
                    return joined(g, MemorySegment.ofArray(both));
                }, MulticastTest::heard, OK),
                row("IpMulticastLoopbackIfAddrConnect", g -> {
                    Party party = joined(g, mreq(GROUP, INADDR_LOOPBACK));
                    party.sender.connect(party.group);
                    return party;
                }, p -> {
                    Ground.send(p.sender, "x");
                    assertThat(Ground.recv(p.receiver, 8)).isEqualTo("x");
                }, OK),
                row("IpMulticastLoopbackIfAddrSelf: it hears itself", g -> self(g, true), MulticastTest::heard, OK),
                row("IpMulticastLoopbackIfAddrSelfConnect: connected, it hears nobody", g -> {
                    Party party = self(g, true);
                    party.sender.connect(party.group);
                    return party;
                }, p -> {
                    Ground.send(p.sender, "x");
                    return p.receiver.recv(new byte[8], 0, 8, MSG_DONTWAIT);
                }, WOULD_BLOCK),
                row("IpMulticastLoopbackIfAddrSelfNoLoop: not what goes out by the loopback", g -> self(g, false),
                        MulticastTest::heard, OK),
                row("IpMulticastDropAddr", g -> {
                    Party party = joined(g, mreq(GROUP, INADDR_LOOPBACK));
                    party.receiver.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP, mreq(GROUP, INADDR_LOOPBACK));
                    return party;
                }, p -> {
                    send(p);
                    return p.receiver.recv(new byte[8], 0, 8, MSG_DONTWAIT);
                }, WOULD_BLOCK),
                row("IpMulticastDropNic", g -> {
                    Party party = joined(g, mreqn(g, GROUP));
                    party.receiver.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP, mreqn(g, GROUP));
                    return party;
                }, p -> {
                    send(p);
                    return p.receiver.recv(new byte[8], 0, 8, MSG_DONTWAIT);
                }, WOULD_BLOCK),
                row("TestMcastReceptionOnTwoSockets: both hear it", g -> shared(g), two -> {
                    send(two[0]);
                    assertThat(Ground.recv(two[0].receiver, 8)).isEqualTo("x");
                    assertThat(Ground.recv(two[1].receiver, 8)).isEqualTo("x");
                }, OK),
                row("TestMcastReceptionWhenDroppingMemberships: who stays hears it", g -> {
                    Party[] two = shared(g);
                    two[0].receiver.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP, mreq(GROUP, INADDR_LOOPBACK));
                    two[0].receiver.setsockopt(IPPROTO_IP, IP_MULTICAST_ALL, 0);
                    return two;
                }, two -> {
                    send(two[1]);
                    assertThat(Ground.recv(two[1].receiver, 8)).isEqualTo("x");
                    assertThat(two[0].receiver.recv(new byte[8], 0, 8, MSG_DONTWAIT)).isEqualTo(WOULD_BLOCK);
                }, OK),
                row("TestBindToMcastThenJoinThenReceive", g -> {
                    Party party = toGroup(g);
                    party.receiver.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq(GROUP, INADDR_LOOPBACK));
                    return party;
                }, MulticastTest::heard, OK),
                row("TestBindToMcastThenNoJoinThenNoReceive", MulticastTest::toGroup, p -> {
                    send(p);
                    return p.receiver.recv(new byte[8], 0, 8, MSG_DONTWAIT);
                }, WOULD_BLOCK),
                row("TestBindToMcastThenSend: it can send", g -> new Object[] {toGroup(g), g.bound(UDP4)}, both ->
                        ((Party) both[0]).receiver.sendto(ByteBuffer.wrap(new byte[1]), 0,
                                ((KernelSocket) both[1]).getsockname()), 1)));
    }

    @TestFactory
    Stream<DynamicContainer> options() {
        return onBothThreads("options", () -> Stream.of(
                row("TestTwoSocketsJoinSameMulticastGroup", g -> {
                    g.bound(UDP4).setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq(GROUP, INADDR_LOOPBACK));
                    return g.bound(UDP4);
                }, s -> s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq(GROUP, INADDR_LOOPBACK)), OK),
                row("joining twice", g -> joined(g, mreq(GROUP, INADDR_LOOPBACK)).receiver,
                        s -> s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq(GROUP, INADDR_LOOPBACK)), EADDRINUSE),
                row("dropping twice", g -> {
                    KernelSocket socket = joined(g, mreq(GROUP, INADDR_LOOPBACK)).receiver;
                    socket.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP, mreq(GROUP, INADDR_LOOPBACK));
                    return socket;
                }, s -> s.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP, mreq(GROUP, INADDR_LOOPBACK)), EADDRNOTAVAIL),
                row("joining what is no group", g -> g.bound(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP,
                        mreq(INADDR_LOOPBACK, INADDR_LOOPBACK)), EINVAL),
                row("TestJoinGroupNoIf: an address that is nobody's", g -> g.bound(UDP4), s -> s.setsockopt(IPPROTO_IP,
                        IP_ADD_MEMBERSHIP, mreq(GROUP, 0xCB00_7107)), ENODEV),
                row("a stream joins", g -> g.socket(TCP4), s -> s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP,
                        mreq(GROUP, INADDR_LOOPBACK)), EPROTO),
                row("IpMulticastIfDefault", g -> g.socket(UDP4), s -> s.getsockopt(IPPROTO_IP, IP_MULTICAST_IF), 0),
                row("IpMulticastIfZero", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_MULTICAST_IF,
                        MemorySegment.ofArray(new int[] {0})), OK),
                row("IpMulticastIfSetAddr", g -> g.socket(UDP4), s -> {
                    s.setsockopt(IPPROTO_IP, IP_MULTICAST_IF, MemorySegment.ofArray(new int[] {net(INADDR_LOOPBACK)}));
                    return Integer.toUnsignedLong(s.getsockopt(IPPROTO_IP, IP_MULTICAST_IF));
                }, Integer.toUnsignedLong(net(INADDR_LOOPBACK))),
                row("IpMulticastIfSetReqAddr", g -> g.socket(UDP4), s -> {
                    s.setsockopt(IPPROTO_IP, IP_MULTICAST_IF, mreq(0, INADDR_LOOPBACK));
                    return Integer.toUnsignedLong(s.getsockopt(IPPROTO_IP, IP_MULTICAST_IF));
                }, Integer.toUnsignedLong(net(INADDR_LOOPBACK))),
                row("IpMulticastIfSetNic: an address is what is told", g -> {
                    KernelSocket socket = g.socket(UDP4);
                    socket.setsockopt(IPPROTO_IP, IP_MULTICAST_IF,
                            MemorySegment.ofArray(new int[] {0, 0, loopbackIndex(g)}));
                    return socket;
                }, s -> s.getsockopt(IPPROTO_IP, IP_MULTICAST_IF), 0),
                row("IpMulticastIfInvalidAddr", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_MULTICAST_IF,
                        MemorySegment.ofArray(new int[] {net(0x0808_0808)})), EADDRNOTAVAIL),
                row("IpMulticastIfInvalidNic", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_MULTICAST_IF,
                        MemorySegment.ofArray(new int[] {0, 0, 12_345})), EADDRNOTAVAIL),
                row("IP_MULTICAST_IF too short", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_MULTICAST_IF,
                        MemorySegment.ofArray(new byte[3])), EINVAL),
                row("IP_MULTICAST_IF of a stream", g -> g.socket(TCP4), s -> s.setsockopt(IPPROTO_IP, IP_MULTICAST_IF,
                        MemorySegment.ofArray(new int[] {0})), EINVAL),
                row("SetUDPMulticastTTLMin", g -> ttl(g, 0), s -> s.getsockopt(IPPROTO_IP, IP_MULTICAST_TTL), 0),
                row("SetUDPMulticastTTLChar", g -> {
                    KernelSocket socket = g.socket(UDP4);
                    socket.setsockopt(IPPROTO_IP, IP_MULTICAST_TTL, MemorySegment.ofArray(new byte[] {5}));
                    return socket;
                }, s -> s.getsockopt(IPPROTO_IP, IP_MULTICAST_TTL), 5),
                row("SetUDPMulticastTTLAboveMax", g -> g.socket(UDP4), s -> s.setsockopt(IPPROTO_IP, IP_MULTICAST_TTL,
                        256), EINVAL),
                row("SetMulticastLoopChar", g -> {
                    KernelSocket socket = g.socket(UDP4);
                    socket.setsockopt(IPPROTO_IP, IP_MULTICAST_LOOP, MemorySegment.ofArray(new byte[] {0}));
                    return socket;
                }, s -> s.getsockopt(IPPROTO_IP, IP_MULTICAST_LOOP), 0)));
    }

    private static Party party(Ground ground, boolean loop) throws KernelSocketException {
        KernelSocket receiver = ground.socket(UDP4);
        receiver.bind(SockAddr.inet4(INADDR_ANY, 0));
        return new Party(sender(ground.socket(UDP4), loop), receiver, group(receiver));
    }

    private static Party joined(Ground ground, MemorySegment membership) throws KernelSocketException {
        Party party = party(ground, true);
        party.receiver.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, membership);
        return party;
    }

    /** One that is sender and receiver. */
    private static Party self(Ground ground, boolean loop) throws KernelSocketException {
        KernelSocket receiver = ground.socket(UDP4);
        receiver.bind(SockAddr.inet4(INADDR_ANY, 0));
        receiver.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq(GROUP, INADDR_LOOPBACK));
        return new Party(sender(receiver, loop), receiver, group(receiver));
    }

    /** Two that share a port. */
    private static Party[] shared(Ground ground) throws KernelSocketException {
        Party[] two = new Party[2];
        SockAddr address = SockAddr.inet4(INADDR_ANY, 0);
        for (int i = 0; i < 2; i++) {
            KernelSocket receiver = ground.socket(UDP4);
            receiver.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
            receiver.bind(address);
            address = receiver.getsockname();
            receiver.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq(GROUP, INADDR_LOOPBACK));
            two[i] = new Party(sender(ground.socket(UDP4), true), receiver, group(receiver));
        }
        return two;
    }

    /** One that is bound to the group's address. */
    private static Party toGroup(Ground ground) throws KernelSocketException {
        KernelSocket receiver = ground.socket(UDP4);
        receiver.bind(SockAddr.inet4(GROUP, 0));
        return new Party(sender(ground.socket(UDP4), true), receiver, group(receiver));
    }

    private static KernelSocket sender(KernelSocket socket, boolean loop) throws KernelSocketException {
        socket.setsockopt(IPPROTO_IP, IP_MULTICAST_IF, MemorySegment.ofArray(new int[] {net(INADDR_LOOPBACK)}));
        socket.setsockopt(IPPROTO_IP, IP_MULTICAST_LOOP, loop ? 1 : 0);
        return socket;
    }

    private static KernelSocket ttl(Ground ground, int ttl) throws KernelSocketException {
        KernelSocket socket = ground.socket(UDP4);
        socket.setsockopt(IPPROTO_IP, IP_MULTICAST_TTL, ttl);
        return socket;
    }

    private static SockAddr group(KernelSocket receiver) throws KernelSocketException {
        return SockAddr.inet4(GROUP, ((SockAddr.Inet4) receiver.getsockname()).port());
    }

    private static void send(Party party) throws KernelSocketException {
        assertThat(party.sender.sendto(ByteBuffer.wrap(Ground.bytes("x")), 0, party.group)).isEqualTo(1);
    }

    private static void heard(Party party) throws KernelSocketException {
        send(party);
        assertThat(Ground.recv(party.receiver, 8)).isEqualTo("x");
    }

    /** struct ip_mreq. */
    private static MemorySegment mreq(int group, int address) {
        return MemorySegment.ofArray(new int[] {net(group), net(address)});
    }

    /** struct ip_mreqn, by the device's index. */
    private static MemorySegment mreqn(Ground ground, int group) throws KernelSocketException {
        return MemorySegment.ofArray(new int[] {net(group), 0, loopbackIndex(ground)});
    }

    private static int loopbackIndex(Ground ground) throws KernelSocketException {
        byte[] request = new byte[40];
        request[0] = 'l';
        request[1] = 'o';
        MemorySegment ifreq = MemorySegment.ofArray(request);
        ground.socket(UDP4).ioctl(SIOCGIFINDEX, ifreq);
        return ifreq.get(ValueLayout.JAVA_INT_UNALIGNED, 16);
    }

    private static int net(int address) {
        return Integer.reverseBytes(address);
    }
}
