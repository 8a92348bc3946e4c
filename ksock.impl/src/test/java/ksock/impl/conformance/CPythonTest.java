// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.NetinetIn.*;
import static ksock.api.NetinetTcp.*;
import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.ALL;
import static ksock.impl.conformance.SocketKind.CONNECTING;
import static ksock.impl.conformance.SocketKind.STREAMS;
import static ksock.impl.conformance.SocketKind.UDP4;
import static ksock.impl.conformance.SocketKind.UDP6;
import static ksock.impl.conformance.SocketKind.UNIX_STREAM;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.KernelSocket;
import ksock.api.MessageHeader;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.impl.socket.Fixture;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** CPython's test_socket: the classes whose names the rows bear, as far as they are about the calls. */
class CPythonTest {

    private static final int IPV6_RECVHOPLIMIT = 51;
    private static final int IPV6_HOPLIMIT = 52;

    @TestFactory
    Stream<DynamicContainer> basic() {
        return each(ALL, kind -> Stream.of(
                row("SendmsgTests.testSendmsg", g -> g.connected(kind), pair -> {
                    assertThat(pair.near().sendmsg(message("over the wire"), 0)).isEqualTo(13);
                    assertThat(Ground.recv(pair.far(), 64)).isEqualTo("over the wire");
                }, OK),
                row("SendmsgTests.testSendmsgGather", g -> g.connected(kind), pair -> {
                    assertThat(pair.near().sendmsg(new MessageHeader().buffers(bytes("over "), bytes("the "),
                            bytes("wire")), 0)).isEqualTo(13);
                    assertThat(Ground.recv(pair.far(), 64)).isEqualTo("over the wire");
                }, OK),
                row("SendmsgTests.testSendmsgAfterClose", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.close();
                    return socket;
                }, s -> s.sendmsg(message("x"), 0), ENOTSOCK),
                row("RecvmsgTests.testRecvmsgFromSendmsg", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().sendmsg(message("ab"), 0);
                    return pair.far();
                }, s -> s.recvmsg(empty(64), 0), 2),
                row("RecvmsgTests.testRecvmsgAfterClose", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.close();
                    return socket;
                }, s -> s.recvmsg(empty(1), 0), ENOTSOCK),
                row("RecvmsgTests.testRecvmsgTimeout", g -> g.connected(kind).near(),
                        s -> s.within(Duration.ofMillis(30)).recvmsg(empty(1), 0), ETIMEDOUT),
                row("RecvmsgTests.testRecvmsgPeek: twice the same", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.near(), "peek");
                    return pair.far();
                }, s -> {
                    MessageHeader first = empty(64);
                    assertThat(s.recvmsg(first, MSG_PEEK)).isEqualTo(4);
                    assertThat(Ground.recv(s, 64)).isEqualTo("peek");
                }, OK),
                row("RecvmsgTests.testRecvmsgLongAncillaryBuf: nothing comes in it", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.near(), "x");
                    return pair.far();
                }, s -> {
                    MessageHeader header = empty(8).control(new ControlBuffer(10_240));
                    s.recvmsg(header, 0);
                    assertThat(header.control().messages()).isEmpty();
                    assertThat(header.flags() & MSG_CTRUNC).isZero();
                }, OK),
                row("RecvmsgIntoTests.testRecvmsgIntoScatter", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.near(), "spam");
                    return pair.far();
                }, s -> {
                    MemorySegment first = bytes("----");
                    MemorySegment second = bytes("0123");
                    s.recvmsg(new MessageHeader().buffers(first.asSlice(1, 2), second.asSlice(0, 2)), 0);
                    assertThat(text(first) + text(second)).isEqualTo("-sp-am23");
                }, OK),
                row("BufferIOTest.testRecvIntoSmall: into a part of an array", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.near(), "ab");
                    return pair.far();
                }, s -> {
                    byte[] data = Ground.bytes("----");
                    assertThat(s.recv(data, 1, 2, 0)).isEqualTo(2);
                    assertThat(data).isEqualTo(Ground.bytes("-ab-"));
                }, OK),
                row("BasicTCPTest.testShutdown, then send", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.shutdown(SHUT_WR);
                    return socket;
                }, s -> Ground.send(s, "x"), EPIPE),
                row("GeneralModuleTests.testNewAttributes", g -> g.socket(kind), s -> {
                    assertThat(s.domain()).isEqualTo(kind.domain());
                    assertThat(s.type()).isEqualTo(kind.type());
                    assertThat(s.protocol()).isZero();
                }, OK),
                row("GeneralModuleTests.testCloseException: closing twice", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.close();
                    return socket;
                }, KernelSocket::close, OK),
                row("GeneralModuleTests.testSendAfterClose", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.close();
                    return socket;
                }, s -> Ground.send(s, "spam"), ENOTSOCK),
                row("GeneralModuleTests.testSetSockOpt", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
                    return socket;
                }, s -> s.getsockopt(SOL_SOCKET, SO_REUSEADDR), 1),
                row("BasicSocketPairTest.testRecv, in the other direction", g -> g.connected(kind), pair -> {
                    Ground.send(pair.far(), "back");
                    assertThat(Ground.recv(pair.near(), 64)).isEqualTo("back");
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> streams() {
        return each(STREAMS, kind -> Stream.of(
                row("BasicTCPTest.testOverFlowRecv: in pieces", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.near(), "Michael Gilfix was here");
                    return pair.far();
                }, s -> {
                    String first = Ground.recv(s, 20, MSG_WAITALL);
                    assertThat(first + Ground.recv(s, 3, MSG_WAITALL)).isEqualTo("Michael Gilfix was here");
                }, OK),
                row("BasicTCPTest.testSendAll", g -> g.connected(kind), pair -> {
                    CompletableFuture<Long> sending = Ground.async(() -> {
                        long sent = pair.near().send(new byte[1 << 21], 0, 1 << 21, 0);
                        pair.near().shutdown(SHUT_WR);
                        return sent;
                    });
                    assertThat(Fill.drain(pair.far())).isEqualTo(1 << 21);
                    assertThat(Ground.join(sending)).isEqualTo(1 << 21);
                }, OK),
                row("SendmsgStreamTests.testSendmsgTimeout", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    Fill.up(socket);
                    return socket;
                }, s -> s.within(Duration.ofMillis(30)).sendmsg(new MessageHeader().buffers(
                        MemorySegment.ofArray(new byte[1 << 16])), 0), ETIMEDOUT),
                row("SendmsgStreamTests.testSendmsgDontWait", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    Fill.up(socket);
                    return socket;
                }, s -> s.sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(new byte[1 << 16])), MSG_DONTWAIT),
                        WOULD_BLOCK),
                row("RecvmsgGenericStreamTests.testRecvmsgEOF", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().close();
                    return pair.far();
                }, s -> s.recvmsg(empty(1024), 0), 0),
                row("RecvmsgGenericStreamTests.testRecvmsgOverflow: the rest stays", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.near(), "over the wire");
                    return pair.far();
                }, s -> {
                    MessageHeader header = empty(10);
                    assertThat(s.recvmsg(header, 0)).isEqualTo(10);
                    assertThat(header.flags() & MSG_TRUNC).isZero();
                    assertThat(Ground.recv(s, 10)).isEqualTo("ire");
                }, OK),
                row("TCPTimeoutTest.testInterruptedTimeout: a limit and no peer", g -> g.listening(kind),
                        s -> s.within(Duration.ofMillis(20)).accept(), ETIMEDOUT),
                row("TCPTimeoutTest.testTimeoutZero", g -> g.nonBlocking(g.listening(kind)),
                        s -> s.accept() == null ? WOULD_BLOCK : 0, WOULD_BLOCK),
                row("InheritanceTest.test_SOCK_NONBLOCK: what is accepted blocks", g -> {
                    KernelSocket listener = g.listening(kind);
                    g.socket(kind).connect(listener.getsockname());
                    g.nonBlocking(listener);
                    return g.adopt(listener.accept());
                }, s -> s.within(Duration.ofMillis(20)).recv(new byte[1], 0, 1, 0), ETIMEDOUT),
                row("NonBlockingTCPTests.testRecv: then with a poll before", g -> g.connectedNonBlocking(kind),
                        pair -> {
                    assertThat(pair.near().recv(new byte[8], 0, 8, 0)).isEqualTo(WOULD_BLOCK);
                    Ground.send(pair.far(), "x");
                    assertThat(Service.open().poll(new PollFd[] {new PollFd(pair.near(), POLLIN)},
                            Ground.PATIENCE)).isEqualTo(1);
                    assertThat(Ground.recv(pair.near(), 8)).isEqualTo("x");
                }, OK),
                row("NonBlockingTCPTests.testSetBlocking: back again", g -> {
                    KernelSocket socket = g.connectedNonBlocking(kind).near();
                    socket.ioctl(FIONBIO, 0);
                    return socket;
                }, s -> s.within(Duration.ofMillis(20)).recv(new byte[1], 0, 1, 0), ETIMEDOUT),
                row("NetworkConnectionNoServer.testWithoutServer", g -> {
                    SockAddr nobody = g.deserted(kind);
                    return new Object[] {g.socket(kind), nobody};
                }, both -> ((KernelSocket) both[0]).connect((SockAddr) both[1]), ECONNREFUSED)));
    }

    @TestFactory
    Stream<DynamicContainer> connecting() {
        return each(CONNECTING, kind -> Stream.of(
                row("SendmsgConnectedTests.testSendmsgAncillaryGenerator: no level of that name",
                        g -> g.connected(kind).near(), s -> s.sendmsg(message("x").control(
                                new ControlBuffer(64).addInt(SOL_SOCKET, 12_345, 1)), 0), EINVAL),
                row("testRecvmsgShutdown: a receiver that is shut", g -> {
                    KernelSocket socket = g.connected(kind).near();
                    socket.shutdown(SHUT_RD);
                    return socket;
                }, s -> s.recvmsg(empty(8), 0), 0),
                row("TestSocketSharing: a listener that two threads accept from", g -> {
                    KernelSocket listener = g.listening(kind);
                    g.socket(kind).connect(listener.getsockname());
                    g.socket(kind).connect(listener.getsockname());
                    return listener;
                }, s -> {
                    CompletableFuture<KernelSocket> one = Ground.async(s::accept);
                    CompletableFuture<KernelSocket> two = Ground.async(s::accept);
                    try (KernelSocket first = Ground.join(one); KernelSocket second = Ground.join(two)) {
                        assertThat(first.id()).isNotEqualTo(second.id());
                    }
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> udp() {
        return Stream.of(UDP4, UDP6).flatMap(kind -> onBothThreads(kind.name(), () -> Stream.of(
                row("BasicUDPTest.testSendtoAndRecv", g -> new Ground.Pair(g.socket(kind), g.bound(kind)), pair -> {
                    pair.near().sendto(ByteBuffer.wrap(Ground.bytes("MSG")), 0, pair.far().getsockname());
                    assertThat(Ground.recv(pair.far(), 3)).isEqualTo("MSG");
                }, OK),
                row("SendmsgConnectionlessTests.testSendmsgNoDestAddr", g -> g.socket(kind),
                        s -> s.sendmsg(message("x"), 0), EDESTADDRREQ),
                row("SendmsgTests.testSendmsgExplicitNoneAddr: to a name", g -> new Ground.Pair(g.socket(kind),
                        g.bound(kind)), pair -> pair.near().sendmsg(message("abc").name(new SockAddrBuffer()
                        .set(pair.far().getsockname())), 0), 3),
                row("RecvmsgTests.testRecvmsgTrunc", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.near(), "over the wire");
                    return pair.far();
                }, s -> {
                    MessageHeader header = empty(10);
                    assertThat(s.recvmsg(header, 0)).isEqualTo(10);
                    assertThat(header.flags() & MSG_TRUNC).isEqualTo(MSG_TRUNC);
                    assertThat(s.recv(new byte[9], 0, 9, MSG_DONTWAIT)).isEqualTo(WOULD_BLOCK);
                }, OK),
                row("BufferIOTest.testRecvFromIntoEmptyBuffer", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.near(), "spam");
                    return pair.far();
                }, s -> s.recvfrom(ByteBuffer.allocate(0), 0, new SockAddrBuffer()), 0),
                row("UDPTimeoutTest.testUDPTimeout", g -> g.bound(kind),
                        s -> s.within(Duration.ofMillis(20)).recv(new byte[4], 0, 4, 0), ETIMEDOUT),
                row("ReusePort", g -> g.socket(kind), s -> {
                    s.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1);
                    return s.getsockopt(SOL_SOCKET, SO_REUSEPORT);
                }, 1))));
    }

    @TestFactory
    Stream<DynamicContainer> ipv6() {
        return onBothThreads("RFC 3542", () -> Stream.of(
                row("testSetHopLimit, testRecvHopLimit", g -> g.connected(UDP6), pair -> {
                    pair.far().setsockopt(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
                    pair.near().sendmsg(message("x").control(
                            new ControlBuffer(64).addInt(IPPROTO_IPV6, IPV6_HOPLIMIT, 9)), 0);
                    return controlInt(pair.far(), IPV6_HOPLIMIT);
                }, 9),
                row("testSetTrafficClassAndHopLimit", g -> g.connected(UDP6), pair -> {
                    pair.far().setsockopt(IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
                    pair.near().sendmsg(message("x").control(new ControlBuffer(128)
                            .addInt(IPPROTO_IPV6, IPV6_TCLASS, 31).addInt(IPPROTO_IPV6, IPV6_HOPLIMIT, 9)), 0);
                    return controlInt(pair.far(), IPV6_TCLASS);
                }, 31),
                row("testOddCmsgSize: a traffic class in one byte", g -> g.connected(UDP6).near(),
                        s -> s.sendmsg(message("x").control(new ControlBuffer(64).add(IPPROTO_IPV6, IPV6_TCLASS,
                                MemorySegment.ofArray(new byte[1]))), 0), EINVAL),
                row("testSecondCmsgTrunc0: the first fits", g -> g.connected(UDP6), pair -> {
                    pair.far().setsockopt(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
                    pair.far().setsockopt(IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
                    Ground.send(pair.near(), "x");
                    MessageHeader header = empty(8).control(new ControlBuffer(24));
                    pair.far().recvmsg(header, 0);
                    assertThat(header.control().messages()).hasSize(1);
                    assertThat(header.flags() & MSG_CTRUNC).isEqualTo(MSG_CTRUNC);
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> unix() {
        return onBothThreads("UNIX", () -> Stream.of(
                row("TestUnixDomain.testStrAddr", g -> g.bound(UNIX_STREAM), s -> assertThat(s.getsockname())
                        .isInstanceOf(SockAddr.Unix.class), OK),
                row("TestLinuxAbstractNamespace.testLinuxAbstractNamespace", g -> {
                    KernelSocket socket = g.socket(UNIX_STREAM);
                    SockAddr name = Ground.freshAbstractAddress();
                    socket.bind(name);
                    return new Object[] {socket, name};
                }, both -> assertThat(((KernelSocket) both[0]).getsockname()).isEqualTo(both[1]), OK),
                row("TestLinuxAbstractNamespace.testMaxName", g -> g.socket(UNIX_STREAM), s -> {
                    byte[] longest = new byte[107];
                    Arrays.fill(longest, (byte) 'h');
                    longest[0] = (byte) ProcessHandle.current().pid();
                    longest[1] = (byte) Thread.currentThread().threadId();
                    s.bind(SockAddr.unixAbstract(longest));
                    assertThat(((SockAddr.Unix) s.getsockname()).isAbstract()).isTrue();
                }, OK),
                row("TestLinuxAbstractNamespace.testAutobind", g -> g.socket(UNIX_STREAM), s -> {
                    s.bind(SockAddr.Unix.UNNAMED);
                    assertThat(((SockAddr.Unix) s.getsockname()).isAbstract()).isTrue();
                }, OK),
                row("TestUnixDomain.testUnbound", g -> g.socket(UNIX_STREAM), s -> assertThat(s.getsockname())
                        .isEqualTo(SockAddr.Unix.UNNAMED), OK),
                row("SendRecvFdsTests.testSendAndRecvFds", g -> g.socketpair(UNIX_STREAM), pair -> {
                    try (KernelSocket one = Service.open().socket(AF_INET, SOCK_DGRAM, 0);
                            KernelSocket two = Service.open().socket(AF_INET, SOCK_STREAM, 0)) {
                        pair.near().sendmsg(message("x").rights(List.of(one, two)), 0);
                        MessageHeader header = empty(8);
                        assertThat(pair.far().recvmsg(header, 0)).isEqualTo(1);
                        assertThat(header.rights()).extracting(KernelSocket::type)
                                .containsExactly(SOCK_DGRAM, SOCK_STREAM);
                        header.rights().forEach(KernelSocket::close);
                    }
                }, OK),
                row("a call that is blocked sees what comes by another thread", g -> g.socketpair(UNIX_STREAM),
                        pair -> {
                    CompletableFuture<String> reading = Ground.async(() -> Ground.recv(pair.near(), 5, MSG_WAITALL));
                    Fixture.awaitBlocked(pair.near(), 1);
                    Ground.send(pair.far(), "he");
                    Ground.send(pair.far(), "llo");
                    assertThat(Ground.join(reading)).isEqualTo("hello");
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> tcpOptions() {
        return onBothThreads("TCP", () -> Stream.of(
                row("TestTcpOptions, TCP_QUICKACK", g -> g.socket(SocketKind.TCP4), s -> {
                    s.setsockopt(IPPROTO_TCP, TCP_QUICKACK, 0);
                    return s.getsockopt(IPPROTO_TCP, TCP_QUICKACK);
                }, 0),
                row("TestTcpOptions, TCP_NODELAY", g -> g.socket(SocketKind.TCP4), s -> {
                    s.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
                    return s.getsockopt(IPPROTO_TCP, TCP_NODELAY);
                }, 1),
                row("TestTcpOptions, TCP_NOTSENT_LOWAT", g -> g.socket(SocketKind.TCP4), s -> {
                    s.setsockopt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, 4096);
                    return s.getsockopt(IPPROTO_TCP, TCP_NOTSENT_LOWAT);
                }, 4096)));
    }

    private static long controlInt(KernelSocket socket, int type) throws Exception {
        MessageHeader header = empty(8).control(new ControlBuffer(256));
        socket.recvmsg(header, 0);
        return header.control().messages().stream().filter(message -> message.type() == type)
                .mapToInt(message -> message.data().get(ValueLayout.JAVA_INT, 0)).findFirst().orElse(-1);
    }

    private static MessageHeader message(String text) {
        return new MessageHeader().buffers(bytes(text));
    }

    private static MessageHeader empty(int length) {
        return new MessageHeader().buffers(MemorySegment.ofArray(new byte[length]));
    }

    private static MemorySegment bytes(String text) {
        return MemorySegment.ofArray(Ground.bytes(text));
    }

    private static String text(MemorySegment memory) {
        return new String(memory.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }
}
