// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.LinuxNetlink.NETLINK_CONNECTOR;
import static ksock.api.SysIoctl.*;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysPoll.POLLNVAL;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.MessageHeader;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SocketCallbacks;
import ksock.api.typed.Linger;
import ksock.api.typed.SockFilter;
import ksock.api.typed.SocketOptions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of {@link ksock.api}: each row in which this API differs from the host. */
class DivergenceTest {

    private final Ground ground = new Ground();

    @AfterEach
    void leave() {
        ground.close();
    }

    @TestFactory
    @DisplayName("a call on a closed socket: ENOTSOCK")
    Stream<DynamicTest> closedSocket() {
        MemorySegment one = MemorySegment.ofArray(new byte[1]);
        SockAddrBuffer address = new SockAddrBuffer().set(SockAddr.loopback4(9));
        return Stream.of(
                onClosed("bind", s -> s.bind(SockAddr.loopback4(0))),
                onClosed("listen", s -> s.listen(1)),
                onClosed("accept", s -> s.accept()),
                onClosed("connect", s -> s.connect(SockAddr.loopback4(9))),
                onClosed("connect by a buffer", s -> s.connect(address)),
                onClosed("send", s -> s.send(one, 0, 1, 0)),
                onClosed("send of a buffer", s -> s.send(ByteBuffer.allocate(1), 0)),
                onClosed("sendto", s -> s.sendto(one, 0, 1, 0, address)),
                onClosed("sendmsg", s -> s.sendmsg(new MessageHeader().buffers(one), 0)),
                onClosed("recv", s -> s.recv(one, 0, 1, 0)),
                onClosed("recv into a buffer", s -> s.recv(ByteBuffer.allocate(1), 0)),
                onClosed("recvfrom", s -> s.recvfrom(one, 0, 1, 0, address)),
                onClosed("recvmsg", s -> s.recvmsg(new MessageHeader().buffers(one), 0)),
                onClosed("shutdown", s -> s.shutdown(SHUT_RDWR)),
                onClosed("setsockopt", s -> s.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)),
                onClosed("setsockopt of a segment", s -> s.setsockopt(SOL_SOCKET, SO_KEEPALIVE, one)),
                onClosed("getsockopt", s -> s.getsockopt(SOL_SOCKET, SO_TYPE)),
                onClosed("getsockopt of a segment", s -> s.getsockopt(SOL_SOCKET, SO_TYPE, one)),
                onClosed("getpeername", KernelSocket::getpeername),
                onClosed("getsockname", KernelSocket::getsockname),
                onClosed("ioctl", s -> s.ioctl(FIONREAD, 0)),
                onClosed("ioctl FIONBIO", s -> s.ioctl(FIONBIO, 1)),
                onClosed("ioctl SIOCSPGRP", s -> s.ioctl(SIOCSPGRP, 1)),
                onClosed("callbacks", s -> s.callbacks(SocketCallbacks.builder().build(), null)),
                onClosed("callbacks off", s -> s.callbacks(null, null)),
                onClosed("rearm", KernelSocket::rearm),
                onClosed("recv within a time", s -> s.within(Duration.ofSeconds(1)).recv(one, 0, 1, 0)));
    }

    @TestFactory
    @DisplayName("close during a blocked call: the call throws EINTR")
    Stream<DynamicTest> closeDuringACall() {
        return Stream.of(
                closedMeanwhile("recv on a stream", g -> g.connected(TCP4).near(), s -> Ground.recv(s, 1)),
                closedMeanwhile("recv on a UNIX stream", g -> g.connected(UNIX_STREAM).near(), s -> Ground.recv(s, 1)),
                closedMeanwhile("recv of a datagram", g -> g.bound(UDP4), s -> Ground.recv(s, 1)),
                closedMeanwhile("recv with MSG_WAITALL", g -> g.connected(TCP4).near(),
                        s -> Ground.recv(s, 8, MSG_WAITALL)),
                closedMeanwhile("recvmsg", g -> g.bound(UNIX_DGRAM), s -> s.recvmsg(
                        new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])), 0)),
                closedMeanwhile("accept", g -> g.listening(TCP4), KernelSocket::accept),
                closedMeanwhile("accept on UNIX", g -> g.listening(UNIX_STREAM), KernelSocket::accept),
                closedMeanwhile("send", g -> {
                    KernelSocket full = g.connected(UNIX_STREAM).near();
                    Fill.up(full);
                    return full;
                }, s -> Ground.send(s, "x")));
    }

    @Test
    @DisplayName("close during poll: it ends and reports POLLNVAL")
    void shouldEndPollWhenClosed() throws Exception {
        KernelSocket socket = ground.bound(UDP4);
        PollFd fd = new PollFd(socket, POLLIN);
        AtomicReference<Thread> caller = new AtomicReference<>();
        CompletableFuture<Integer> polling = Ground.async(() -> {
            caller.set(Thread.currentThread());
            return ground.sockets().poll(new PollFd[] {fd}, null);
        });
        await().atMost(Ground.PATIENCE).until(() -> caller.get() != null && isBlocked(caller.get()));
        socket.close();
        assertThat(Ground.join(polling)).isOne();
        assertThat(fd.revents()).isEqualTo(POLLNVAL);
    }

    @Test
    @DisplayName("close with SO_LINGER: returns, another thread waits")
    void shouldNotWaitForWhatLingers() throws Exception {
        Ground.Pair pair = ground.connected(TCP4);
        pair.near().setsockopt(SocketOptions.SO_LINGER, new Linger(true, 120));
        Fill.up(pair.near());
        long start = System.nanoTime();
        pair.near().close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Ground.PATIENCE);
        assertThat(Fill.drain(pair.far())).as("and what was sent comes").isPositive();
    }

    @Test
    @DisplayName("a socket that nobody holds: is closed")
    void shouldCloseWhatNobodyHolds() throws Exception {
        KernelSocket held = ground.adopt(ground.sockets().socketpair(AF_UNIX, SOCK_STREAM, 0)[0]);
        await().atMost(Ground.PATIENCE).until(() -> {
            System.gc();
            return held.recv(new byte[1], 0, 1, MSG_DONTWAIT) == 0;
        });
    }

    @Test
    @DisplayName("close again: nothing")
    void shouldDoNothingWhenClosedAgain() throws Exception {
        KernelSocket socket = ground.socket(TCP4);
        socket.close();
        assertThatCode(socket::close).doesNotThrowAnyException();
        assertThat(socket.isOpen()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {SIOCSPGRP, SIOCGPGRP, FIOSETOWN, FIOGETOWN, FIOASYNC})
    @DisplayName("SIOCSPGRP, SIOCGPGRP, FIOSETOWN, FIOGETOWN, FIOASYNC: EOPNOTSUPP")
    void shouldRefuseSignals(int request) throws Exception {
        assertRefused(request);
    }

    @Test
    @DisplayName("descriptors: FIONCLEX is EOPNOTSUPP")
    void shouldRefuseToHaveADescriptorInherited() throws Exception {
        assertRefused(FIONCLEX);
    }

    private void assertRefused(int request) throws Exception {
        KernelSocket socket = ground.socket(TCP4);
        assertErrno(Errno.EOPNOTSUPP, () -> socket.ioctl(request, 1));
        assertErrno(Errno.EOPNOTSUPP, () -> socket.ioctl(request, MemorySegment.ofArray(new int[1])));
        assertThatThrownBy(() -> socket.ioctl(request, 1)).hasMessageContaining(Integer.toHexString(request));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {'S' << 8, 'S' << 8 | 2, 'S' << 8 | 3, 'S' << 8 | 0xff})
    @DisplayName("STREAMS requests ('S' << 8): EOPNOTSUPP")
    void shouldRefuseStreamsRequests(int request) throws Exception {
        KernelSocket socket = ground.socket(TCP4);
        assertErrno(Errno.EOPNOTSUPP, () -> socket.ioctl(request, 0));
    }

    @Test
    @DisplayName("writing where nobody reads: EPIPE")
    void shouldSayEpipeAndRaiseNoSignal() throws Exception {
        // A JVM ignores SIGPIPE or does not, as it likes: the flag keeps the signal from being raised at all.
        for (SocketKind kind : CONNECTING) {
            KernelSocket socket = ground.connected(kind).near();
            socket.shutdown(SHUT_WR);
            assertErrno(Errno.EPIPE, () -> Ground.send(socket, "x"));
            assertErrno(Errno.EPIPE, () -> socket.sendmsg(
                    new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])), 0));
        }
        String pending = Files.readAllLines(Path.of("/proc/thread-self/status"), StandardCharsets.US_ASCII).stream()
                .filter(line -> line.startsWith("SigPnd:")).findFirst().orElseThrow();
        assertThat(pending).endsWith("0000000000000000");
    }

    @Test
    @DisplayName("the time of within passes: ETIMEDOUT")
    void shouldTimeOut() throws Exception {
        KernelSocket socket = ground.bound(UDP4);
        assertErrno(Errno.ETIMEDOUT, () -> Ground.recv(socket.within(Duration.ofMillis(5)), 1));
    }

    @Test
    @DisplayName("cancel: ECANCELED")
    void shouldCancelOneCall() throws Exception {
        KernelSocket socket = ground.bound(UDP4);
        AtomicReference<Thread> caller = new AtomicReference<>();
        CompletableFuture<String> blocked = Ground.async(() -> {
            caller.set(Thread.currentThread());
            return Ground.recv(socket, 1);
        });
        await().atMost(Ground.PATIENCE).until(() -> caller.get() != null && socket.cancel(caller.get()));
        assertErrno(Errno.ECANCELED, () -> Ground.join(blocked));
        assertThat(socket.isOpen()).isTrue();
        assertThat(socket.cancel(caller.get())).isFalse();
        socket.sendto(ByteBuffer.wrap(Ground.bytes("!")), 0, socket.getsockname());
        assertThat(Ground.recv(socket, 1)).isEqualTo("!");
    }

    @Test
    @DisplayName("Thread.interrupt: EINTR, of each call that would wait while the status is set")
    void shouldEndWhatWouldWaitWhileInterrupted() throws Exception {
        KernelSocket socket = ground.bound(UDP4);
        KernelSocket ready = ground.bound(UDP4);
        ready.sendto(ByteBuffer.wrap(Ground.bytes("!")), 0, ready.getsockname());
        CompletableFuture<String> calls = Ground.async(() -> {
            Thread.currentThread().interrupt();
            assertErrno(Errno.EINTR, () -> Ground.recv(socket, 1));
            assertErrno(Errno.EINTR, () -> Ground.recv(socket, 1));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            return Ground.recv(ready, 1);
        });
        assertThat(Ground.join(calls)).isEqualTo("!");
    }

    @ParameterizedTest(name = "{0} s")
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    @DisplayName("poll, a negative time: looks only")
    void shouldOnlyLookWithinNoTimeOrLess(long seconds) throws Exception {
        PollFd fd = new PollFd(ground.bound(UDP4), POLLIN);
        assertThat(ground.sockets().poll(new PollFd[] {fd}, Duration.ofSeconds(seconds))).isZero();
    }

    @ParameterizedTest(name = "may block: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("a call that would wait, in a callback: as with MSG_DONTWAIT, poll EDEADLK; unless they may block")
    void shouldNotWaitInACallbackThatMayNotBlock(boolean mayBlock) throws Exception {
        Ground.Pair pair = ground.connected(UNIX_STREAM);
        KernelSocket idle = ground.bound(UDP4);
        CompletableFuture<String> seen = new CompletableFuture<>();
        SocketCallbacks.Builder callbacks = SocketCallbacks.builder().recv((socket, arg, length) -> {
            try {
                idle.setsockopt(SocketOptions.SO_RCVTIMEO, Duration.ofMillis(20));
                long start = System.nanoTime();
                long result = idle.recv(new byte[1], 0, 1, 0);
                boolean waited = System.nanoTime() - start > 15_000_000;
                PollFd[] fds = {new PollFd(idle, POLLIN)};
                int polled = ground.sockets().poll(fds, Duration.ofMillis(1));
                seen.complete(result + ", waited " + waited + ", polled " + polled);
            } catch (KernelSocketException e) {
                seen.complete(e.operation() + ' ' + e.errno());
            }
        });
        pair.near().callbacks((mayBlock ? callbacks.mayBlock() : callbacks).build(), null);
        Ground.send(pair.far(), "x");
        assertThat(Ground.join(seen)).isEqualTo(mayBlock ? "-1, waited true, polled 0" : "poll EDEADLK");
    }

    @ParameterizedTest(name = "0x{0}")
    @ValueSource(strings = {"800", "80000"})
    @DisplayName("SOCK_NONBLOCK, SOCK_CLOEXEC in a type: EINVAL")
    void shouldTakeNoFlagsInTheType(String flag) {
        int type = SOCK_STREAM | Integer.parseInt(flag, 16);
        assertErrno(Errno.EINVAL, () -> ground.sockets().socket(AF_INET, type, 0));
        assertErrno(Errno.EINVAL, () -> ground.sockets().socketpair(AF_UNIX, type, 0));
    }

    @Test
    @DisplayName("FIONBIO: of the socket here; what came in a message blocks")
    void shouldBlockWhatCameInAMessage() throws Exception {
        KernelSocket socket = ground.nonBlocking(UDP4);
        Ground.Pair pair = ground.socketpair(UNIX_DGRAM);
        MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
        pair.near().sendmsg(header.rights(List.of(socket)), 0);
        pair.far().recvmsg(header, 0);
        KernelSocket came = ground.adopt(header.rights().getFirst());
        assertErrno(Errno.ETIMEDOUT, () -> Ground.recv(came.within(Duration.ofMillis(5)), 1));
        assertThat(socket.recv(new byte[1], 0, 1, 0)).isEqualTo(KernelSocket.WOULD_BLOCK);
    }

    @Test
    @DisplayName("a stream's blocking send, and MSG_WAITALL: of over 1 MiB of the heap, several calls, each byte comes")
    void shouldSendLongHeapMemoryInSeveralCalls() throws Exception {
        Ground.Pair pair = ground.connected(UNIX_STREAM);
        int length = 3 << 20;
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 1);
        CompletableFuture<Long> first = Ground.async(() -> pair.near().send(ones, 0, length, 0));
        CompletableFuture<Long> second = Ground.async(() -> pair.near().send(new byte[length], 0, length, 0));
        byte[] came = new byte[2 * length];
        assertThat(pair.far().recv(came, 0, came.length, MSG_WAITALL)).isEqualTo(came.length);
        assertThat(Ground.join(first) + Ground.join(second)).isEqualTo(came.length);
        int sum = 0;
        for (byte one : came) {
            sum += one;
        }
        assertThat(sum).isEqualTo(length);
    }

    @Test
    @DisplayName("MSG_ZEROCOPY: EINVAL of the heap's memory")
    void shouldNotLetTheHostReadTheHeap() throws Exception {
        KernelSocket socket = ground.connected(TCP4).near();
        socket.setsockopt(SocketOptions.SO_ZEROCOPY, true);
        assertErrno(Errno.EINVAL, () -> Ground.send(socket, "x", MSG_ZEROCOPY));
        assertErrno(Errno.EINVAL, () -> socket.sendmsg(new MessageHeader().buffers(
                MemorySegment.ofArray(new byte[1])), MSG_ZEROCOPY));
        assertThat(socket.send(ByteBuffer.allocateDirect(1), MSG_ZEROCOPY)).isOne();
    }

    @Test
    @DisplayName("descriptors: never inherited over exec")
    void shouldPassNoDescriptorToAnotherProgram() throws Exception {
        // The virtual machine and who runs the tests have sockets of their own, which are their affair.
        Collection<String> others = Descriptors.sockets().values();
        KernelSocket listener = ground.listening(TCP4);
        KernelSocket client = ground.socket(TCP4);
        client.connect(listener.getsockname());
        ground.adopt(listener.accept());
        Ground.Pair pair = ground.socketpair(UNIX_STREAM);
        pair.near().sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]))
                .rights(List.of(client)), 0);
        MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
        pair.far().recvmsg(header, 0);
        header.rights().forEach(ground::adopt);

        assertThat(header.rights()).hasSize(1);
        // The flags of each descriptor are octal; 0x80000 is O_CLOEXEC.
        Map<Path, String> made = Descriptors.sockets();
        made.values().removeAll(others);
        assertThat(made).hasSize(6);
        assertThat(made.keySet()).allSatisfy(fd -> assertThat(flags(fd) & 0x80000).as(fd.toString()).isNotZero());
    }

    @Test
    @DisplayName("SCM_RIGHTS: sockets, as sockets: numbers are EINVAL, what is none is closed on arrival")
    void shouldCloseWhatIsNoSocket() throws Exception {
        assertErrno(Errno.EINVAL, () -> ground.socketpair(UNIX_DGRAM).near().sendmsg(new MessageHeader().control(
                new ControlBuffer(32).addInt(SOL_SOCKET, SCM_RIGHTS, 0)), 0));
        try (FilePasser passer = new FilePasser(ground)) {
            KernelSocket receiver = passer.receiver();
            MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[8]));
            assertThat(receiver.recvmsg(header, 0)).isEqualTo(1);
            assertThat(header.rights()).isEmpty();
            assertThat(header.flags() & MSG_CTRUNC).isEqualTo(MSG_CTRUNC);
            assertThat(passer.openHere()).isZero();
        }
    }

    @Test
    @DisplayName("the length of SO_GET_FILTER: bytes")
    void shouldGiveAFiltersLengthInBytes() throws Exception {
        KernelSocket socket = ground.socket(UDP4);
        socket.setsockopt(SocketOptions.SO_ATTACH_FILTER, List.of(SockFilter.stmt(0x06, 0)));
        assertThat(socket.getsockopt(SOL_SOCKET, SO_GET_FILTER, MemorySegment.ofArray(new long[2]))).isEqualTo(8);
    }

    @Test
    @DisplayName("(AF_NETLINK, NETLINK_CONNECTOR): this platform's, and without it EPROTONOSUPPORT")
    void shouldNotFallThroughToTheHostsConnector() throws Exception {
        KernelSockets sockets = ground.sockets();
        assertErrno(Errno.EPROTONOSUPPORT, () -> sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR));
        assertThat(sockets.supports(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR)).isFalse();
        try (KernelSocket host = sockets.socket(KernelSockets.HOST_FAMILY, AF_NETLINK, SOCK_DGRAM,
                NETLINK_CONNECTOR)) {
            assertThat(host.protocol()).isEqualTo(NETLINK_CONNECTOR);
        } catch (KernelSocketException e) {
            // A kernel may have been built without its connector: then that is what it says.
            assertThat(e.errno()).isEqualTo(Errno.EPROTONOSUPPORT);
        }
    }

    private static DynamicTest onClosed(String name, Table.Action<KernelSocket> call) {
        return Table.row(name, g -> {
            KernelSocket socket = g.socket(TCP4);
            socket.close();
            return socket;
        }, call, Errno.ENOTSOCK);
    }

    private static DynamicTest closedMeanwhile(String name, Table.SetUp<KernelSocket> setUp,
            Table.Action<KernelSocket> call) {
        return DynamicTest.dynamicTest(name, () -> {
            try (Ground ground = new Ground()) {
                KernelSocket socket = setUp.on(ground);
                AtomicReference<Thread> caller = new AtomicReference<>();
                CompletableFuture<Object> blocked = Ground.async(() -> {
                    caller.set(Thread.currentThread());
                    call.on(socket);
                    return null;
                });
                // In the call for certain, and not about to begin it: then it would be ENOTSOCK.
                await().atMost(Ground.PATIENCE).until(() -> caller.get() != null && isBlocked(caller.get()));
                socket.close();
                assertErrno(Errno.EINTR, () -> Ground.join(blocked));
            }
        });
    }

    /** Whether a thread is inside a call of the socket's that waits. */
    private static boolean isBlocked(Thread thread) {
        return Stream.of(thread.getStackTrace()).anyMatch(frame -> frame.getClassName().startsWith("ksock.impl.wait")
                || frame.getClassName().startsWith("ksock.impl.libc"));
    }

    private static int flags(Path descriptor) throws Exception {
        Path info = Path.of("/proc/self/fdinfo").resolve(descriptor.getFileName().toString());
        return Integer.parseInt(Files.readAllLines(info).get(1).replace("flags:", "").trim(), 8);
    }

    private static void assertErrno(Errno expected, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KernelSocketException.class,
                e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(expected));
    }
}
