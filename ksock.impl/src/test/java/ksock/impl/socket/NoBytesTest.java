// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.MSG_OOB;
import static ksock.api.SysSocket.SHUT_WR;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.typed.SocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A receive of no bytes on TCP, which waits until something happens and then gives nothing, whatever it was. */
@Timeout(300)
class NoBytesTest {

    /** How it is made. */
    enum Way {
        IN_KERNEL(Threads.PLATFORM, false), LIMITED(Threads.PLATFORM, true), PARKED(Threads.VIRTUAL, false);

        private final Threads threads;
        private final boolean limited;

        Way(Threads threads, boolean limited) {
            this.threads = threads;
            this.limited = limited;
        }

        FutureTask<Long> receive(KernelSocket socket, boolean message) {
            KernelSocket view = limited ? socket.within(Fixture.PATIENCE) : socket;
            return threads.run(() -> message ? view.recvmsg(new MessageHeader(), 0)
                    : view.recv(new byte[0], 0, 0, 0));
        }
    }

    @FunctionalInterface
    interface Happening {
        void make(KernelSocket peer) throws KernelSocketException;
    }

    record Case(String name, Happening happening) {

        @Override
        public String toString() {
            return name;
        }
    }

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<Arguments> cases() {
        return Stream.of(new Case("data", peer -> peer.send(new byte[1], 0, 1, 0)),
                new Case("urgent data", peer -> peer.send(new byte[1], 0, 1, MSG_OOB)),
                new Case("the end", peer -> peer.shutdown(SHUT_WR)))
                .flatMap(one -> Stream.of(Way.values()).flatMap(way -> Stream.of(false, true)
                        .map(message -> Arguments.of(one, way, message))));
    }

    @ParameterizedTest(name = "{0}, {1}, by recvmsg {2}")
    @MethodSource("cases")
    void shouldGiveNothingWhenSomethingHappens(Case one, Way way, boolean message) throws Exception {
        KernelSocket[] pair = fixture.connection();
        FutureTask<Long> receiving = way.receive(pair[0], message);
        Fixture.awaitBlocked(pair[0], 1);
        one.happening.make(pair[1]);
        assertThat(receiving.get(60, TimeUnit.SECONDS)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveNothingWhenTheOptionsTimeHasPassed(Way way) throws Exception {
        KernelSocket[] pair = fixture.connection();
        pair[0].setsockopt(SocketOptions.SO_RCVTIMEO, Duration.ofMillis(10));
        assertThat(way.receive(pair[0], false).get(60, TimeUnit.SECONDS)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndWithEintrWhenClosed(Way way) throws Exception {
        KernelSocket[] pair = fixture.connection();
        FutureTask<Long> receiving = way.receive(pair[0], false);
        Fixture.awaitBlocked(pair[0], 1);
        pair[0].close();
        assertThat(failure(receiving)).isEqualTo(Errno.EINTR);
    }

    @ParameterizedTest
    @EnumSource
    void shouldWaitForNoConnectionThatThereIsNot(Way way) throws Exception {
        KernelSocket socket = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        assertThat(failure(way.receive(socket, false))).isEqualTo(Errno.ENOTCONN);
        assertThat(failure(way.receive(socket, true))).isEqualTo(Errno.ENOTCONN);
        assertThat(fixture.connection()[0].recv(new byte[0], 0, 0, MSG_DONTWAIT)).isEqualTo(KernelSocket.WOULD_BLOCK);
    }

    private static Errno failure(FutureTask<Long> call) {
        ExecutionException thrown = catchThrowableOfType(ExecutionException.class,
                () -> call.get(60, TimeUnit.SECONDS));
        assertThat(thrown).hasCauseInstanceOf(KernelSocketException.class);
        return ((KernelSocketException) thrown.getCause()).errno();
    }
}
