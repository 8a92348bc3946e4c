// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.NetinetIn.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.ControlBuffer.ControlMessage;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's udp_socket and socket_ip_udp: what travels beside a datagram. */
class ControlDataTest {

    @TestFactory
    Stream<DynamicContainer> internet() {
        return onBothThreads("internet", () -> Stream.of(
                row("SetAndReceivePktInfo", g -> g.connected(UDP4), pair -> {
                    ControlMessage info = after(pair, IPPROTO_IP, IP_PKTINFO);
                    assertThat(info.type()).isEqualTo(IP_PKTINFO);
                    // The index of the loopback device, and 127.0.0.1 twice, in network order.
                    assertThat(info.data().get(ValueLayout.JAVA_INT, 0)).isEqualTo(1);
                    assertThat(info.data().toArray(ValueLayout.JAVA_BYTE)).endsWith(127, 0, 0, 1);
                }, OK),
                row("IPv6PacketInfo", g -> g.connected(UDP6), pair -> {
                    ControlMessage info = after(pair, IPPROTO_IPV6, IPV6_RECVPKTINFO);
                    assertThat(info.type()).isEqualTo(IPV6_PKTINFO);
                    assertThat(info.data().byteSize()).isEqualTo(20);
                    assertThat(info.data().get(ValueLayout.JAVA_BYTE, 15)).isEqualTo((byte) 1);
                    assertThat(info.data().get(ValueLayout.JAVA_INT, 16)).isEqualTo(1);
                }, OK),
                row("SetAndReceiveTTL", g -> g.connected(UDP4), pair -> after(pair, IPPROTO_IP, IP_RECVTTL).data()
                        .get(ValueLayout.JAVA_INT, 0), 64),
                row("SetAndReceiveTOS", g -> {
                    Ground.Pair pair = g.connected(UDP4);
                    pair.near().setsockopt(IPPROTO_IP, IP_TOS, 0x20);
                    return pair;
                }, pair -> after(pair, IPPROTO_IP, IP_RECVTOS).data().get(ValueLayout.JAVA_BYTE, 0), 0x20),
                row("SendAndReceiveTOS: in the message", g -> {
                    Ground.Pair pair = g.connected(UDP4);
                    pair.far().setsockopt(IPPROTO_IP, IP_RECVTOS, 1);
                    return pair;
                }, pair -> {
                    pair.near().sendmsg(data().control(new ControlBuffer(32).addInt(IPPROTO_IP, IP_TOS, 0x28)), 0);
                    return received(pair.far()).data().get(ValueLayout.JAVA_BYTE, 0);
                }, 0x28),
                row("SendAndReceiveTTL: out of range", g -> g.connected(UDP4).near(), s -> s.sendmsg(
                        data().control(new ControlBuffer(32).addInt(IPPROTO_IP, IP_TTL, 256)), 0), EINVAL),
                row("InsufficientBufferTOS", g -> g.connected(UDP4).near(), s -> s.sendmsg(data().control(
                        new ControlBuffer(32).add(IPPROTO_IP, IP_TOS, MemorySegment.ofArray(new byte[2]))), 0),
                        EINVAL),
                row("IPV6_TCLASS", g -> {
                    Ground.Pair pair = g.connected(UDP6);
                    pair.near().setsockopt(IPPROTO_IPV6, IPV6_TCLASS, 0x20);
                    return pair;
                }, pair -> after(pair, IPPROTO_IPV6, IPV6_RECVTCLASS).data().get(ValueLayout.JAVA_INT, 0), 0x20),
                row("IP_PKTINFO chooses the source", g -> new Ground.Pair(g.socket(UDP4), g.bound(UDP4)), pair -> {
                    int[] source = {0, 0x0302007f, 0};
                    pair.near().sendmsg(data().name(new SockAddrBuffer().set(pair.far().getsockname())).control(
                            new ControlBuffer(32).add(IPPROTO_IP, IP_PKTINFO, MemorySegment.ofArray(source))), 0);
                    SockAddrBuffer from = new SockAddrBuffer();
                    pair.far().recvmsg(data().name(from), 0);
                    assertThat(((SockAddr.Inet4) from.get()).address()).isEqualTo(0x7f000203);
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> times() {
        return each(java.util.EnumSet.of(UDP4, UDP6, UNIX_DGRAM), kind -> Stream.of(
                row("SoTimestampOffByDefault", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "x");
                    MessageHeader header = data().control(new ControlBuffer(64));
                    pair.far().recvmsg(header, 0);
                    return header.control().messages().size();
                }, 0),
                row("SoTimestamp", g -> g.connected(kind), pair -> {
                    ControlMessage stamp = after(pair, SOL_SOCKET, SO_TIMESTAMP);
                    assertThat(stamp.type()).isEqualTo(SCM_TIMESTAMP);
                    assertNow(stamp, 1000);
                }, OK),
                row("SoTimestampNs", g -> g.connected(kind), pair -> {
                    ControlMessage stamp = after(pair, SOL_SOCKET, SO_TIMESTAMPNS);
                    assertThat(stamp.type()).isEqualTo(SCM_TIMESTAMPNS);
                    assertNow(stamp, 1);
                }, OK),
                row("MSG_CTRUNC when it does not fit", g -> g.connected(kind), pair -> {
                    pair.far().setsockopt(SOL_SOCKET, SO_TIMESTAMP, 1);
                    Ground.send(pair.near(), "x");
                    MessageHeader header = data().control(new ControlBuffer(0));
                    pair.far().recvmsg(header, 0);
                    return header.flags() & MSG_CTRUNC;
                }, MSG_CTRUNC)));
    }

    @TestFactory
    Stream<DynamicContainer> errorQueue() {
        return each(java.util.EnumSet.of(UDP4, UDP6), kind -> Stream.of(
                row("ErrorQueue: empty", g -> g.bound(kind), s -> s.recvmsg(data(), MSG_ERRQUEUE), WOULD_BLOCK),
                row("RecvErrorConnRefused", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.setsockopt(level(kind), kind == UDP4 ? IP_RECVERR : IPV6_RECVERR, 1);
                    socket.connect(g.deserted(kind));
                    Ground.send(socket, "x");
                    g.await(socket, 0);
                    return socket;
                }, s -> {
                    MessageHeader header = data().control(new ControlBuffer(128)).name(new SockAddrBuffer());
                    assertThat(s.recvmsg(header, MSG_ERRQUEUE)).isEqualTo(1);
                    assertThat(header.flags() & MSG_ERRQUEUE).isEqualTo(MSG_ERRQUEUE);
                    assertThat(header.name().get()).isEqualTo(s.getpeername());
                    ControlMessage error = header.control().messages().getFirst();
                    assertThat(error.level()).isEqualTo(level(kind));
                    assertThat(error.data().get(ValueLayout.JAVA_INT, 0)).isEqualTo(ECONNREFUSED.number());
                }, OK),
                row("IP_RECVERR of no such size", g -> g.socket(kind), s -> s.setsockopt(level(kind), 4711,
                        MemorySegment.ofArray(new byte[0])), ENOPROTOOPT)));
    }

    private static int level(SocketKind kind) {
        return kind == UDP4 ? IPPROTO_IP : IPPROTO_IPV6;
    }

    /** Turns an option on at the far end, and gives what then comes beside a datagram. */
    private static ControlMessage after(Ground.Pair pair, int level, int option) throws KernelSocketException {
        pair.far().setsockopt(level, option, 1);
        Ground.send(pair.near(), "x");
        return received(pair.far());
    }

    private static ControlMessage received(KernelSocket socket) throws KernelSocketException {
        MessageHeader header = data().control(new ControlBuffer(128));
        assertThat(socket.recvmsg(header, 0)).isEqualTo(1);
        assertThat(header.flags() & MSG_CTRUNC).isZero();
        assertThat(header.control().messages()).hasSize(1);
        return header.control().messages().getFirst();
    }

    private static MessageHeader data() {
        return new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
    }

    private static void assertNow(ControlMessage stamp, int nanosAUnit) {
        Instant time = Instant.ofEpochSecond(stamp.data().get(ValueLayout.JAVA_LONG_UNALIGNED, 0),
                stamp.data().get(ValueLayout.JAVA_LONG_UNALIGNED, 8) * nanosAUnit);
        assertThat(Duration.between(time, Instant.now()).abs()).isLessThan(Ground.PATIENCE);
    }
}
