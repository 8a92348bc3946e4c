// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.EINVAL;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.impl.conformance.SocketKind.TCP4;
import static ksock.impl.conformance.SocketKind.UDP;
import static ksock.impl.conformance.SocketKind.UDP4;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.LinuxNetTstamp;
import ksock.api.MessageHeader;
import ksock.api.SysSocket;
import ksock.api.typed.ControlTypes;
import ksock.api.typed.SockMeminfo;
import ksock.api.typed.SockTxtime;
import ksock.api.typed.SocketOptions;
import ksock.api.typed.TcpOptions;
import ksock.api.typed.UdpOptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One send that is several datagrams, several datagrams that are one receive; what else the host tells of them. */
class SegmentationTest {

    private static final int SEGMENT = 1_000;
    private static final int ALL = 3 * SEGMENT + 500;

    @TestFactory
    Stream<DynamicContainer> segments() {
        return each(UDP, kind -> Stream.of(
                row("the option parts each send", g -> g.connected(kind), pair -> {
                    pair.near().setsockopt(UdpOptions.UDP_SEGMENT, SEGMENT);
                    assertThat(pair.near().send(new byte[ALL], 0, ALL, 0)).isEqualTo(ALL);
                    assertThat(lengths(pair.far(), 4)).containsExactly(SEGMENT, SEGMENT, SEGMENT, 500);
                }, OK),
                row("a control message parts one", g -> g.connected(kind), pair -> {
                    pair.near().sendmsg(message(ALL, new ControlBuffer(32).add(ControlTypes.UDP_SEGMENT, SEGMENT)), 0);
                    pair.near().send(new byte[ALL], 0, ALL, 0);
                    assertThat(lengths(pair.far(), 5)).containsExactly(SEGMENT, SEGMENT, SEGMENT, 500, ALL);
                }, OK),
                row("what was parted comes as one, with its length", g -> g.connected(kind), pair -> {
                    pair.far().setsockopt(UdpOptions.UDP_GRO, true);
                    pair.near().setsockopt(UdpOptions.UDP_SEGMENT, SEGMENT);
                    pair.near().send(new byte[ALL], 0, ALL, 0);
                    ControlBuffer control = new ControlBuffer(64);
                    assertThat(receive(pair.far(), control)).isEqualTo(ALL);
                    assertThat(control.get(ControlTypes.UDP_GRO)).isEqualTo(SEGMENT);
                }, OK),
                row("what was sent as one says no length", g -> g.connected(kind), pair -> {
                    pair.far().setsockopt(UdpOptions.UDP_GRO, true);
                    pair.near().send(new byte[SEGMENT], 0, SEGMENT, 0);
                    ControlBuffer control = new ControlBuffer(64);
                    assertThat(receive(pair.far(), control)).isEqualTo(SEGMENT);
                    assertThat(control.get(ControlTypes.UDP_GRO)).isNull();
                }, OK),
                row("a control message of another length", g -> g.connected(kind), pair -> {
                    pair.near().sendmsg(message(ALL, new ControlBuffer(32).addInt(SysSocket.SOL_UDP, 103, SEGMENT)), 0);
                }, EINVAL)));
    }

