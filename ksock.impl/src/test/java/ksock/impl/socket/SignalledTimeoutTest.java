// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_RCVTIMEO;
import static ksock.api.SysSocket.SO_SNDTIMEO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.impl.socket.BlockingCall.Blocked;
import ksock.impl.wait.WaitQueue;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The times of SO_RCVTIMEO and SO_SNDTIMEO pass, however often a signal has the thread look around meanwhile. */
@Timeout(300)
class SignalledTimeoutTest {

    private static final long MICROS = 300_000;
    /** Often enough that no call has its time for itself. */
    private static final Duration BETWEEN_SIGNALS = Duration.ofMillis(20);

    @ParameterizedTest
    @EnumSource
    void shouldPassWhileSignalsComeAllTheTime(BlockingCall call) throws Exception {
        try (Fixture fixture = new Fixture()) {
            Blocked blocked = call.prepare(fixture);
            MemorySegment time = MemorySegment.ofArray(new long[] {0, MICROS});
            blocked.socket().setsockopt(SOL_SOCKET, SO_RCVTIMEO, time);
            blocked.socket().setsockopt(SOL_SOCKET, SO_SNDTIMEO, time);
            WaitQueue waiters = SocketHandle.stateOf(blocked.socket()).waiters();
            long start = System.nanoTime();
            FutureTask<Object> made = Threads.PLATFORM.run(() -> answer(blocked));

            await().pollDelay(Duration.ZERO).pollInterval(BETWEEN_SIGNALS).atMost(Fixture.PATIENCE).until(() -> {
                waiters.wake();
                return made.isDone();
            });

            assertThat(made.get()).isIn(null, (long) KernelSocket.WOULD_BLOCK, Errno.EAGAIN);
            // The host counts in ticks.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(250));
        }
    }

    private static Object answer(Blocked blocked) {
        try {
            return blocked.make();
        } catch (KernelSocketException e) {
            return e.errno();
        }
    }
}
