// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.KernelSocket.IN_PROGRESS;
import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SocketCallbacks;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.LinuxConst;
import ksock.impl.libc.Scratch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sockets that others have, too, as a listener that another process has handed over: whether calls on it block is the
 * open socket's mode, and so everybody's. It stays as they have it, and what must answer at once does so.
 */
@Timeout(300)
class SharedListenerTest {

    private static final int CONNECTIONS = 200;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Another handle of the same open socket, as another process would get it. */
    private KernelSocket copyOf(KernelSocket socket) throws KernelSocketException {
        KernelSocket[] road = fixture.pair(SOCK_STREAM);
        road[0].sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])).rights(List.of(socket)), 0);
        MessageHeader message = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
        road[1].recvmsg(message, 0);
        return fixture.keep(message.rights().getFirst());
    }

    private static boolean blocks(KernelSocket socket) {
        Scratch scratch = Scratch.acquire();
        try {
            return (DescriptorCalls.fcntl(scratch.errno(), Descriptor.of(socket), LinuxConst.F_GETFL, 0)
                    & LinuxConst.O_NONBLOCK) == 0;
        } finally {
            scratch.release();
        }
    }

    /** As who has it, too, would. */
    private static void setBlocks(KernelSocket socket, boolean blocks) {
        Scratch scratch = Scratch.acquire();
        try {
            DescriptorCalls.fcntl(scratch.errno(), Descriptor.of(socket), LinuxConst.F_SETFL,
                    blocks ? 0 : LinuxConst.O_NONBLOCK);
        } finally {
            scratch.release();
        }
    }

    private KernelSocket client(SockAddr of) throws KernelSocketException {
        KernelSocket client = fixture.keep(fixture.sockets.socket(of.family(), SOCK_STREAM, 0));
        client.connect(of);
        return client;
    }

    private KernelSocket unixListener(int backlog) throws KernelSocketException {
        KernelSocket listener = fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0));
        listener.bind(SockAddr.Unix.UNNAMED);
        listener.listen(backlog);
        return listener;
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldAcceptAtOnceAndLeaveTheModeAsItIs(Threads threads) throws Exception {
        for (KernelSocket made : new KernelSocket[] {fixture.listener(), unixListener(4)}) {
            for (boolean blocks : new boolean[] {true, false}) {
                KernelSocket listener = copyOf(made);
                setBlocks(listener, blocks);
                listener.ioctl(FIONBIO, 1);
                assertThat(threads.run(listener::accept).get(10, TimeUnit.SECONDS)).isNull();
                client(made.getsockname());
                SockAddrBuffer peer = new SockAddrBuffer();
                assertThat(fixture.keep(threads.run(() -> listener.accept(peer)).get(10, TimeUnit.SECONDS)).isOpen())
                        .isTrue();
                assertThat(peer.family()).isEqualTo(made.domain());
                assertThat(threads.run(listener::accept).get(10, TimeUnit.SECONDS)).isNull();
                assertThat(blocks(listener)).isEqualTo(blocks);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldWaitForAConnectionAndLeaveTheModeAsItIs(Threads threads) throws Exception {
        KernelSocket made = fixture.listener();
        KernelSocket listener = copyOf(made);
        for (boolean blocks : new boolean[] {true, false}) {
            setBlocks(listener, blocks);
            FutureTask<KernelSocket> accepting = threads.run(listener::accept);
            Fixture.awaitBlocked(listener, 1);
            client(made.getsockname());
            assertThat(fixture.keep(accepting.get(60, TimeUnit.SECONDS)).isOpen()).isTrue();
            Fixture.assertErrno(Errno.ETIMEDOUT, () -> listener.within(Duration.ofMillis(5)).accept());
            assertThat(blocks(listener)).isEqualTo(blocks);
        }
    }

    @Test
    void shouldGiveTheModeBackBeforeItIsSent() throws Exception {
        KernelSocket made = fixture.listener();
        made.ioctl(FIONBIO, 1);
        assertThat(made.accept()).isNull();
        KernelSocket other = copyOf(made);
        assertThat(blocks(other)).isTrue();
        assertThat(made.accept()).isNull();
        assertThat(blocks(other)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldSayWhatIsWrong(Threads threads) throws Exception {
        KernelSocket made = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        KernelSocket datagrams = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_DGRAM, 0));
        for (KernelSocket each : new KernelSocket[] {copyOf(made), copyOf(fixture.connection()[0])}) {
            each.ioctl(FIONBIO, 1);
            assertErrno(threads, Errno.EINVAL, each);
        }
        KernelSocket copy = copyOf(datagrams);
        copy.ioctl(FIONBIO, 1);
        assertErrno(threads, Errno.EOPNOTSUPP, copy);
    }

    private static void assertErrno(Threads threads, Errno errno, KernelSocket socket) throws Exception {
        threads.run(() -> {
            Fixture.assertErrno(errno, socket::accept);
            return true;
        }).get(10, TimeUnit.SECONDS);
    }

    @Test
    void shouldRaiseConnectionsWhileOthersWantItToBlock() throws Exception {
        KernelSocket made = fixture.listener();
        KernelSocket listener = copyOf(made);
        AtomicInteger accepted = new AtomicInteger();
        listener.callbacks(SocketCallbacks.builder().newconn((socket, arg) -> {
            for (KernelSocket one = socket.accept(); one != null; one = socket.accept()) {
                one.close();
                accepted.incrementAndGet();
            }
        }).build(), null);
        for (int i = 0; i < 50; i++) {
            // As a process that has it from us, or we from it, sets it each time before it accepts.
            setBlocks(made, i % 3 != 0);
            client(made.getsockname()).close();
        }
        org.awaitility.Awaitility.await().atMost(Fixture.PATIENCE).until(() -> accepted.get() == 50);
        CompletableFuture.runAsync(listener::close).get(10, TimeUnit.SECONDS);
    }

    /** Who is told of a connection may find that another was quicker, and must not wait for the next one. */
    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldAcceptEachConnectionOnceWithoutWaiting(Threads threads) throws Exception {
        KernelSocket made = fixture.listener();
        List<FutureTask<Integer>> acceptors = new ArrayList<>();
        AtomicInteger accepted = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            KernelSocket listener = copyOf(made);
            listener.ioctl(FIONBIO, 1);
            acceptors.add(threads.run(() -> {
                int mine = 0;
                while (accepted.get() < CONNECTIONS) {
                    KernelSocket one = listener.accept();
                    if (one != null) {
                        one.close();
                        mine++;
                        accepted.incrementAndGet();
                    } else {
                        Thread.onSpinWait();
                    }
                }
                return mine;
            }));
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            client(made.getsockname()).close();
        }
        int sum = 0;
        for (FutureTask<Integer> acceptor : acceptors) {
            sum += acceptor.get(60, TimeUnit.SECONDS);
        }
        assertThat(sum).isEqualTo(CONNECTIONS);
        assertThat(blocks(made)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldConnectAtOnceAndLeaveTheModeAsItIs(Threads threads) throws Exception {
        KernelSocket full = fixture.listener();
        full.listen(0);
        client(full.getsockname());
        KernelSocket socket = copyOf(fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0)));
        socket.ioctl(FIONBIO, 1);
        assertThat(threads.run(() -> socket.connect(full.getsockname())).get(10, TimeUnit.SECONDS))
                .isEqualTo(IN_PROGRESS);
        threads.run(() -> {
            Fixture.assertErrno(Errno.EALREADY, () -> socket.connect(full.getsockname()));
            return true;
        }).get(10, TimeUnit.SECONDS);
        assertThat(blocks(socket)).isTrue();
        KernelSocket another = copyOf(fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0)));
        another.ioctl(FIONBIO, 1);
        assertThat(threads.run(() -> another.connect(fixture.listener().getsockname())).get(10, TimeUnit.SECONDS))
                .isIn(0, IN_PROGRESS);

        KernelSocket fullUnix = unixListener(0);
        client(fullUnix.getsockname());
        KernelSocket unix = copyOf(fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0)));
        unix.ioctl(FIONBIO, 1);
        threads.run(() -> {
            Fixture.assertErrno(Errno.EAGAIN, () -> unix.connect(fullUnix.getsockname()));
            return true;
        }).get(10, TimeUnit.SECONDS);
        assertThat(blocks(unix)).isTrue();
        fixture.keep(fullUnix.accept());
        assertThat(threads.run(() -> unix.connect(fullUnix.getsockname())).get(10, TimeUnit.SECONDS)).isZero();
    }
}
