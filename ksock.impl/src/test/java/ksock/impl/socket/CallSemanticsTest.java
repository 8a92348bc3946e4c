// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SocketCallbacks;
import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import ksock.impl.libc.SocketCalls;
import ksock.impl.loop.ChildProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What this implementation adds to the host's calls: modes, times, buffers, arguments, and what holds inside callbacks. */
@Timeout(300)
class CallSemanticsTest {

    private static final int NETLINK_USERSOCK = 2;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldNotBlockAfterFionbio(Threads threads) throws Exception {
        KernelSocket listener = fixture.listener();
        listener.ioctl(SysIoctl.FIONBIO, 1);
        assertThat(threads.run(() -> listener.accept()).get()).isNull();
        KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        client.ioctl(SysIoctl.FIONBIO, 1);
        assertThat(threads.run(() -> client.connect(listener.getsockname())).get())
                .isIn(0, KernelSocket.IN_PROGRESS);
        PollFd connected = new PollFd(client, SysPoll.POLLOUT);
        assertThat(fixture.sockets.poll(new PollFd[] {connected}, Fixture.PATIENCE)).isEqualTo(1);
        assertThat(client.getsockopt(SOL_SOCKET, SO_ERROR)).isZero();
        assertThat(threads.run(() -> client.recv(new byte[1], 0, 1, 0)).get()).isEqualTo(KernelSocket.WOULD_BLOCK);

        client.ioctl(SysIoctl.FIONBIO, 0);
        listener.ioctl(SysIoctl.FIONBIO, 0);
        KernelSocket accepted = fixture.keep(threads.run(() -> listener.accept()).get());
        FutureTask<Long> blocked = threads.run(() -> client.recv(new byte[1], 0, 1, 0));
        Fixture.awaitBlocked(client, 1);
        accepted.send(new byte[1], 0, 1, 0);
        assertThat(blocked.get()).isEqualTo(1);
        FutureTask<KernelSocket> acceptor = threads.run(() -> listener.accept());
        Fixture.awaitBlocked(listener, 1);
        fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0)).connect(listener.getsockname());
        fixture.keep(acceptor.get());
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldServeAcceptorsThatBlockBesideOnesThatDoNot(Threads threads) throws Exception {
        KernelSocket listener = fixture.listener();
        FutureTask<KernelSocket> inKernel = Threads.PLATFORM.run(() -> listener.accept());
        Fixture.awaitBlocked(listener, 1);
        FutureTask<KernelSocket> other = threads.run(() -> listener.within(Fixture.PATIENCE).accept());
        Fixture.awaitBlocked(listener, 2);
        fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0)).connect(listener.getsockname());
        fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0)).connect(listener.getsockname());
        fixture.keep(inKernel.get());
        fixture.keep(other.get());
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldKeepTheHostsReceiveAndSendTimes(Threads threads) throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        MemorySegment fiftyMs = MemorySegment.ofArray(new long[] {0, 50_000});
        pair[0].setsockopt(SOL_SOCKET, SO_RCVTIMEO, fiftyMs);
        pair[0].setsockopt(SOL_SOCKET, SO_SNDTIMEO, fiftyMs);
        assertTakes(Duration.ofMillis(40), KernelSocket.WOULD_BLOCK,
                threads.run(() -> timed(() -> pair[0].recv(new byte[1], 0, 1, 0))));
        Fixture.fill(pair[0]);
        assertTakes(Duration.ofMillis(40), KernelSocket.WOULD_BLOCK,
                threads.run(() -> timed(() -> pair[0].send(new byte[1], 0, 1, 0))));

        KernelSocket listener = fixture.listener();
        listener.setsockopt(SOL_SOCKET, SO_RCVTIMEO, fiftyMs);
        assertThat(threads.run(() -> listener.accept()).get()).isNull();
        Fixture.assertErrno(Errno.ETIMEDOUT, () -> listener.within(Duration.ofMillis(1)).accept());
        KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        client.connect(listener.getsockname());
        KernelSocket accepted = fixture.keep(listener.accept());
        assertThat(threads.run(() -> accepted.recv(new byte[1], 0, 1, 0)).get())
                .as("TCP hands the listener's time on").isEqualTo(KernelSocket.WOULD_BLOCK);
    }

    private record Timed(long result, long nanos) {
    }

    private interface Call {

        long make() throws KernelSocketException;
    }

    private static Timed timed(Call call) throws KernelSocketException {
        long start = System.nanoTime();
        long result = call.make();
        return new Timed(result, System.nanoTime() - start);
    }

    private static void assertTakes(Duration atLeast, long result, FutureTask<Timed> call) throws Exception {
        assertThat(call.get().result()).isEqualTo(result);
        assertThat(Duration.ofNanos(call.get().nanos())).isGreaterThanOrEqualTo(atLeast);
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldSayWhatWasDoneByACallThatEndsEarly(Threads threads) throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        int length = 10_000_000;
        FutureTask<Long> sender = threads.run(
                () -> pair[0].within(Duration.ofMillis(100)).send(new byte[length], 0, length, 0));
        assertThat(sender.get()).isBetween(1L, length - 1L);
        FutureTask<Long> closed = threads.run(() -> pair[1].recv(new byte[length], 0, length, MSG_WAITALL));
        Fixture.awaitBlocked(pair[1], 1);
        pair[1].close();
        assertThat(closed.get()).isEqualTo(sender.get());
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldConnectWithinATime(Threads threads) throws Exception {
        KernelSocket listener = fixture.listener();
        KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        assertThat(threads.run(() -> client.within(Fixture.PATIENCE).connect(listener.getsockname())).get())
                .isZero();
        KernelSocket refused = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        SockAddr closed = listener.getsockname();
        listener.close();
        Fixture.assertErrno(Errno.ECONNREFUSED, () -> unwrap(
                threads.run(() -> refused.within(Fixture.PATIENCE).connect(closed))));
        Fixture.assertErrno(Errno.ECONNREFUSED, () -> unwrap(threads.run(() -> refused.connect(closed))));
    }

    private static <T> T unwrap(FutureTask<T> task) throws Throwable {
        try {
            return task.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause();
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldGetOverAFullUnixListenerAndAFullUnixPeer(Threads threads) throws Exception {
        KernelSocket listener = fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0));
        listener.bind(SockAddr.Unix.UNNAMED);
        listener.listen(0);
        SockAddr address = listener.getsockname();
        fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0)).connect(address);
        KernelSocket second = fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0));
        second.ioctl(SysIoctl.FIONBIO, 1);
        Fixture.assertErrno(Errno.EAGAIN, () -> second.connect(address));
        second.ioctl(SysIoctl.FIONBIO, 0);
        FutureTask<Integer> connecting = threads.run(() -> second.connect(address));
        Fixture.awaitBlocked(second, 1);
        fixture.keep(listener.accept());
        assertThat(connecting.get()).isZero();

        KernelSocket receiver = fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_DGRAM, 0));
        receiver.bind(SockAddr.Unix.UNNAMED);
        SockAddr full = receiver.getsockname();
        KernelSocket sender = fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_DGRAM, 0));
        long queued = 0;
        while (sender.sendto(ByteBuffer.allocate(1), MSG_DONTWAIT, full) == 1) {
            queued++;
        }
        FutureTask<Long> sending = threads.run(() -> sender.sendto(ByteBuffer.allocate(1), 0, full));
        Fixture.awaitBlocked(sender, 1);
        for (long i = 0; i < queued; i++) {
            receiver.recv(new byte[1], 0, 1, 0);
        }
        assertThat(sending.get()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldGetOverAFullNetlinkPeer(Threads threads) throws Exception {
        KernelSocket receiver = fixture.keep(fixture.sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK));
        receiver.bind(new SockAddr.Netlink(0, 0));
        SockAddr full = receiver.getsockname();
        KernelSocket sender = fixture.keep(fixture.sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK));
        long queued = 0;
        while (sender.sendto(ByteBuffer.allocate(4096), MSG_DONTWAIT, full) > 0) {
            queued++;
        }
        Fixture.assertErrno(Errno.ETIMEDOUT,
                () -> sender.within(Duration.ofMillis(20)).sendto(ByteBuffer.allocate(4096), 0, full));
        FutureTask<Long> sending = threads.run(() -> sender.sendto(ByteBuffer.allocate(4096), 0, full));
        Fixture.awaitBlocked(sender, 1);
        for (long i = 0; i < queued; i++) {
            receiver.recv(new byte[4096], 0, 4096, 0);
        }
        assertThat(sending.get()).isEqualTo(4096);
    }

    @Test
    void shouldReachAFamilyWithoutANameByItsBytes() throws Exception {
        int anyProtocol = 0x0300;
        KernelSocket packets;
        try {
            packets = fixture.keep(fixture.sockets.socket(AF_PACKET, SOCK_DGRAM, anyProtocol));
        } catch (KernelSocketException e) {
            assumeThat(e.errno()).as("needs CAP_NET_RAW").isNotIn(Errno.EPERM, Errno.EAFNOSUPPORT);
            throw e;
        }
        // sockaddr_ll: protocol in network order, index of lo, hardware type, packet type, address length, address
        packets.bind(new SockAddr.Raw(AF_PACKET, new byte[] {0, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        KernelSocket udp = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_DGRAM, 0));
        udp.bind(SockAddr.loopback4(0));
        udp.sendto(ByteBuffer.wrap("seen on the wire".getBytes(StandardCharsets.US_ASCII)), 0, udp.getsockname());
        byte[] in = new byte[65536];
        SockAddrBuffer from = new SockAddrBuffer();
        String text;
        do {
            long length = packets.within(Fixture.PATIENCE).recvfrom(ByteBuffer.wrap(in), 0, from);
            text = new String(in, 0, (int) length, StandardCharsets.ISO_8859_1);
        } while (!text.contains("seen on the wire"));
        assertThat(from.get()).isInstanceOf(SockAddr.Raw.class);
        assertThat(from.family()).isEqualTo(AF_PACKET);
    }

    @Test
    void shouldAllocateNothingInSteadyState() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        MemorySegment buffer = Arena.ofAuto().allocate(64);
        SockAddrBuffer from = new SockAddrBuffer();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int turns = 20_000;
        // However long the just-in-time compiler takes to get there.
        await().atMost(Fixture.PATIENCE).until(() -> {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < turns; i++) {
                pair[0].send(buffer, 0, 64, 0);
                pair[1].recv(buffer, 0, 64, 0);
                pair[1].recv(buffer, 0, 64, MSG_DONTWAIT);
                pair[1].recvfrom(buffer, 8, 8, MSG_DONTWAIT, from);
            }
            return threads.getCurrentThreadAllocatedBytes() - before < turns;
        });
    }

    @Test
    void shouldLeaveNoGarbageInACallbackThatReceivesAndSends() throws Exception {
        assertThat(Long.parseLong(ChildProgram.run(EchoProgram.class))).isLessThan(EchoProgram.TURNS);
    }

    @Test
    void shouldCallLibCWhereItIsAskedTo() throws Exception {
        assertThat(ChildProgram.run(CallsProgram.class, "-Dksock.calls=libc")).isEqualTo("false");
        assertThat(ChildProgram.run(CallsProgram.class)).isEqualTo(String.valueOf(SocketCalls.brief()));
    }

    @Test
    void shouldReceiveUrgentDataOutOfBandAndSeeTheMark() throws Exception {
        KernelSocket[] tcp = fixture.connection();
        PollFd urgent = new PollFd(tcp[1], SysPoll.POLLPRI);
        Fixture.assertErrno(Errno.EINVAL, () -> tcp[1].recv(new byte[1], 0, 1, MSG_OOB));
        tcp[0].send(new byte[] {'a', 'b'}, 0, 2, 0);
        tcp[0].send(new byte[] {'!'}, 0, 1, MSG_OOB);
        tcp[0].send(new byte[] {'c'}, 0, 1, 0);
        assertThat(fixture.sockets.poll(new PollFd[] {urgent}, Fixture.PATIENCE)).isEqualTo(1);
        assertThat(urgent.revents()).isEqualTo(SysPoll.POLLPRI);
        byte[] in = new byte[8];
        assertThat(tcp[1].ioctl(SysIoctl.SIOCATMARK, 0)).isZero();
        assertThat(tcp[1].recv(in, 0, 8, 0)).as("up to the mark").isEqualTo(2);
        assertThat(tcp[1].ioctl(SysIoctl.SIOCATMARK, 0)).isEqualTo(1);
        assertThat(tcp[1].recv(in, 0, 8, MSG_OOB)).isEqualTo(1);
        assertThat(in[0]).isEqualTo((byte) '!');
        Fixture.assertErrno(Errno.EINVAL, () -> tcp[1].recv(in, 0, 8, MSG_OOB));
        assertThat(tcp[1].recv(in, 0, 8, 0)).isEqualTo(1);
        assertThat(in[0]).isEqualTo((byte) 'c');
    }

    @Test
    void shouldRefuseWhatTheSeedForbids() throws Exception {
        KernelSocket socket = fixture.pair(SOCK_STREAM)[0];
        for (int request : new int[] {SysIoctl.SIOCSPGRP, SysIoctl.SIOCGPGRP, SysIoctl.FIOASYNC, 'S' << 8 | 2}) {
            Fixture.assertErrno(Errno.EOPNOTSUPP, () -> socket.ioctl(request, 0));
        }
        Fixture.assertErrno(Errno.ENOTTY, () -> socket.ioctl(0x7777, 0));
    }

    @Test
    void shouldTakeBuffersOfEveryKind() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_SEQPACKET);
        ByteBuffer direct = ByteBuffer.allocateDirect(16);
        ByteBuffer sliced = ByteBuffer.allocate(16).position(4).limit(8);
        for (ByteBuffer out : new ByteBuffer[] {direct, sliced, sliced.slice(), direct.asReadOnlyBuffer(),
            ByteBuffer.allocate(0)}) {
            ByteBuffer buffer = out.duplicate();
            int length = buffer.remaining();
            assertThat(pair[0].send(buffer, 0)).isEqualTo(length);
            assertThat(buffer.remaining()).isZero();
            ByteBuffer in = ByteBuffer.allocateDirect(32).position(1);
            assertThat(pair[1].recv(in, 0)).isEqualTo(length);
            assertThat(in.position()).isEqualTo(1 + length);
        }
        assertThat(pair[0].send(MemorySegment.NULL, 0, 0, 0)).isZero();
    }

    @Test
    void shouldNameWhatIsWrongWithAnArgument() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        KernelSocket socket = pair[0];
        MemorySegment eight = MemorySegment.ofArray(new byte[8]);
        long[][] outside = {{-1, 1}, {0, -1}, {0, 9}, {8, 1}, {Long.MAX_VALUE, 1}, {1, Long.MAX_VALUE}};
        for (long[] range : outside) {
            Fixture.assertErrno(Errno.EINVAL, () -> socket.send(eight, range[0], range[1], 0));
            Fixture.assertErrno(Errno.EINVAL, () -> socket.recv(eight, range[0], range[1], 0));
        }
        Fixture.assertErrno(Errno.EFAULT, () -> socket.recv(eight.asReadOnly(), 0, 8, 0));
        Fixture.assertErrno(Errno.EFAULT, () -> socket.recv(ByteBuffer.allocate(8).asReadOnlyBuffer(), 0));
        Fixture.assertErrno(Errno.EINVAL, () -> socket.callbacks(null, "an arg"));
        assertThatNullPointerException().isThrownBy(() -> socket.send((ByteBuffer) null, 0));
        assertThatNullPointerException().isThrownBy(() -> socket.recv((MemorySegment) null, 0, 0, 0));
        assertThatNullPointerException().isThrownBy(() -> socket.bind(null));
        assertThatNullPointerException().isThrownBy(() -> socket.sendmsg(null, 0));
        assertThatNullPointerException().isThrownBy(() -> socket.within(null));
        Fixture.assertErrno(Errno.EINVAL, () -> fixture.sockets.socket(AF_INET, SOCK_STREAM | 0x800, 0));
    }

    @Test
    void shouldNotCrashOnMemoryThatIsGoneOrAnothers() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        MemorySegment gone;
        try (Arena arena = Arena.ofConfined()) {
            gone = arena.allocate(8);
        }
        org.assertj.core.api.Assertions.assertThatIllegalStateException()
                .isThrownBy(() -> pair[0].send(gone, 0, 8, 0));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mine = arena.allocate(8);
            FutureTask<Long> other = Threads.PLATFORM.run(() -> pair[0].send(mine, 0, 8, 0));
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> unwrap(other))
                    .isInstanceOf(WrongThreadException.class);
        }
        assertThat(SocketHandle.stateOf(pair[0]).blockedCalls()).isZero();
        pair[0].close();
    }

    @Test
    void shouldHoldAnArenaOpenDuringACall() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        Arena arena = Arena.ofShared();
        MemorySegment buffer = arena.allocate(8);
        FutureTask<Long> receiver = Threads.PLATFORM.run(() -> pair[0].recv(buffer, 0, 8, 0));
        Fixture.awaitBlocked(pair[0], 1);
        await().until(() -> {
            try {
                pair[1].send(new byte[0], 0, 0, 0);
                arena.close();
                throw new AssertionError("closed under a call");
            } catch (IllegalStateException e) {
                return true;
            }
        });
        pair[1].send(new byte[1], 0, 1, 0);
        assertThat(receiver.get()).isEqualTo(1);
        arena.close();
    }

    @Test
    void shouldNotBlockInsideACallback() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        KernelSocket[] idle = fixture.pair(SOCK_STREAM);
        KernelSocket listener = fixture.listener();
        CompletableFuture<Object> seen = new CompletableFuture<>();
        pair[0].callbacks(SocketCallbacks.builder().recv((socket, arg, length) -> {
            try {
                assertThat(idle[0].recv(new byte[1], 0, 1, 0)).isEqualTo(KernelSocket.WOULD_BLOCK);
                assertThat(listener.accept()).isNull();
                PollFd[] fds = {new PollFd(idle[0], SysPoll.POLLIN)};
                assertThat(fixture.sockets.poll(fds, Duration.ZERO)).isZero();
                Fixture.assertErrno(Errno.EDEADLK, () -> fixture.sockets.poll(fds, null));
                socket.close();
                seen.complete(arg);
            } catch (Throwable e) {
                seen.completeExceptionally(e);
            }
        }).build(), "the arg");
        pair[1].send(new byte[1], 0, 1, 0);
        assertThat(seen.get()).isEqualTo("the arg");
        assertThat(pair[0].isOpen()).isFalse();
    }
}
