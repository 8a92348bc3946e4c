// SPDX-License-Identifier: Apache-2.0
package ksock.impl.runtime;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.SocketCore;
import ksock.impl.socket.SocketScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a snapshot counts, of one socket and of all that ever were. */
class CountersTest {

    private final EventLoop loop = new EventLoop();
    private final SocketCore core = new SocketCore(loop);
    private final SocketScope sockets = core.scope(1, "a.bundle");

    @AfterEach
    void close() {
        core.close();
        loop.close();
    }

    private RuntimeDTO all() {
        return Snapshot.of(core, loop);
    }

    private SocketDTO one(KernelSocket socket) {
        return all().sockets.stream().filter(dto -> dto.id == socket.id()).findFirst().orElseThrow();
    }

    private KernelSocket listener() throws KernelSocketException {
        KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0);
        listener.bind(SockAddr.loopback4(0));
        listener.listen(16);
        return listener;
    }

    private KernelSocket nonBlocking() throws KernelSocketException {
        KernelSocket socket = sockets.socket(AF_INET, SOCK_STREAM, 0);
        socket.ioctl(SysIoctl.FIONBIO, 1);
        return socket;
    }

    /** An address where nobody listens. */
    private SockAddr nobody() throws KernelSocketException {
        try (KernelSocket bound = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            bound.bind(SockAddr.loopback4(0));
            return bound.getsockname();
        }
    }

    @Test
    void shouldCountBytesAndCallsEachWay() throws Exception {
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        pair[0].send(new byte[100], 0, 100, 0);
        pair[0].send(new byte[20], 0, 20, MSG_DONTWAIT);
        pair[1].recv(new byte[1000], 0, 1000, 0);
        pair[1].recv(new byte[1000], 0, 1000, MSG_DONTWAIT);

        SocketDTO sender = one(pair[0]);
        assertThat(sender.sentBytes).isEqualTo(120);
        assertThat(sender.sends).isEqualTo(2);
        assertThat(sender.refusedSends).isZero();
        SocketDTO receiver = one(pair[1]);
        assertThat(receiver.receivedBytes).isEqualTo(120);
        assertThat(receiver.receives).as("one of the two would have blocked").isEqualTo(1);
        pair[0].close();
        pair[1].close();
    }

    @Test
    void shouldCountSendsThatWereRefusedOrCutShort() throws Exception {
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        byte[] much = new byte[1 << 22];
        assertThat(pair[0].send(much, 0, much.length, MSG_DONTWAIT)).isLessThan(much.length);
        assertThat(pair[0].send(much, 0, much.length, MSG_DONTWAIT)).isEqualTo(KernelSocket.WOULD_BLOCK);

        assertThat(one(pair[0]).sends).isEqualTo(1);
        assertThat(one(pair[0]).refusedSends).isEqualTo(2);
        pair[0].close();
        pair[1].close();
    }

    @Test
    void shouldKeepWhatClosedSocketsHaveCounted() throws Exception {
        try (KernelSocket listener = listener(); KernelSocket client = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            client.connect(listener.getsockname());
            try (KernelSocket server = listener.accept()) {
                client.send(new byte[7], 0, 7, 0);
                server.recv(new byte[7], 0, 7, 0);
            }
            assertThat(one(listener).accepted).isEqualTo(1);
        }
        RuntimeDTO runtime = all();
        assertThat(runtime.sockets).isEmpty();
        assertThat(runtime.opened).isEqualTo(3);
        assertThat(runtime.closed).isEqualTo(3);
        assertThat(runtime.accepted).isEqualTo(1);
        assertThat(runtime.sentBytes).isEqualTo(7);
        assertThat(runtime.receivedBytes).isEqualTo(7);
        assertThat(runtime.sends).isEqualTo(1);
        assertThat(runtime.receives).isEqualTo(1);
    }

    @Test
    void shouldCountConnectsHoweverTheyWereMade() throws Exception {
        try (KernelSocket listener = listener(); KernelSocket blocking = sockets.socket(AF_INET, SOCK_STREAM, 0);
                KernelSocket told = nonBlocking(); KernelSocket unasked = nonBlocking()) {
            blocking.connect(listener.getsockname());
            CountDownLatch connected = new CountDownLatch(1);
            told.callbacks(SocketCallbacks.builder().connected((socket, arg) -> connected.countDown()).build(), null);
            told.connect(listener.getsockname());
            connected.await();
            unasked.connect(listener.getsockname());
            sockets.poll(new PollFd[] {new PollFd(unasked, SysPoll.POLLOUT)}, null);
            assertThat(all().connected).as("nobody has asked for the third's").isEqualTo(2);
        }
        assertThat(all().connected).isEqualTo(3);
        assertThat(all().failedConnects).isZero();
    }

    @Test
    void shouldCountConnectsThatFailedHoweverTheyWereMade() throws Exception {
        SockAddr nobody = nobody();
        try (KernelSocket blocking = sockets.socket(AF_INET, SOCK_STREAM, 0); KernelSocket told = nonBlocking()) {
            assertThatThrownBy(() -> blocking.connect(nobody)).hasMessageContaining("ECONNREFUSED");
            CountDownLatch failed = new CountDownLatch(1);
            told.callbacks(SocketCallbacks.builder().connectFailed((socket, arg, errno) -> failed.countDown()).build(),
                    null);
            try {
                told.connect(nobody);
                failed.await();
            } catch (KernelSocketException e) {
                assertThat(e).as("at once, on the loopback").hasMessageContaining("ECONNREFUSED");
            }
            assertThat(all().failedConnects).isEqualTo(2);
            assertThat(all().connected).isZero();
        }
    }

    @Test
    void shouldTellOfACallbackThatIsHeldUpAndOfHowLongItTook() throws Exception {
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        pair[1].callbacks(SocketCallbacks.builder().recv((socket, arg, msglen) -> {
            held.countDown();
            release.await();
        }).build(), null);
        pair[0].send(new byte[1], 0, 1, 0);
        held.await();
        try {
            await().until(() -> one(pair[1]).heldUpMs >= 20);
            RuntimeDTO meanwhile = all();
            assertThat(meanwhile.heldUpThreads).isEqualTo(1);
            assertThat(meanwhile.takeOvers).isGreaterThanOrEqualTo(1);
            assertThat(meanwhile.heldUpCallbacks).as("it is not over").isZero();
            assertThat(meanwhile.loopAlive).isTrue();
        } finally {
            release.countDown();
        }
        await().until(() -> all().heldUpThreads == 0);
        SocketDTO after = one(pair[1]);
        assertThat(after.heldUpMs).isZero();
        assertThat(after.heldUpCallbacks).isEqualTo(1);
        assertThat(after.longestCallbackMs).isGreaterThanOrEqualTo(20);
        assertThat(after.calledCallbacks).isGreaterThanOrEqualTo(1);
        pair[0].close();
        pair[1].close();
        assertThat(all().longestCallbackMs).isEqualTo(after.longestCallbackMs);
    }

    @Test
    void shouldSayThatEventsWaitWhileAllThreadsAreHeldUp() throws Exception {
        loop.threadLimit(2);
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        pair[1].callbacks(SocketCallbacks.builder().recv((socket, arg, msglen) -> {
            held.countDown();
            release.await();
        }).build(), null);
        pair[0].send(new byte[1], 0, 1, 0);
        held.await();
        try {
            await().until(() -> all().crowded);
        } finally {
            release.countDown();
        }
        await().until(() -> !all().crowded);
        pair[0].close();
        pair[1].close();
    }

    @Test
    void shouldCountNoneTwiceOrNotAtAllWhileSocketsClose() throws Exception {
        int threads = 4;
        int rounds = 300;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            Callable<Void> work = () -> {
                for (int i = 0; i < rounds; i++) {
                    KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
                    pair[0].send(new byte[3], 0, 3, 0);
                    pair[0].close();
                    pair[1].close();
                }
                return null;
            };
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(work));
            }
            long last = 0;
            while (!running.stream().allMatch(Future::isDone)) {
                long sent = core.totals().sentBytes;
                assertThat(sent).isGreaterThanOrEqualTo(last);
                last = sent;
            }
            for (Future<Void> one : running) {
                one.get();
            }
        }
        assertThat(all().sentBytes).isEqualTo(3L * threads * rounds);
        assertThat(all().sends).isEqualTo((long) threads * rounds);
        assertThat(all().closed).isEqualTo(2L * threads * rounds);
    }
}
