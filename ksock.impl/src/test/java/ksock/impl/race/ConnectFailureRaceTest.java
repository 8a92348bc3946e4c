// SPDX-License-Identifier: Apache-2.0
package ksock.impl.race;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_ERROR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.api.SysIoctl;
import ksock.impl.socket.Fixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who asks SO_ERROR how a connect went, against the loop that finds it out for the callbacks: it is told once. */
@Timeout(600)
class ConnectFailureRaceTest {

    private static final int ROUNDS = 1500;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldTellAndCountAFailedConnectOnceWhoeverFindsItOut() throws Exception {
        SockAddr nobody = addressOfNobody();
        AtomicInteger told = new AtomicInteger();
        SocketCallbacks callbacks = SocketCallbacks.builder()
                .connectFailed((socket, arg, errno) -> told.incrementAndGet()).build();
        for (int round = 1; round <= ROUNDS; round++) {
            try (KernelSocket socket = fixture.sockets.socket(AF_INET, SOCK_STREAM, 0)) {
                socket.ioctl(SysIoctl.FIONBIO, 1);
                socket.callbacks(callbacks, null);
                assertThat(socket.connect(nobody)).isEqualTo(KernelSocket.IN_PROGRESS);
                for (int spin = round % 100; spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                assertThat(socket.getsockopt(SOL_SOCKET, SO_ERROR)).isEqualTo(Errno.ECONNREFUSED.number());
                int rounds = round;
                if (told.get() < rounds) {
                    await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                            .until(() -> told.get() >= rounds);
                }
                assertThat(socket.getsockopt(SOL_SOCKET, SO_ERROR)).as("round %d, asked again", round).isZero();
            }
            assertThat(told).as("callbacks, round %d", round).hasValue(round);
            assertThat(fixture.core.failedConnects()).as("counted, round %d", round).isEqualTo(round);
        }
    }

    private SockAddr addressOfNobody() throws KernelSocketException {
        try (KernelSocket listener = fixture.listener()) {
            return listener.getsockname();
        }
    }
}
