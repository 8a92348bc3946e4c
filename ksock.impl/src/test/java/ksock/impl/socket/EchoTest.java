// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.LinuxNetlink;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.impl.loop.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(300)
class EchoTest {

    @TempDir
    private static Path folder;

    private final EventLoop loop = new EventLoop();
    private final SocketCore core = new SocketCore(loop);
    private final SocketScope sockets = core.scope(-1, "");

    @AfterEach
    void close() {
        core.close();
        loop.close();
    }

    static Stream<Arguments> connecting() {
        return Stream.of(Threads.values()).flatMap(kind -> Stream.of(
                Arguments.of(kind, "TCP over IPv4", AF_INET, SOCK_STREAM, SockAddr.loopback4(0)),
                Arguments.of(kind, "TCP over IPv6", AF_INET6, SOCK_STREAM, SockAddr.loopback6(0)),
                Arguments.of(kind, "UNIX stream, path", AF_UNIX, SOCK_STREAM, path()),
                Arguments.of(kind, "UNIX stream, abstract", AF_UNIX, SOCK_STREAM, abstractName()),
                Arguments.of(kind, "UNIX seqpacket, path", AF_UNIX, SOCK_SEQPACKET, path()),
                Arguments.of(kind, "UNIX seqpacket, abstract", AF_UNIX, SOCK_SEQPACKET, abstractName())));
    }

    @ParameterizedTest(name = "{1}, {0} threads")
    @MethodSource("connecting")
    void shouldEchoOverAConnection(Threads threads, String kind, int domain, int type, SockAddr address)
            throws Exception {
        KernelSocket listener = sockets.socket(domain, type, 0);
        listener.bind(address);
        listener.listen(8);
        SockAddr bound = listener.getsockname();
        FutureTask<Long> server = threads.run(() -> {
            SockAddrBuffer peer = new SockAddrBuffer();
            try (KernelSocket accepted = listener.accept(peer)) {
                assertThat(peer.family()).isEqualTo(domain);
                return echoUntilEnd(accepted);
            }
        });

        FutureTask<Void> client = threads.run(() -> {
            try (KernelSocket socket = sockets.socket(domain, type, 0)) {
                assertThat(socket.connect(bound)).isZero();
                assertThat(socket.getpeername()).isEqualTo(bound);
                for (int i = 0; i < 1000; i++) {
                    exchange(socket, "message " + i);
                }
                socket.shutdown(SHUT_WR);
                assertThat(socket.recv(new byte[1], 0, 1, 0)).isZero();
            }
            return null;
        });
        client.get();
        assertThat(server.get()).isGreaterThan(9000);
    }

    static Stream<Arguments> datagrams() {
        return Stream.of(Threads.values()).flatMap(kind -> Stream.of(
                Arguments.of(kind, "UDP over IPv4", AF_INET, SockAddr.loopback4(0), SockAddr.loopback4(0)),
                Arguments.of(kind, "UDP over IPv6", AF_INET6, SockAddr.loopback6(0), SockAddr.loopback6(0)),
                Arguments.of(kind, "UNIX datagram, path", AF_UNIX, path(), path()),
                Arguments.of(kind, "UNIX datagram, abstract", AF_UNIX, abstractName(), abstractName()),
                Arguments.of(kind, "UNIX datagram, autobind", AF_UNIX, SockAddr.Unix.UNNAMED, SockAddr.Unix.UNNAMED)));
    }

    @ParameterizedTest(name = "{1}, {0} threads")
    @MethodSource("datagrams")
    void shouldEchoDatagrams(Threads threads, String kind, int domain, SockAddr first, SockAddr second)
            throws Exception {
        KernelSocket server = sockets.socket(domain, SOCK_DGRAM, 0);
        server.bind(first);
        SockAddr address = server.getsockname();
        FutureTask<Void> echo = threads.run(() -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(64);
            SockAddrBuffer from = new SockAddrBuffer();
            for (int i = 0; i < 100; i++) {
                server.recvfrom(buffer.clear(), 0, from);
                server.sendto(MemorySegment.ofBuffer(buffer.flip()), 0, buffer.remaining(), 0, from);
            }
            return null;
        });

