// SPDX-License-Identifier: Apache-2.0
package ksock.impl.race;

import static ksock.api.Errno.ECANCELED;
import static ksock.api.Errno.EINTR;
import static ksock.api.Errno.ETIMEDOUT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.impl.race.Race.Outcome;
import ksock.impl.race.Race.Step;
import ksock.impl.socket.BlockingCall;
import ksock.impl.socket.BlockingCall.Blocked;
import ksock.impl.socket.Fixture;
import ksock.impl.socket.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What ends a call early against what lets it succeed: one of the two, nothing lost, and the socket usable after it.
 */
@Timeout(600)
class CompletionRaceTest {

    private static final int ROUNDS = 60;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<Arguments> calls() {
        return Stream.of(Threads.values())
                .flatMap(threads -> Stream.of(BlockingCall.values()).map(call -> Arguments.of(threads, call)));
    }

    /** The thread that makes the call, told to the other. */
    private static final class Caller {

        private final CountDownLatch known = new CountDownLatch(1);
        private Thread thread;

        void here() {
            thread = Thread.currentThread();
            known.countDown();
        }

        Thread await() throws InterruptedException {
            known.await();
            return thread;
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldBeCancelledOrSucceed(Threads threads, BlockingCall call) throws Exception {
        Race race = new Race("cancel, completion and " + call + " on " + threads);
        race.rounds(ROUNDS, round -> {
            Blocked on = call.prepare(fixture);
            Caller caller = new Caller();
            List<Outcome> ends = race.run(threads, () -> {
                caller.here();
                return on.make();
            }, () -> on.socket().cancel(caller.await()), completing(on));
            boolean hit = (boolean) ends.get(1).value();
            assertEndedOrSucceeds(threads, on, ends.getFirst(), ECANCELED);
            assertThat(hit || ends.getFirst().errno() == null).as("no call is cancelled that nobody hit").isTrue();
            assertThat(ends.getFirst().interrupted()).as("an interrupt that nobody sent").isFalse();
            on.socket().close();
        });
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldBeInterruptedOrSucceedAndKeepTheInterrupt(Threads threads, BlockingCall call) throws Exception {
        Race race = new Race("interrupt, completion and " + call + " on " + threads);
        race.rounds(ROUNDS, round -> {
            Blocked on = call.prepare(fixture);
            Caller caller = new Caller();
            CountDownLatch sent = new CountDownLatch(1);
            int[] seen = {0};
            List<Outcome> ends = race.run(threads, () -> {
                caller.here();
                try {
                    return on.make();
                } finally {
                    // Until it was sent for sure: it may come only now.
                    seen[0] = interrupts(sent);
                }
            }, () -> {
                caller.await().interrupt();
                sent.countDown();
                return null;
            }, completing(on));
            assertEndedOrSucceeds(threads, on, ends.getFirst(), EINTR);
            assertThat(seen[0]).as("how often the one interrupt was seen").isEqualTo(1);
            on.socket().close();
        });
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldTimeOutOrSucceed(Threads threads, BlockingCall call) throws Exception {
        Race race = new Race("time, completion and " + call + " on " + threads);
        race.rounds(ROUNDS / 2, round -> {
            Blocked on = call.prepare(fixture);
            Duration time = Duration.ofNanos(race.below(300_000));
            List<Outcome> ends = race.run(threads, () -> on.call().make(on.socket().within(time)), completing(on));
            assertEndedOrSucceeds(threads, on, ends.getFirst(), ETIMEDOUT);
            on.socket().close();
        });
    }

    private static void assertEndedOrSucceeds(Threads threads, Blocked on, Outcome end, Errno early)
            throws Exception {
        if (end.errno() == null) {
            assertThat(end.value()).isNotNull();
            closeAccepted(end);
            return;
        }
        assertThat(end.errno()).as(end.failure().getMessage()).isEqualTo(early);
        Outcome again = Race.once(threads, on::make);
        assertThat(again.errno()).as("the same call again, with nothing in its way").isNull();
        closeAccepted(again);
    }

    private static void closeAccepted(Outcome end) {
        if (end.value() instanceof KernelSocket accepted) {
            accepted.close();
        }
    }

    /** Counts the interrupts of this thread until all were sent. */
    private static int interrupts(CountDownLatch sent) {
        int count = Thread.interrupted() ? 1 : 0;
        while (true) {
            try {
                sent.await();
                return Thread.interrupted() ? count + 1 : count;
            } catch (InterruptedException e) {
                count++;
            }
        }
    }

    private static Step completing(Blocked on) {
        return () -> {
            on.completion().happen();
            return null;
        };
    }
}
