// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import ksock.impl.callback.Sockets.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callbacks that block, throw, replace and close, and who waits for them. */
@Timeout(300)
class BarrierTest {

    private static final byte[] DATA = new byte[1];

    private final Sockets sockets = new Sockets();

    @AfterEach
    void close() {
        sockets.close();
    }

    private static SocketCallbacks onRecv(SocketCallbacks.Recv recv) {
        return SocketCallbacks.builder().recv(recv).build();
    }

    @Test
    void shouldWaitInSetUntilTheRunningCallbackIsOut() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean out = new AtomicBoolean();
        pair[1].callbacks(onRecv((socket, arg, msglen) -> {
            inside.countDown();
            release.await();
            out.set(true);
        }), null);
        pair[0].send(DATA, 0, 1, 0);
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Boolean> set = CompletableFuture.supplyAsync(() -> {
            try {
                pair[1].callbacks(null, null);
                return out.get();
            } catch (KernelSocketException e) {
                throw new AssertionError(e);
            }
        });
        Sockets.settle();
        assertThat(set).isNotDone();
        release.countDown();
        assertThat(set.get(60, TimeUnit.SECONDS)).as("out before set returned").isTrue();
    }

    @Test
    void shouldWaitInCloseUntilTheRunningCallbackIsOut() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        pair[1].callbacks(onRecv((socket, arg, msglen) -> {
            inside.countDown();
            release.await();
        }), null);
        pair[0].send(DATA, 0, 1, 0);
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> close = CompletableFuture.runAsync(pair[1]::close);
        Sockets.settle();
        assertThat(close).isNotDone();
        release.countDown();
        close.get(60, TimeUnit.SECONDS);
    }

    @Test
    void shouldHoldUpNoOtherSocketWhileACallbackBlocks() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        KernelSocket[] stuck = sockets.connected(Kind.TCP);
        stuck[1].callbacks(onRecv((socket, arg, msglen) -> release.await()), null);
        stuck[0].send(DATA, 0, 1, 0);

        Recorder recorder = new Recorder();
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        pair[1].callbacks(recorder.all(), null);
        for (int i = 0; i < 10; i++) {
            pair[0].send(DATA, 0, 1, 0);
            recorder.expect("recv(-1)");
        }
        release.countDown();
    }

    @Test
    void shouldCloseItsOwnSocketFromInside() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        pair[1].callbacks(onRecv((socket, arg, msglen) -> {
            socket.close();
            closed.complete(socket.isOpen());
        }), null);
        pair[0].send(DATA, 0, 1, 0);
        assertThat(closed.get(60, TimeUnit.SECONDS)).isFalse();
        assertThat(pair[1].isOpen()).isFalse();
    }

    @Test
    void shouldReplaceItsOwnCallbacksFromInside() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        Recorder next = new Recorder();
        pair[1].callbacks(onRecv((socket, arg, msglen) -> socket.callbacks(next.all(), null)), null);
        pair[0].send(DATA, 0, 1, 0);
        next.expect("recv(-1)");
        assertThat(next.overlaps).hasValue(0);
        await().untilAsserted(() -> assertThat(next.received.get()).isEqualTo(1));
    }

    @Test
    void shouldCloseAnotherFromInsideEvenCrosswise() throws Exception {
        KernelSocket[] one = sockets.connected(Kind.UNIX);
        KernelSocket[] two = sockets.connected(Kind.UNIX);
        CountDownLatch both = new CountDownLatch(2);
        CountDownLatch closed = new CountDownLatch(2);
        one[1].callbacks(onRecv((socket, arg, msglen) -> {
            both.countDown();
            both.await();
            two[1].close();
            closed.countDown();
        }), null);
        two[1].callbacks(onRecv((socket, arg, msglen) -> {
            both.countDown();
            both.await();
            one[1].close();
            closed.countDown();
        }), null);
        one[0].send(DATA, 0, 1, 0);
        two[0].send(DATA, 0, 1, 0);
        assertThat(closed.await(60, TimeUnit.SECONDS)).as("neither waits for the other").isTrue();
    }

    @Test
    void shouldGoOnAfterACallbackThatThrows() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        AtomicInteger calls = new AtomicInteger();
        pair[1].callbacks(onRecv((socket, arg, msglen) -> {
            calls.incrementAndGet();
            Thread.currentThread().interrupt();
            throw new AssertionError("thrown by the test");
        }), null);
        for (int i = 1; i <= 3; i++) {
            pair[0].send(DATA, 0, 1, 0);
            int expected = i;
            await().untilAsserted(() -> assertThat(calls.get()).isEqualTo(expected));
        }
    }

    @Test
    void shouldGoOnAfterACallbackThatThrowsWhatCannotBeLogged() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        KernelSocket[] other = sockets.connected(Kind.UNIX);
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        other[1].callbacks(onRecv((socket, arg, msglen) -> others.incrementAndGet()), null);
        pair[1].callbacks(onRecv((socket, arg, msglen) -> {
            calls.incrementAndGet();
            throw new UnspeakableException();
        }), null);
        for (int i = 1; i <= 3; i++) {
            pair[0].send(DATA, 0, 1, 0);
            other[0].send(DATA, 0, 1, 0);
            int expected = i;
            await().untilAsserted(() -> assertThat(calls.get()).isEqualTo(expected));
            await().untilAsserted(() -> assertThat(others.get()).isEqualTo(expected));
        }
        CompletableFuture.runAsync(pair[1]::close).get(60, TimeUnit.SECONDS);
    }

    @Test
    void shouldRunNoFormerCallbackOnceSetHasReturned() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger late = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        Thread sender = Thread.ofPlatform().start(() -> {
            try {
                while (!stop.get()) {
                    pair[0].send(DATA, 0, 1, ksock.api.SysSocket.MSG_DONTWAIT);
                }
            } catch (KernelSocketException e) {
                throw new AssertionError(e);
            }
        });
        byte[] buffer = new byte[4096];
        for (int i = 0; i < 2000; i++) {
            AtomicBoolean over = new AtomicBoolean();
            pair[1].callbacks(onRecv((socket, arg, msglen) -> {
                calls.incrementAndGet();
                if (over.get()) {
                    late.incrementAndGet();
                }
                while (socket.recv(buffer, 0, buffer.length, 0) > 0) {
                    Thread.onSpinWait();
                }
                if (over.get()) {
                    late.incrementAndGet();
                }
            }), null);
            for (int spin = random.nextInt(2000); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            pair[1].callbacks(null, null);
            over.set(true);
        }
        stop.set(true);
        sender.join();
        assertThat(late.get()).as("seed " + seed).isZero();
        assertThat(calls.get()).isPositive();
    }

    /** Says nothing of itself: whoever asks gets another of its kind. */
    private static final class UnspeakableException extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new UnspeakableException();
        }
    }
}
