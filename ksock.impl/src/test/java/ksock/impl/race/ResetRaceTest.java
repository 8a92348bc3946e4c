// SPDX-License-Identifier: Apache-2.0
package ksock.impl.race;

import static ksock.api.Errno.ECONNRESET;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_LINGER;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SocketCallbacks;
import ksock.impl.race.Race.Outcome;
import ksock.impl.race.Race.Step;
import ksock.impl.socket.Fixture;
import ksock.impl.socket.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who waits in a call meets the reset, and no end, whoever takes the error from the host: the call, or the loop. */
@Timeout(600)
class ResetRaceTest {

    private static final int ROUNDS = 200;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldNotTellAnEndToWhoReceives(Threads threads) throws Exception {
        race("recv", threads, socket -> () -> socket.recv(new byte[1], 0, 1, 0));
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldNotTellAnEndToWhoReceivesAMessage(Threads threads) throws Exception {
        race("recvmsg", threads, socket -> () -> socket.recvmsg(
                new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])), 0));
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldTellTheReasonToWhoSends(Threads threads) throws Exception {
        race("send", threads, socket -> () -> {
            // Until it fails: that a connection has no room does not last.
            while (true) {
                socket.send(new byte[1 << 16], 0, 1 << 16, 0);
            }
        });
    }

    /** What is raced with the reset of its socket. */
    @FunctionalInterface
    private interface Call {
        Step on(KernelSocket socket);
    }

    private void race(String name, Threads threads, Call call) throws Exception {
        Race race = new Race("reset and " + name + " on " + threads);
        race.rounds(ROUNDS, round -> {
            KernelSocket[] pair = fixture.connection();
            CountDownLatch told = new CountDownLatch(1);
            pair[0].callbacks(SocketCallbacks.builder().disconnected((s, a, reason) -> told.countDown()).build(),
                    null);
            List<Outcome> ends = race.run(threads, call.on(pair[0]), () -> {
                reset(pair[1]);
                return null;
            });
            assertThat(ends.getFirst().errno()).as("not %s", ends.getFirst().value()).isEqualTo(ECONNRESET);
            told.await();
            pair[0].close();
        });
    }

    private static void reset(KernelSocket socket) throws KernelSocketException {
        socket.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 0}));
        socket.close();
    }
}
