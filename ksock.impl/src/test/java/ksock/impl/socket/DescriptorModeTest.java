// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.typed.SocketOptions;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.Scratch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sockets whose descriptor does not block, though nobody has set FIONBIO here: as of one that came from another
 * process, which has set O_NONBLOCK, and while another thread connects. Calls that may block do.
 */
@Timeout(300)
class DescriptorModeTest {

    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 04000;
    private static final int LONG = 1 << 20;

    private final Fixture fixture = new Fixture();
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        fixture.close();
        arena.close();
    }

    private KernelSocket[] pair() throws KernelSocketException {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        setNonBlocking(pair[0]);
        return pair;
    }

    /** As another process would that has the same socket. */
    private static void setNonBlocking(KernelSocket socket) {
        Scratch scratch = Scratch.acquire();
        try {
            assertThat(DescriptorCalls.fcntl(scratch.errno(), Descriptor.of(socket), F_SETFL, O_NONBLOCK)).isZero();
        } finally {
            scratch.release();
        }
    }

    private MessageHeader message(int length) {
        return new MessageHeader().buffers(arena.allocate(length));
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldSendAll(Threads threads) throws Exception {
        KernelSocket[] pair = pair();
        FutureTask<Long> sending = threads.run(() -> pair[0].send(arena.allocate(LONG), 0, LONG, 0));
        receiveAll(pair[1]);
        assertThat(sending.get(60, TimeUnit.SECONDS)).isEqualTo(LONG);
        FutureTask<Long> message = threads.run(() -> pair[0].sendmsg(message(LONG), 0));
        receiveAll(pair[1]);
        assertThat(message.get(60, TimeUnit.SECONDS)).isEqualTo(LONG);
    }

    private static void receiveAll(KernelSocket socket) throws KernelSocketException {
        byte[] some = new byte[1 << 16];
        long left = LONG;
        while (left > 0) {
            long received = socket.within(Duration.ofSeconds(10)).recv(some, 0, (int) Math.min(left, some.length), 0);
            assertThat(received).isPositive();
            left -= received;
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldReceiveAll(Threads threads) throws Exception {
        KernelSocket[] pair = pair();
        pair[1].send(new byte[3], 0, 3, 0);
        FutureTask<Long> receiving = threads.run(() -> pair[0].recv(arena.allocate(5), 0, 5, MSG_WAITALL));
        Fixture.awaitBlocked(pair[0], 1);
        pair[1].send(new byte[2], 0, 2, 0);
        assertThat(receiving.get(60, TimeUnit.SECONDS)).isEqualTo(5);

        pair[1].send(new byte[3], 0, 3, 0);
        FutureTask<Long> message = threads.run(() -> pair[0].recvmsg(message(5), MSG_WAITALL));
        Fixture.awaitBlocked(pair[0], 1);
        pair[1].send(new byte[2], 0, 2, 0);
        assertThat(message.get(60, TimeUnit.SECONDS)).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldWaitUntilTheOptionsTimeHasPassed(Threads threads) throws Exception {
        KernelSocket[] pair = pair();
        pair[0].setsockopt(SocketOptions.SO_RCVTIMEO, Duration.ofMillis(200));
        long start = System.nanoTime();
        assertThat(threads.run(() -> pair[0].recv(new byte[1], 0, 1, 0)).get()).isEqualTo(KernelSocket.WOULD_BLOCK);
        assertThat(System.nanoTime() - start).isGreaterThan(150_000_000);
        start = System.nanoTime();
        assertThat(threads.run(() -> pair[0].recvmsg(message(1), 0)).get()).isEqualTo(KernelSocket.WOULD_BLOCK);
        assertThat(System.nanoTime() - start).isGreaterThan(150_000_000);
        pair[0].setsockopt(SocketOptions.SO_SNDTIMEO, Duration.ofMillis(200));
        start = System.nanoTime();
        assertThat(threads.run(() -> pair[0].send(arena.allocate(LONG), 0, LONG, 0)).get()).isBetween(1L, LONG - 1L);
        assertThat(System.nanoTime() - start).isGreaterThan(150_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndOnceItWasCancelled(Cancellable call) throws Exception {
        for (int i = 0; i < 100; i++) {
            try (KernelSocket socket = call.socket(fixture)) {
                setNonBlocking(socket);
                FutureTask<?> blocked = new FutureTask<>(() -> call.make(socket));
                Thread thread = Threads.PLATFORM.start(blocked);
                while (!socket.cancel(thread)) {
                    assertThat(blocked.isDone()).isFalse();
                    Thread.onSpinWait();
                }
                assertThatThrownBy(() -> blocked.get(10, TimeUnit.SECONDS)).as("round %d", i)
                        .isInstanceOf(ExecutionException.class).hasMessageContaining("ECANCELED");
            }
        }
    }

    /** Calls that first block in the kernel, where they can. */
    enum Cancellable {

        RECV {
            @Override
            Object make(KernelSocket socket) throws KernelSocketException {
                return socket.recv(new byte[1], 0, 1, 0);
            }
        },
        RECVMSG {
            @Override
            Object make(KernelSocket socket) throws KernelSocketException {
                return socket.recvmsg(new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])), 0);
            }
        },
        SEND {
            @Override
            KernelSocket socket(Fixture fixture) throws KernelSocketException {
                KernelSocket socket = super.socket(fixture);
                Fixture.fill(socket);
                return socket;
            }

            @Override
            Object make(KernelSocket socket) throws KernelSocketException {
                return socket.send(new byte[5000], 0, 5000, 0);
            }
        },
        ACCEPT {
            @Override
            KernelSocket socket(Fixture fixture) throws KernelSocketException {
                return fixture.listener();
            }

            @Override
            Object make(KernelSocket socket) throws KernelSocketException {
                return socket.accept();
            }
        };

        KernelSocket socket(Fixture fixture) throws KernelSocketException {
            return fixture.pair(SOCK_STREAM)[0];
        }

        abstract Object make(KernelSocket socket) throws KernelSocketException;
    }

    @Test
    void shouldSendAllWhileAnotherThreadConnects() throws Exception {
        KernelSocket[] pair = fixture.connection();
        FutureTask<Void> connecting = Threads.PLATFORM.run(() -> {
            KernelSocket within = pair[0].within(Duration.ofSeconds(10));
            while (!Thread.currentThread().isInterrupted()) {
                Fixture.assertErrno(ksock.api.Errno.EISCONN, () -> within.connect(pair[1].getsockname()));
            }
            return null;
        });
        for (int i = 0; i < 10 && !connecting.isDone(); i++) {
            FutureTask<Long> sending = Threads.PLATFORM.run(() -> pair[0].send(arena.allocate(LONG), 0, LONG, 0));
            receiveAll(pair[1]);
            assertThat(sending.get(60, TimeUnit.SECONDS)).as("round %d", i).isEqualTo(LONG);
        }
        connecting.cancel(true);
    }
}
