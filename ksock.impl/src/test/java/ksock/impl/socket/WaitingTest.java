// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What waits and for how long: modes, times, full peers, and what does not wait in a callback. */
@Timeout(300)
class WaitingTest {

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

    private static <T> T unwrap(FutureTask<T> task) throws Throwable {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }
}
