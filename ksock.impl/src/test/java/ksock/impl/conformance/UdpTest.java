// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysIoctl.*;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.UDP;
import static ksock.impl.conformance.SocketKind.UDP4;
import static ksock.impl.conformance.SocketKind.UDP6;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's udp_socket: datagrams with and without a peer. */
class UdpTest {

    private static final SockAddr NOBODY = new SockAddr.Raw(AF_UNSPEC, new byte[14]);

    @TestFactory
    Stream<DynamicContainer> withoutPeer() {
        return each(UDP, kind -> Stream.of(
                row("SendNotConnected", g -> g.socket(kind), s -> Ground.send(s, "x"), EDESTADDRREQ),
                row("Getpeername", g -> g.socket(kind), KernelSocket::getpeername, ENOTCONN),
                row("ReceiveNotBound", g -> g.socket(kind), s -> s.recv(new byte[1], 0, 1, MSG_DONTWAIT), WOULD_BLOCK),
                row("ReceiveFromNotConnected", g -> g.bound(kind), s -> s.recv(new byte[1], 0, 1, MSG_DONTWAIT),
                        WOULD_BLOCK),
                row("WriteShutdownNotConnected", g -> g.bound(kind), s -> s.shutdown(SHUT_WR), ENOTCONN),
                row("ReadShutdownOnBoundSocket", g -> g.bound(kind), s -> s.shutdown(SHUT_RD), ENOTCONN),
                row("MSG_OOB", g -> g.connected(kind).near(), s -> {
                    if (kind == UDP6) {
                        // UDP over IPv6 does not look at the flag.
                        assertThat(Ground.send(s, "x", MSG_OOB)).isEqualTo(1);
                    } else {
                        assertThatThrownBy(() -> Ground.send(s, "x", MSG_OOB)).hasMessageContaining("EOPNOTSUPP");
                    }
                }, OK),
                row("SIOCATMARK", g -> g.socket(kind), s -> s.ioctl(SIOCATMARK, 0), ENOTTY),
                row("SendToZeroPort", g -> new To(g.socket(kind), loopback(kind, 0)), To::send, EINVAL),
                row("ConnectBinds", g -> new To(g.socket(kind), loopback(kind, 9)), to -> {
                    to.socket.connect(to.address);
                    assertThat(to.socket.getsockname().toString()).doesNotEndWith(":0");
                    assertThat(to.socket.getpeername()).isEqualTo(to.address);
                }, OK),
                row("Connect: bind", g -> g.connected(kind).near(), s -> s.bind(loopback(kind, 0)), EINVAL),
                row("SendAndReceiveNotConnected", g -> new Ground.Pair(g.socket(kind), g.bound(kind)), pair -> {
                    new To(pair.near(), pair.far().getsockname()).send();
                    SockAddrBuffer from = new SockAddrBuffer();
                    assertThat(pair.far().recvfrom(ByteBuffer.allocate(9), 0, from)).isEqualTo(1);
                    SockAddr sender = from.get();
                    assertThat(port(sender)).isEqualTo(port(pair.near().getsockname()));
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> disconnected() {
        return each(UDP, kind -> Stream.of(
                row("Disconnect", g -> g.connected(kind).near(), s -> {
                    s.connect(NOBODY);
                    s.getpeername();
                }, ENOTCONN),
                row("Disconnect: again", g -> g.socket(kind), s -> s.connect(NOBODY), 0),
                row("DisconnectAfterBind: keeps the address, gives back a port that was the host's choice",
                        g -> g.connected(kind).near(), s -> {
                    s.connect(NOBODY);
                    assertThat(s.getsockname()).isEqualTo(loopback(kind, 0));
                }, OK),
                row("DisconnectAfterConnectWithoutBind: gives the port back", g -> new To(g.socket(kind),
                        loopback(kind, 9)), to -> {
                    to.socket.connect(to.address);
                    to.socket.connect(NOBODY);
                    return port(to.socket.getsockname());
                }, 0),
                row("ConnectToZeroPortUnbound", g -> new To(g.socket(kind), loopback(kind, 0)), To::connect, 0),
                row("ConnectToZeroPortConnected", g -> new To(g.connected(kind).near(), loopback(kind, 0)), to -> {
                    to.connect();
                    to.socket.getpeername();
                }, ENOTCONN),
                row("ReceiveAfterDisconnect: from anybody", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().connect(NOBODY);
                    pair.near().bind(loopback(kind, 0));
                    return new Ground.Pair(pair.near(), g.bound(kind));
                }, pair -> {
                    new To(pair.far(), pair.near().getsockname()).send();
                    assertThat(Ground.recv(pair.near(), 8)).isEqualTo("x");
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> withPeer() {
        return each(UDP, kind -> Stream.of(
                row("SendAndReceiveConnected", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "datagram");
                    assertThat(Ground.recv(pair.far(), 64)).isEqualTo("datagram");
                }, OK),
                row("ReceiveAfterConnect: a stranger's datagram is not taken", g -> new Ground.Pair(
                        g.connected(kind).near(), g.bound(kind)), pair -> {
                    new To(pair.far(), pair.near().getsockname()).send();
                    return pair.near().recv(new byte[1], 0, 1, MSG_DONTWAIT);
                }, WOULD_BLOCK),
                row("ReceiveBeforeConnect: what is queued stays", g -> {
                    Ground.Pair pair = new Ground.Pair(g.bound(kind), g.bound(kind));
                    new To(pair.far(), pair.near().getsockname()).send();
                    pair.near().connect(g.bound(kind).getsockname());
                    return pair.near();
                }, s -> s.recv(new byte[1], 0, 1, MSG_DONTWAIT), 1),
                row("SendToAddressOtherThanConnected", g -> {
                    KernelSocket other = g.bound(kind);
                    new To(g.connected(kind).near(), other.getsockname()).send();
                    return other;
                }, s -> s.recv(new byte[1], 0, 1, 0), 1),
                row("Reconnect", g -> new To(g.connected(kind).near(), g.bound(kind).getsockname()), To::connect, 0),
                row("ConnectAndSendNoReceiver: the first is taken", g -> new To(g.socket(kind), g.deserted(kind)),
                        to -> {
                            to.connect();
                            return Ground.send(to.socket, "x");
                        }, 1),
                row("ConnectAndSendNoReceiver: the second tells", g -> refusedOnce(g, kind),
                        s -> Ground.send(s, "x"), ECONNREFUSED),
                row("ConnectAndSendNoReceiver: so does recv", g -> refusedOnce(g, kind), s -> Ground.recv(s, 1),
                        ECONNREFUSED),
                row("ConnectAndSendNoReceiver: SO_ERROR too, once", g -> refusedOnce(g, kind), s -> {
                    assertThat(s.getsockopt(SOL_SOCKET, SO_ERROR)).isEqualTo(ECONNREFUSED.number());
                    assertThat(Ground.send(s, "x")).isEqualTo(1);
                }, OK),
                row("PayloadTooBig", g -> g.connected(kind).near(), s -> s.send(new byte[65_536], 0, 65_536, 0),
                        EMSGSIZE),
                row("the longest datagram", g -> g.connected(kind).near(), s -> s.send(new byte[65_507], 0, 65_507, 0),
                        65_507),
                row("BoundaryPreserved_SendRecv", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "one");
                    Ground.send(pair.near(), "three");
                    assertThat(Ground.recv(pair.far(), 64)).isEqualTo("one");
                    assertThat(Ground.recv(pair.far(), 64)).isEqualTo("three");
                }, OK),
                row("ZerolengthWriteAllowed", g -> g.connected(kind), pair -> {
                    assertThat(Ground.send(pair.near(), "")).isZero();
                    assertThat(pair.far().recv(new byte[8], 0, 8, 0)).isZero();
                }, OK),
                row("ZerolengthWriteAllowedNonBlockRead: once", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "");
                    pair.far().recv(new byte[8], 0, 8, 0);
                    return pair.far().recv(new byte[8], 0, 8, MSG_DONTWAIT);
                }, WOULD_BLOCK)));
    }

    @TestFactory
    Stream<DynamicContainer> shut() {
        return each(UDP, kind -> Stream.of(
                row("ReadShutdown: wakes and gives the end", g -> g.connected(kind).near(), s -> {
                    CompletableFuture<Long> reader = Ground.async(() -> s.recv(new byte[1], 0, 1, 0));
                    s.shutdown(SHUT_RD);
                    return Ground.join(reader);
                }, 0),
                row("ReadShutdownNonblockPendingData: comes first", g -> g.connected(kind), pair -> {
                    Ground.send(pair.far(), "x");
                    pair.near().shutdown(SHUT_RD);
                    assertThat(Ground.recv(pair.near(), 1)).isEqualTo("x");
                    return pair.near().recv(new byte[1], 0, 1, MSG_DONTWAIT);
                }, WOULD_BLOCK),
                row("WriteShutdown", g -> g.connected(kind).near(), s -> {
                    s.shutdown(SHUT_WR);
                    Ground.send(s, "x");
                }, EPIPE),
                row("ReconnectDoesNotClearWriteShutdown", g -> g.connected(kind).near(), s -> {
                    s.shutdown(SHUT_WR);
                    s.connect(s.getpeername());
                    Ground.send(s, "x");
                }, EPIPE)));
    }

    @TestFactory
    Stream<DynamicContainer> counted() {
        return each(UDP, kind -> Stream.of(
                row("Fionread: of the first datagram", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    Ground.send(pair.near(), "defgh");
                    return pair.far().ioctl(FIONREAD, 0);
                }, 3),
                row("Fionread: nothing", g -> g.bound(kind), s -> s.ioctl(FIONREAD, 0), 0),
                row("FIONREADZeroLengthPacket", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "");
                    return pair.far().ioctl(FIONREAD, 0);
                }, 0),
                row("TimestampIoctlNothingRead", g -> g.socket(kind),
                        s -> s.ioctl(0x8906, MemorySegment.ofArray(new byte[16])), ENOENT)));
    }

