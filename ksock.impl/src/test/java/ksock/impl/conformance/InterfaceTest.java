// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static ksock.api.Errno.*;
import static ksock.api.NetinetIn.*;
import static ksock.api.SysIoctl.*;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.Capability.CAP_NET_RAW;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_netdevice, raw_socket and packet_socket: interfaces by ioctl, and families by raw addresses. */
class InterfaceTest {

    private static final int IFREQ = 40;
    private static final int NAME = 16;
    private static final int ETH_P_ALL_NETWORK_ORDER = 0x0300;

    @TestFactory
    Stream<DynamicContainer> interfaces() {
        return each(EnumSet.of(UDP4, UDP6, UNIX_DGRAM), kind -> Stream.of(
                row("Loopback: SIOCGIFINDEX", g -> g.socket(kind), s -> ask(s, SIOCGIFINDEX, "lo").getInt(NAME), 1),
                row("InterfaceName: SIOCGIFNAME", g -> g.socket(kind), s -> {
                    byte[] request = new byte[IFREQ];
                    request[NAME] = 1;
                    s.ioctl(SIOCGIFNAME, MemorySegment.ofArray(request));
                    assertThat(new String(request, 0, NAME, US_ASCII).trim()).isEqualTo("lo");
                }, OK),
                row("InterfaceFlags: up, loopback", g -> g.socket(kind),
                        s -> ask(s, SIOCGIFFLAGS, "lo").getShort(NAME) & 0x9, 0x9),
                row("InterfaceMTU", g -> g.socket(kind), s -> ask(s, SIOCGIFMTU, "lo").getInt(NAME), 65_536),
                row("InterfaceQLEN", g -> g.socket(kind), s -> ask(s, SIOCGIFTXQLEN, "lo"), OK),
                row("SIOCGIFHWADDR: of a loopback", g -> g.socket(kind),
                        s -> ask(s, SIOCGIFHWADDR, "lo").getShort(NAME), 772),
                row("no such interface", g -> g.socket(kind), s -> ask(s, SIOCGIFFLAGS, "nodevice0"), ENODEV),
                row("no such index", g -> g.socket(kind), s -> {
                    byte[] request = new byte[IFREQ];
                    Arrays.fill(request, NAME, NAME + 4, (byte) 0x7f);
                    s.ioctl(SIOCGIFNAME, MemorySegment.ofArray(request));
                }, ENODEV),
                row("a request that nobody knows", g -> g.socket(kind), s -> s.ioctl(0x7799, 0), ENOTTY),
                row("EthtoolGetTSInfo: the pointer goes through", g -> g.socket(kind), s -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment info = arena.allocate(64, 8);
                        // ETHTOOL_GDRVINFO for a device that is none.
                        info.set(ValueLayout.JAVA_INT, 0, 3);
                        MemorySegment request = arena.allocate(IFREQ, 8);
                        request.setString(0, "nodevice0");
                        request.set(ValueLayout.ADDRESS, NAME, info);
                        s.ioctl(0x8946, request);
                    }
                }, ENODEV)));
    }

    @Test
    void shouldListTheInterfacesWithTheirAddresses() throws Exception {
        try (Ground ground = new Ground(); Arena arena = Arena.ofConfined()) {
            KernelSocket socket = ground.socket(UDP4);
            MemorySegment list = arena.allocate(64 * IFREQ, 8);
            MemorySegment request = arena.allocate(16, 8);
            request.set(ValueLayout.JAVA_INT, 0, (int) list.byteSize());
            request.set(ValueLayout.ADDRESS, 8, list);
            socket.ioctl(SIOCGIFCONF, request);

            int length = request.get(ValueLayout.JAVA_INT, 0);
            assertThat(length).isPositive();
            assertThat(length % IFREQ).isZero();
            assertThat(list.getString(0)).isEqualTo("lo");
            assertThat(list.get(ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), NAME + 4))
                    .isEqualTo(INADDR_LOOPBACK);
        }
    }

    @Test
    void shouldCarryFramesOfADeviceByRawAddresses() throws Exception {
        try (Ground ground = new Ground()) {
            CAP_NET_RAW.assumeHeld();
            KernelSocket packets = ground.socket(AF_PACKET, SOCK_DGRAM, 0);
            // struct sockaddr_ll: protocol, index of the loopback device, zeros.
            byte[] address = ByteBuffer.allocate(18).order(ByteOrder.nativeOrder())
                    .putShort((short) ETH_P_ALL_NETWORK_ORDER).putInt(1).array();
            packets.bind(new SockAddr.Raw(AF_PACKET, address));
            assertThat(packets.getsockname()).isInstanceOf(SockAddr.Raw.class);
            assertThat(packets.getsockname().family()).isEqualTo(AF_PACKET);

            Ground.Pair pair = ground.connected(UDP4);
            Ground.send(pair.near(), "a frame of it");
            ground.await(packets, POLLIN);
            SockAddrBuffer from = new SockAddrBuffer();
            assertThat(packets.recvfrom(ByteBuffer.allocate(2048), 0, from)).isGreaterThan(20);
            assertThat(from.family()).isEqualTo(AF_PACKET);
        }
    }

    @Test
    void shouldReceiveRawInternetPackets() throws Exception {
        try (Ground ground = new Ground()) {
            CAP_NET_RAW.assumeHeld();
            KernelSocket raw = ground.socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
            KernelSocket receiver = ground.bound(UDP4);
            KernelSocket sender = ground.socket(UDP4);
            sender.sendto(ByteBuffer.wrap(Ground.bytes("raw")), 0, receiver.getsockname());
            ground.await(raw, POLLIN);
            byte[] packet = new byte[2048];
            assertThat(raw.recv(packet, 0, packet.length, 0)).isGreaterThanOrEqualTo(28);
            // The IP header comes too: version 4, five words.
            assertThat(packet[0]).isEqualTo((byte) 0x45);
        }
    }

    @Test
    void shouldNameTheFamilyOfTheHost() throws Exception {
        try (Ground ground = new Ground();
                KernelSocket socket = ground.sockets().socket(KernelSockets.HOST_FAMILY, AF_INET, SOCK_DGRAM, 0)) {
            assertThat(socket.domain()).isEqualTo(AF_INET);
        }
    }

    private static ByteBuffer ask(KernelSocket socket, int request, String device) throws Exception {
        byte[] answer = Arrays.copyOf(device.getBytes(US_ASCII), IFREQ);
        assertThat(socket.ioctl(request, MemorySegment.ofArray(answer))).isZero();
        return ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder());
    }
}
