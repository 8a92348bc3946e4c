// SPDX-License-Identifier: Apache-2.0
package ksock.impl.race;

import static ksock.api.Errno.EINTR;
import static ksock.api.Errno.ENOTSOCK;
import static ksock.api.Errno.ESHUTDOWN;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.SocketCallbacks;
import ksock.api.SysPoll;
import ksock.impl.race.Race.Outcome;
import ksock.impl.race.Race.Step;
import ksock.impl.socket.BlockingCall;
import ksock.impl.socket.BlockingCall.Blocked;
import ksock.impl.socket.Fixture;
import ksock.impl.socket.SocketScope;
import ksock.impl.socket.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Close, of a socket or of all of an owner's, against whatever else is going on in it. */
@Timeout(600)
class CloseRaceTest {

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<Arguments> calls() {
        return Stream.of(Threads.values())
                .flatMap(threads -> Stream.of(BlockingCall.values()).map(call -> Arguments.of(threads, call)));
    }

    static Stream<Arguments> polls() {
        return calls().filter(row -> ((BlockingCall) row.get()[1]).events() != 0);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldEndTheCallWheneverTheCloseComes(Threads threads, BlockingCall call) throws Exception {
        Race race = new Race("close and " + call + " on " + threads);
        race.rounds(60, round -> {
            Blocked on = call.prepare(fixture);
            List<Outcome> ends = race.run(threads, on::make, closing(on.socket()));
            assertThat(ends.getFirst().errno()).isIn(EINTR, ENOTSOCK);
            assertThat(ends.getFirst().interrupted()).isFalse();
            assertThat(ends.getLast().errno()).isNull();
            assertThat(on.socket().isOpen()).isFalse();
        });
    }

    @ParameterizedTest
    @MethodSource("polls")
    void shouldEndThePollWheneverTheCloseComes(Threads threads, BlockingCall call) throws Exception {
        Race race = new Race("close and poll of " + call + " on " + threads);
        race.rounds(40, round -> {
            Blocked on = call.prepare(fixture).polled(fixture, call.events());
            List<Outcome> ends = race.run(threads, on::make, closing(on.socket()));
            assertThat(ends.getFirst().value()).isEqualTo(SysPoll.POLLNVAL);
        });
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldEndTheCallWithAResultOrTheCloseButNeverBoth(Threads threads, BlockingCall call) throws Exception {
        Race race = new Race("close, completion and " + call + " on " + threads);
        race.rounds(40, round -> {
            Blocked on = call.prepare(fixture);
            List<Outcome> ends = race.run(threads, on::make, closing(on.socket()), completing(on));
            Outcome made = ends.getFirst();
            if (made.errno() == null) {
                assertThat(made.value()).isNotNull();
            } else {
                // What the peer did may have come first, and met a listener or a peer that was half gone.
                assertThat(made.errno()).isIn(EINTR, ENOTSOCK);
            }
            if (made.value() instanceof KernelSocket accepted) {
                assertThat(accepted.isOpen()).as("what was accepted lives on").isTrue();
                accepted.close();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldCloseOnceHoweverManyDo(Threads threads) throws Exception {
        Race race = new Race("close and close on " + threads);
        race.rounds(300, round -> {
            KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            // Who closed a number twice would take it from these.
            Step other = () -> fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            List<Outcome> ends = race.run(threads, closing(pair[0]), closing(pair[0]), other, closing(pair[1]));
            KernelSocket[] next = (KernelSocket[]) ends.get(2).value();
            assertThat(next[0].send(new byte[] {1}, 0, 1, 0)).isEqualTo(1);
            assertThat(next[1].recv(new byte[1], 0, 1, 0)).isEqualTo(1);
            next[0].close();
            next[1].close();
        });
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldRunNoCallbackAfterCloseWhoeverSetsAndClears(Threads threads) throws Exception {
        Race race = new Race("close and callbacks on " + threads);
        AtomicInteger late = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        race.rounds(200, round -> {
            KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            AtomicBoolean closed = new AtomicBoolean();
            SocketCallbacks callbacks = SocketCallbacks.builder().recv((socket, arg, msglen) -> {
                told.incrementAndGet();
                if (closed.get()) {
                    late.incrementAndGet();
                }
            }).build();
            Step set = () -> {
                pair[0].callbacks(callbacks, null);
                return null;
            };
            Step clear = () -> {
                pair[0].callbacks(null, null);
                return null;
            };
            Step send = () -> pair[1].send(new byte[1], 0, 1, 0);
            Step close = () -> {
                pair[0].close();
                closed.set(true);
                return null;
            };
            if (round % 4 == 0) {
                int before = told.get();
                set.make();
                send.make();
                await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> told.get() > before);
            }
            List<Outcome> ends = race.run(threads, set, race.coin() ? clear : set, send, close);
            assertThat(ends.get(0).errno()).isIn(null, ENOTSOCK);
            assertThat(ends.get(1).errno()).isIn(null, ENOTSOCK);
            assertThat(ends.get(3).errno()).isNull();
            pair[1].close();
        });
        assertThat(late).as("callbacks that ran after close had returned").hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldEndEveryCallWhenTheOwnerGoesAndLeaveNothing(Threads threads) throws Exception {
        Race race = new Race("the owner goes, on " + threads);
        long before = Fixture.descriptors();
        race.rounds(60, round -> {
            SocketScope scope = fixture.core.scope(-1, "");
            KernelSocket[] pair = scope.socketpair(AF_UNIX, SOCK_STREAM, 0);
            KernelSocket[] other = scope.socketpair(AF_UNIX, SOCK_STREAM, 0);
            AtomicBoolean gone = new AtomicBoolean();
            AtomicInteger late = new AtomicInteger();
            SocketCallbacks callbacks = SocketCallbacks.builder().recv((socket, arg, msglen) -> {
                if (gone.get()) {
                    late.incrementAndGet();
                }
            }).build();
            List<Step> steps = new ArrayList<>();
            steps.add(() -> {
                scope.close();
                gone.set(true);
                return null;
            });
            steps.add(() -> pair[0].recv(new byte[1], 0, 1, 0));
            steps.add(() -> scope.socket(AF_UNIX, SOCK_STREAM, 0).getsockname());
            steps.add(() -> {
                other[0].callbacks(callbacks, null);
                other[0].callbacks(null, null);
                other[0].callbacks(callbacks, null);
                return null;
            });
            steps.add(() -> other[1].send(new byte[1], 0, 1, 0));
            List<Outcome> ends = race.run(threads, steps.toArray(Step[]::new));
            assertThat(ends.get(0).errno()).isNull();
            assertThat(ends.get(1).errno()).isIn(EINTR, ENOTSOCK, null);
            assertThat(ends.get(2).errno()).isIn(null, ESHUTDOWN, ENOTSOCK);
            assertThat(ends.get(3).errno()).isIn(null, ENOTSOCK);
            assertThat(late).hasValue(0);
        });
        await().pollInterval(Duration.ofMillis(10)).untilAsserted(
                () -> assertThat(Fixture.descriptors()).as("open sockets").isLessThanOrEqualTo(before));
    }

    private static Step closing(KernelSocket socket) {
        return () -> {
            socket.close();
            return null;
        };
    }

    private static Step completing(Blocked on) {
        return () -> {
            on.completion().happen();
            return null;
        };
    }
}
