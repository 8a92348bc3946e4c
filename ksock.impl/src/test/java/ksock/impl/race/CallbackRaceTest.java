// SPDX-License-Identifier: Apache-2.0
package ksock.impl.race;

import static ksock.api.Errno.ECONNREFUSED;
import static ksock.api.Errno.ECONNRESET;
import static ksock.api.Errno.ENOTSOCK;
import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.impl.callback.Recorder;
import ksock.impl.race.Race.Outcome;
import ksock.impl.race.Race.Step;
import ksock.impl.socket.Fixture;
import ksock.impl.socket.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Setting callbacks against those that run, others that set, what arrives, and close. */
@Timeout(600)
class CallbackRaceTest {

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Callbacks that count what they are told and take what there is. */
    private static final class Counter {

        private final AtomicInteger told = new AtomicInteger();
        private final AtomicInteger taken = new AtomicInteger();

        SocketCallbacks callbacks() {
            return SocketCallbacks.builder().recv((socket, arg, msglen) -> {
                told.incrementAndGet();
                byte[] data = new byte[64];
                for (long count = socket.recv(data, 0, 64, 0); count > 0; count = socket.recv(data, 0, 64, 0)) {
                    taken.addAndGet((int) count);
                }
            }).build();
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldLeaveOneOfTwoThatSetAtOnce(Threads threads) throws Exception {
        Race race = new Race("set and set on " + threads);
        race.rounds(150, round -> {
            KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            Counter one = new Counter();
            Counter two = new Counter();
            List<Outcome> ends = race.run(threads, setting(pair[0], one.callbacks()),
                    setting(pair[0], two.callbacks()), sending(pair[1]));
            assertThat(ends).allSatisfy(end -> assertThat(end.failure()).isNull());
            until(() -> one.taken.get() + two.taken.get() == 1);
            assertOnlyOneIsTold(pair, one, two);
            close(pair);
        });
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldLeaveOneWhenACallbackReplacesItselfMeanwhile(Threads threads) throws Exception {
        Race race = new Race("set and replace inside on " + threads);
        race.rounds(150, round -> {
            KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            Counter inner = new Counter();
            Counter outer = new Counter();
            AtomicInteger former = new AtomicInteger();
            pair[0].callbacks(SocketCallbacks.builder().recv((socket, arg, msglen) -> {
                former.incrementAndGet();
                socket.callbacks(inner.callbacks(), null);
            }).build(), null);
            race.run(threads, setting(pair[0], outer.callbacks()), sending(pair[1]));
            until(() -> inner.taken.get() + outer.taken.get() == 1);
            int before = former.get();
            assertOnlyOneIsTold(pair, inner, outer);
            assertThat(former).as("the replaced one").hasValue(before);
            assertThat(before).isLessThanOrEqualTo(1);
            close(pair);
        });
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldEndWhoeverClosesFromInsideOrOutside(Threads threads) throws Exception {
        Race race = new Race("close inside and outside on " + threads);
        race.rounds(150, round -> {
            KernelSocket[] one = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            KernelSocket[] two = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            boolean crosswise = race.coin();
            one[0].callbacks(SocketCallbacks.builder()
                    .recv((socket, arg, msglen) -> (crosswise ? two[0] : socket).close()).build(), null);
            two[0].callbacks(SocketCallbacks.builder()
                    .recv((socket, arg, msglen) -> (crosswise ? one[0] : socket).close()).build(), null);
            Step close = () -> {
                one[0].close();
                two[0].close();
                return null;
            };
            List<Outcome> ends = race.run(threads, sending(one[1]), sending(two[1]),
                    race.coin() ? close : setting(one[0], new Counter().callbacks()));
            assertThat(ends.getLast().errno()).isIn(null, ENOTSOCK);
            close(one);
            close(two);
        });
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldTellOfAConnectOnceWheneverItIsArmed(Threads threads) throws Exception {
        Race race = new Race("connect and set on " + threads);
        KernelSocket listener = fixture.listener();
        SockAddr address = listener.getsockname();
        race.rounds(150, round -> {
            KernelSocket client = fixture.sockets.socket(AF_INET, SOCK_STREAM, 0);
            boolean blocks = race.coin();
            client.ioctl(FIONBIO, blocks ? 0 : 1);
            Recorder recorder = new Recorder();
            List<Outcome> ends = race.run(threads, () -> client.connect(address), setting(client, recorder.all()));
            assertThat(ends).allSatisfy(end -> assertThat(end.failure()).isNull());
            recorder.expect("connected");
            listener.accept().close();
            recorder.expect("recv(0)");
            client.close();
            assertThat(recorder.rest()).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldTellOfAFailedConnectOnceWheneverItIsArmed(Threads threads) throws Exception {
        Race race = new Race("refused connect and set on " + threads);
        KernelSocket listener = fixture.listener();
        SockAddr nobody = listener.getsockname();
        listener.close();
        race.rounds(150, round -> {
            KernelSocket client = fixture.sockets.socket(AF_INET, SOCK_STREAM, 0);
            client.ioctl(FIONBIO, 1);
            Recorder recorder = new Recorder();
            List<Outcome> ends = race.run(threads, () -> client.connect(nobody), setting(client, recorder.all()));
            assertThat(ends.getFirst().failure()).isNull();
            recorder.expect("connectFailed(" + ECONNREFUSED.number() + ')');
            client.close();
            assertThat(recorder.rest()).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldTellOfWhatArrivesOnceWheneverItIsArmed(Threads threads) throws Exception {
        Race race = new Race("urgent data, end, reset, and set on " + threads);
        race.rounds(200, round -> {
            KernelSocket[] pair = fixture.connection();
            Recorder recorder = new Recorder();
            recorder.taking = false;
            switch (race.below(3)) {
                case 0 -> {
                    race.run(threads, () -> pair[0].send(new byte[1], 0, 1, MSG_OOB),
                            setting(pair[1], recorder.all()));
                    recorder.expectAfter("recv(-1)", "exception(1)");
                }
                case 1 -> {
                    race.run(threads, () -> {
                        pair[0].shutdown(SHUT_WR);
                        return null;
                    }, () -> {
                        pair[1].shutdown(SHUT_WR);
                        return null;
                    }, setting(pair[1], recorder.all()));
                    recorder.expect("recv(0)", "disconnected(0)");
                }
                default -> {
                    race.run(threads, () -> {
                        reset(pair[0]);
                        return null;
                    }, setting(pair[1], recorder.all()));
                    recorder.expect("recv(-1)", "disconnected(" + ECONNRESET.number() + ')');
                }
            }
            close(pair);
            assertThat(recorder.rest()).doesNotContain("exception(1)", "recv(0)", "disconnected(0)");
            assertThat(recorder.overlaps).hasValue(0);
        });
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldTellOfAConnectionThatArrivesWheneverTheListenerIsArmed(Threads threads) throws Exception {
        Race race = new Race("newconn and set on " + threads);
        KernelSocket listener = fixture.listener();
        listener.ioctl(FIONBIO, 1);
        SockAddr address = listener.getsockname();
        race.rounds(150, round -> {
            KernelSocket client = fixture.sockets.socket(AF_INET, SOCK_STREAM, 0);
            Recorder recorder = new Recorder();
            race.run(threads, () -> client.connect(address), setting(listener, recorder.all()));
            recorder.expect("newconn");
            listener.callbacks(null, null);
            listener.accept().close();
            client.close();
        });
    }

    /** Sends a byte: to one of the two, and never to both, it is told. */
    private static void assertOnlyOneIsTold(KernelSocket[] pair, Counter one, Counter two) throws Exception {
        int ones = one.told.get();
        int twos = two.told.get();
        pair[1].send(new byte[1], 0, 1, 0);
        until(() -> one.taken.get() + two.taken.get() == 2);
        assertThat(one.told.get() > ones && two.told.get() > twos).as("both are told").isFalse();
    }

    private static void until(java.util.concurrent.Callable<Boolean> condition) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(condition);
    }

    private static Step setting(KernelSocket socket, SocketCallbacks callbacks) {
        return () -> {
            socket.callbacks(callbacks, null);
            return null;
        };
    }

    private static Step sending(KernelSocket socket) {
        return () -> socket.send(new byte[1], 0, 1, 0);
    }

    private static void reset(KernelSocket socket) throws KernelSocketException {
        socket.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 0}));
        socket.close();
    }

    /** The one with callbacks first, where they are still set: it is not to be told of the other's end. */
    private static void close(KernelSocket[] pair) {
        pair[1].close();
        pair[0].close();
    }
}