    @TestFactory
    Stream<DynamicContainer> addresses() {
        return onBothThreads("addresses", () -> Stream.of(
                row("UdpV4ListenerV6SendTo", g -> new To(g.socket(UDP4), SockAddr.loopback6(9)), To::send,
                        EAFNOSUPPORT),
                row("V6 socket, IPv4 address", g -> new To(g.socket(UDP6), SockAddr.loopback4(9)), To::send, 1),
                row("ConnectBadAddress: short", g -> g.socket(UDP4),
                        s -> s.connect(new SockAddr.Raw(AF_INET, new byte[6])), EINVAL),
                row("sendto a short address", g -> new To(g.socket(UDP4), new SockAddr.Raw(AF_INET, new byte[6])),
                        To::send, EINVAL),
                row("broadcast without SO_BROADCAST", g -> new To(g.socket(UDP4), SockAddr.inet("127.255.255.255", 9)),
                        To::send, EACCES),
                row("broadcast with SO_BROADCAST", g -> {
                    KernelSocket socket = g.socket(UDP4);
                    socket.setsockopt(SOL_SOCKET, SO_BROADCAST, 1);
                    return new To(socket, SockAddr.inet("127.255.255.255", 9));
                }, To::send, 1),
                row("BindInUse", g -> new To(g.socket(UDP4), g.bound(UDP4).getsockname()), to ->
                        to.socket.bind(to.address), EADDRINUSE),
                row("BindReuseAddrThenReusePort", g -> {
                    KernelSocket first = g.socket(UDP4);
                    first.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
                    first.bind(SockAddr.loopback4(0));
                    KernelSocket second = g.socket(UDP4);
                    second.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1);
                    return new To(second, first.getsockname());
                }, to -> to.socket.bind(to.address), EADDRINUSE)));
    }

    /** A connected socket whose first datagram has found nobody, and that has been told. */
    private static KernelSocket refusedOnce(Ground ground, SocketKind kind) throws KernelSocketException {
        KernelSocket socket = ground.socket(kind);
        socket.connect(ground.deserted(kind));
        Ground.send(socket, "x");
        assertThat(ground.await(socket, 0) & POLLERR).isEqualTo(POLLERR);
        return socket;
    }

    private static SockAddr loopback(SocketKind kind, int port) {
        return kind == UDP4 ? SockAddr.loopback4(port) : SockAddr.loopback6(port);
    }

    private static int port(SockAddr address) {
        return new SockAddrBuffer().set(address).port();
    }

    /** A socket and where it is to send to. */
    private record To(KernelSocket socket, SockAddr address) {

        long send() throws KernelSocketException {
            return socket.sendto(ByteBuffer.wrap(Ground.bytes("x")), 0, address);
        }

        long connect() throws KernelSocketException {
            return socket.connect(address);
        }
    }
}