    @TestFactory
    Stream<DynamicContainer> times() {
        return each(UDP, kind -> Stream.of(
                row("when it came, by the host", g -> g.connected(kind), pair -> {
                    pair.far().setsockopt(SocketOptions.SO_TIMESTAMPING,
                            LinuxNetTstamp.SOF_TIMESTAMPING_RX_SOFTWARE | LinuxNetTstamp.SOF_TIMESTAMPING_SOFTWARE);
                    ControlBuffer control = new ControlBuffer(128);
                    // The host begins to look at its clock a moment after it was asked to.
                    await().pollInSameThread().pollDelay(Duration.ZERO).atMost(Ground.PATIENCE).until(() -> {
                        pair.near().send(new byte[1], 0, 1, 0);
                        receive(pair.far(), control);
                        return control.get(ControlTypes.SCM_TIMESTAMPING) != null;
                    });
                    Instant time = control.get(ControlTypes.SCM_TIMESTAMPING).software();
                    assertThat(Duration.between(time, Instant.now()).abs()).isLessThan(Ground.PATIENCE);
                    assertThat(control.get(ControlTypes.SCM_TIMESTAMPING).hardware()).isNull();
                }, OK),
                row("when to send it", g -> g.connected(kind), pair -> {
                    pair.near().setsockopt(SocketOptions.SO_TXTIME, new SockTxtime(SockTxtime.CLOCK_MONOTONIC, 0));
                    pair.near().sendmsg(message(1, new ControlBuffer(32)
                            .add(ControlTypes.SCM_TXTIME, System.nanoTime())), 0);
                    assertThat(lengths(pair.far(), 1)).containsExactly(1);
                }, OK),
                row("when to send it, and nobody asked for that", g -> g.connected(kind), pair -> {
                    pair.near().sendmsg(message(1, new ControlBuffer(32)
                            .add(ControlTypes.SCM_TXTIME, System.nanoTime())), 0);
                }, EINVAL)));
    }

    @TestFactory
    Stream<DynamicTest> memory() {
        return Stream.of(
                row("what waits to be received, and its limit", g -> g.connected(UDP4), pair -> {
                    assertThat(pair.far().getsockopt(SocketOptions.SO_MEMINFO).rmemAlloc()).isZero();
                    pair.near().send(new byte[SEGMENT], 0, SEGMENT, 0);
                    SockMeminfo memory = pair.far().getsockopt(SocketOptions.SO_MEMINFO);
                    assertThat(memory.rmemAlloc()).isBetween((long) SEGMENT, memory.rcvbuf());
                    assertThat(memory.rcvbuf()).isEqualTo(pair.far().getsockopt(SocketOptions.SO_RCVBUF).longValue());
                    assertThat(memory.sndbuf()).isEqualTo(pair.far().getsockopt(SocketOptions.SO_SNDBUF).longValue());
                    assertThat(memory.drops()).isZero();
                }, OK),
                row("what was dropped", g -> g.connectedNonBlocking(UDP4), pair -> {
                    pair.far().setsockopt(SocketOptions.SO_RCVBUF, 4_096);
                    for (int i = 0; i < 100; i++) {
                        pair.near().send(new byte[SEGMENT], 0, SEGMENT, 0);
                    }
                    assertThat(pair.far().getsockopt(SocketOptions.SO_MEMINFO).drops()).isBetween(50L, 99L);
                }, OK),
                row("what is left to receive", g -> g.connected(TCP4), pair -> {
                    pair.far().setsockopt(TcpOptions.TCP_INQ, true);
                    pair.near().send(new byte[ALL], 0, ALL, 0);
                    ControlBuffer control = new ControlBuffer(64);
                    pair.far().recvmsg(message(SEGMENT, control), SysSocket.MSG_WAITALL);
                    assertThat(control.get(ControlTypes.TCP_CM_INQ)).isEqualTo(ALL - SEGMENT);
                }, OK));
    }

    @Test
    void shouldNameTheProtocolOnTop() throws Exception {
        try (Ground ground = new Ground()) {
            KernelSocket socket = ground.connected(TCP4).near();
            assertThat(socket.getsockopt(TcpOptions.TCP_ULP)).isEmpty();
            assertThat(socket.getsockopt(TcpOptions.TCP_IS_MPTCP)).isFalse();
            assertThat(socket.getsockopt(SOL_SOCKET, SysSocket.SO_TYPE)).isEqualTo(SysSocket.SOCK_STREAM);
        }
    }

    private static MessageHeader message(int length, ControlBuffer control) {
        return new MessageHeader().buffers(MemorySegment.ofArray(new byte[length])).control(control);
    }

    private static long receive(KernelSocket socket, ControlBuffer control) throws KernelSocketException {
        return socket.within(Ground.PATIENCE).recvmsg(message(65_536, control), 0);
    }

    private static int[] lengths(KernelSocket socket, int datagrams) throws KernelSocketException {
        int[] lengths = new int[datagrams];
        for (int i = 0; i < datagrams; i++) {
            lengths[i] = (int) receive(socket, null);
        }
        return lengths;
    }
}
