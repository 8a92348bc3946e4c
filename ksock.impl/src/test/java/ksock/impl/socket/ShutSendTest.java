// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.SHUT_RD;
import static ksock.api.SysSocket.SHUT_RDWR;
import static ksock.api.SysSocket.SHUT_WR;
import static ksock.api.SysSocket.SOCK_SEQPACKET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.KernelThreads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A send that waits on a UNIX socket when one of the sides is shut: poll says nothing of it, and the call ends as it
 * does in the kernel nevertheless.
 */
@Timeout(300)
class ShutSendTest {

    /** Who waits, and how. */
    enum Way {
        IN_KERNEL(Threads.PLATFORM, false), LIMITED(Threads.PLATFORM, true), PARKED(Threads.VIRTUAL, false);

        private final Threads threads;
        private final boolean limited;

        Way(Threads threads, boolean limited) {
            this.threads = threads;
            this.limited = limited;
        }
    }

    @FunctionalInterface
    interface Shut {
        void make(KernelSocket own, KernelSocket peer) throws KernelSocketException;
    }

    record Case(String name, int type, Shut shut, Errno errno) {

        @Override
        public String toString() {
            return (type == SOCK_STREAM ? "stream, " : "seqpacket, ") + name + ": " + errno;
        }
    }

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<Arguments> cases() {
        return Stream.of(SOCK_STREAM, SOCK_SEQPACKET).flatMap(type -> Stream.of(
                new Case("own SHUT_WR", type, (own, peer) -> own.shutdown(SHUT_WR), Errno.EPIPE),
                new Case("own SHUT_RDWR", type, (own, peer) -> own.shutdown(SHUT_RDWR), Errno.EPIPE),
                new Case("peer's SHUT_RD", type, (own, peer) -> peer.shutdown(SHUT_RD), Errno.EPIPE),
                new Case("peer closes, with data unread", type, (own, peer) -> peer.close(), Errno.ECONNRESET)))
                .flatMap(one -> Stream.of(Way.values()).flatMap(way -> Stream.of(false, true)
                        .map(message -> Arguments.of(one, way, message))));
    }

    @ParameterizedTest(name = "{0}, {1}, by sendmsg {2}")
    @MethodSource("cases")
    void shouldEndAsInTheKernel(Case shut, Way way, boolean message) throws Exception {
        KernelSocket[] pair = fixture.pair(shut.type);
        Fixture.fill(pair[0]);
        KernelSocket view = way.limited ? pair[0].within(Duration.ofMinutes(2)) : pair[0];
        AtomicInteger tid = new AtomicInteger();
        FutureTask<Long> sending = new FutureTask<>(() -> {
            tid.set(DescriptorCalls.gettid());
            byte[] data = new byte[16];
            return message ? view.sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(data)), 0)
                    : view.send(data, 0, data.length, 0);
        });
        Thread thread = way.threads.start(sending);
        Fixture.awaitBlocked(pair[0], 1);
        if (way == Way.PARKED) {
            await().atMost(Fixture.PATIENCE).until(() -> thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING);
        } else {
            KernelThreads.awaitBlockedInSystemCall(tid);
        }

        shut.shut.make(pair[0], pair[1]);

        ExecutionException thrown = catchThrowableOfType(ExecutionException.class,
                () -> sending.get(60, TimeUnit.SECONDS));
        assertThat(thrown).hasCauseInstanceOf(KernelSocketException.class);
        assertThat(((KernelSocketException) thrown.getCause()).errno()).isEqualTo(shut.errno);
    }
}