        threads.run(() -> {
            KernelSocket client = sockets.socket(domain, SOCK_DGRAM, 0);
            client.bind(second);
            byte[] answer = new byte[64];
            for (int i = 0; i < 100; i++) {
                byte[] question = ("datagram " + i).getBytes(StandardCharsets.US_ASCII);
                assertThat(client.sendto(ByteBuffer.wrap(question), 0, address)).isEqualTo(question.length);
                SockAddrBuffer from = new SockAddrBuffer();
                long length = client.recvfrom(ByteBuffer.wrap(answer), 0, from);
                assertThat(answer).startsWith(question);
                assertThat(length).isEqualTo(question.length);
                assertThat(from.get()).isEqualTo(address);
            }
            return null;
        }).get();
        echo.get();
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldEchoOverPairs(Threads threads) throws Exception {
        for (int type : new int[] {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
            KernelSocket[] pair = sockets.socketpair(AF_UNIX, type, 0);
            FutureTask<Long> echo = threads.run(() -> echoUntilEnd(pair[1]));
            threads.run(() -> {
                exchange(pair[0], "over a pair");
                return null;
            }).get();
            if (type == SOCK_DGRAM) {
                pair[0].send(new byte[0], 0, 0, 0);
            } else {
                pair[0].shutdown(SHUT_WR);
            }
            assertThat(echo.get()).isEqualTo("over a pair".length());
            pair[0].close();
            pair[1].close();
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldAskTheKernelForItsRoutes(Threads threads) throws Exception {
        KernelSocket socket = sockets.socket(AF_NETLINK, SOCK_RAW, LinuxNetlink.NETLINK_ROUTE);
        socket.bind(new SockAddr.Netlink(0, 0));
        assertThat(((SockAddr.Netlink) socket.getsockname()).portId()).isNotZero();
        byte[] dumpLinks = {
            20, 0, 0, 0, 18, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr: 20 bytes, RTM_GETLINK, REQUEST|DUMP
            0, 0, 0, 0, // rtgenmsg: AF_UNSPEC
        };
        threads.run(() -> {
            assertThat(socket.sendto(ByteBuffer.wrap(dumpLinks), 0, new SockAddr.Netlink(0, 0))).isEqualTo(20);
            byte[] answer = new byte[32 * 1024];
            SockAddrBuffer from = new SockAddrBuffer();
            assertThat(socket.recvfrom(ByteBuffer.wrap(answer), 0, from)).isGreaterThan(32);
            assertThat(from.netlinkPortId()).isZero();
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).contains("lo\0");
            return null;
        }).get();
    }

    @Test
    void shouldTakeLongSendsWholeOnPlatformThreads() throws Exception {
        sendLong(Threads.PLATFORM);
    }

    @Test
    void shouldTakeLongSendsWholeOnVirtualThreads() throws Exception {
        sendLong(Threads.VIRTUAL);
    }

    private void sendLong(Threads threads) throws Exception {
        int length = 5_000_000;
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        FutureTask<Long> heap = threads.run(() -> pair[0].send(new byte[length], 0, length, 0));
        FutureTask<Long> received = threads.run(() -> pair[1].recv(new byte[length], 0, length, MSG_WAITALL));
        assertThat(heap.get()).isEqualTo(length);
        assertThat(received.get()).isEqualTo(length);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment out = arena.allocate(length);
            MemorySegment in = arena.allocate(length);
            out.fill((byte) 7);
            FutureTask<Long> sent = threads.run(() -> pair[0].send(out, 0, length, 0));
            received = threads.run(() -> pair[1].recv(in, 0, length, MSG_WAITALL));
            assertThat(sent.get()).isEqualTo(length);
            assertThat(received.get()).isEqualTo(length);
            assertThat(in.mismatch(out)).isEqualTo(-1);
        }
    }

    private static long echoUntilEnd(KernelSocket socket) throws Exception {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment buffer = arena.allocate(4096);
            long total = 0;
            for (long n = socket.recv(buffer, 0, 4096, 0); n > 0; n = socket.recv(buffer, 0, 4096, 0)) {
                assertThat(socket.send(buffer, 0, n, 0)).isEqualTo(n);
                total += n;
            }
            return total;
        }
    }

    private static void exchange(KernelSocket socket, String text) throws Exception {
        byte[] question = text.getBytes(StandardCharsets.US_ASCII);
        byte[] answer = new byte[question.length];
        assertThat(socket.send(question, 0, question.length, 0)).isEqualTo(question.length);
        assertThat(socket.recv(answer, 0, answer.length, MSG_WAITALL)).isEqualTo(answer.length);
        assertThat(answer).isEqualTo(question);
    }

    private static SockAddr path() {
        return SockAddr.unix(folder.resolve(UUID.randomUUID().toString().substring(0, 8)).toString());
    }

    private static SockAddr abstractName() {
        return SockAddr.unixAbstract("ksock-test-" + UUID.randomUUID());
    }
}
