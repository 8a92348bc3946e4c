// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import ksock.api.typed.Linger;
import ksock.api.typed.SocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Close of a connection whose peer does not read what was sent to it, with a time to linger. */
@Timeout(120)
class LingerTest {

    private static final int SECONDS = 2;
    private static final Duration LINGER = Duration.ofSeconds(SECONDS);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldLeaveTheWaitToAThreadOfItsOwnForAsLongAsWasSaid(Threads threads) throws Exception {
        KernelSocket[] connection = lingering();
        long start = System.nanoTime();

        long inClose = threads.run(() -> {
            long begin = System.nanoTime();
            connection[0].close();
            return System.nanoTime() - begin;
        }).get();

        // Whoever is late: the thread that lingers was there after close had returned.
        boolean lingers = isLingering(connection[0]);
        assertThat(lingers || System.nanoTime() - start >= LINGER.toNanos()).as("lingers").isTrue();
        assertThat(Duration.ofNanos(inClose)).isLessThan(LINGER);
        assertThat(connection[0].isOpen()).isFalse();
        awaitGone(connection[0]);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(LINGER.minusMillis(200));
    }

    @Test
    void shouldGoOnWithTheCallbacksOfOthersWhenClosedInOne() throws Exception {
        KernelSocket[] connection = lingering();
        KernelSocket[] other = fixture.connection();
        CompletableFuture<Boolean> heard = new CompletableFuture<>();
        other[0].callbacks(SocketCallbacks.builder()
                .recv((socket, length, arg) -> heard.complete(isLingering(connection[0]))).build(), null);
        CompletableFuture<Thread> closed = new CompletableFuture<>();
        connection[0].callbacks(SocketCallbacks.builder().recv((socket, length, arg) -> {
            take(socket);
            socket.close();
            // Only now, so that it is this loop which has to tell of it.
            send(other[1]);
            closed.complete(Thread.currentThread());
        }).build(), null);

        send(connection[1]);

        assertThat(closed.get(1, TimeUnit.MINUTES).getName()).startsWith("ksock");
        assertThat(heard.get(1, TimeUnit.MINUTES)).as("while the other lingered").isTrue();
        awaitGone(connection[0]);
    }

    @Test
    void shouldLingerNoLongerThanUntilThePeerHasTakenAll() throws Exception {
        KernelSocket[] connection = fixture.connection();
        connection[0].setsockopt(SocketOptions.SO_LINGER, new Linger(true, 600));
        Fixture.fill(connection[0]);
        connection[0].close();
        assertThat(isLingering(connection[0])).isTrue();

        byte[] bytes = new byte[1 << 16];
        long last;
        do {
            last = connection[1].recv(bytes, 0, bytes.length, 0);
        } while (last > 0);

        assertThat(last).as("end of file, no reset").isZero();
        awaitGone(connection[0]);
    }

    private KernelSocket[] lingering() throws KernelSocketException {
        KernelSocket[] connection = fixture.connection();
        connection[0].setsockopt(SocketOptions.SO_LINGER, new Linger(true, SECONDS));
        Fixture.fill(connection[0]);
        return connection;
    }

    private static void send(KernelSocket socket) {
        try {
            socket.send(new byte[1], 0, 1, 0);
        } catch (KernelSocketException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is unread would make a close a reset. */
    private static void take(KernelSocket socket) {
        try {
            socket.recv(new byte[1], 0, 1, 0);
        } catch (KernelSocketException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitGone(KernelSocket socket) {
        await().atMost(Fixture.PATIENCE).until(() -> !isLingering(socket));
    }

    private static boolean isLingering(KernelSocket socket) {
        String name = "ksock-linger-" + socket.id();
        return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals(name));
    }
}
