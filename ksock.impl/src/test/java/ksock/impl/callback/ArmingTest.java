// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SHUT_WR;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.impl.callback.Sockets.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is already so when callbacks are set is told: nothing is lost, whenever they are set. */
@Timeout(300)
class ArmingTest {

    private static final byte[] DATA = new byte[100];

    private final Sockets sockets = new Sockets();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void close() {
        sockets.close();
        assertThat(recorder.overlaps).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfDataThatWasThereBefore(Kind kind) throws Exception {
        KernelSocket[] pair = sockets.connected(kind);
        pair[0].send(DATA, 0, DATA.length, 0);
        pair[1].callbacks(recorder.all(), null);
        recorder.expect("recv(-1)");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfAConnectionThatWaitedBefore(Kind kind) throws Exception {
        KernelSocket listener = sockets.listener(kind);
        sockets.socket(kind).connect(listener.getsockname());
        listener.callbacks(recorder.all(), null);
        recorder.expect("newconn");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfAConnectionThatWasMadeBeforeAndOnlyOnce(Kind kind) throws Exception {
        KernelSocket client = sockets.connected(kind)[0];
        client.callbacks(recorder.all(), null);
        recorder.expect("connected");
        client.callbacks(recorder.all(), null);
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void shouldTellOfAPeerThatWasSetBefore() throws Exception {
        KernelSocket datagram = sockets.socket(AF_INET, SOCK_DGRAM);
        datagram.connect(SockAddr.loopback4(9));
        datagram.callbacks(recorder.all(), null);
        recorder.expect("connected");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfAnEndThatWasThereBefore(Kind kind) throws Exception {
        KernelSocket[] pair = sockets.connected(kind);
        pair[0].send(DATA, 0, DATA.length, 0);
        pair[0].shutdown(SHUT_WR);
        pair[1].callbacks(recorder.all(), null);
        recorder.expect("recv(-1)", "recv(0)");
        pair[1].callbacks(recorder.all(), null);
        recorder.expect("recv(0)");
    }

    @Test
    void shouldTellOfAConnectThatIsUnderWay() throws Exception {
        KernelSocket listener = sockets.listener(Kind.TCP);
        KernelSocket client = sockets.socket(Kind.TCP);
        Sockets.nonBlocking(client);
        client.connect(listener.getsockname());
        client.callbacks(recorder.all(), null);
        recorder.expect("connected");
    }

    @Test
    void shouldTellOfAConnectThatHasFailedMeanwhile() throws Exception {
        var nobody = sockets.listener(Kind.TCP).getsockname();
        sockets.close();
        KernelSocket client = sockets.socket(Kind.TCP);
        Sockets.nonBlocking(client);
        client.connect(nobody);
        client.callbacks(recorder.all(), null);
        recorder.expect("connectFailed(" + Errno.ECONNREFUSED.number() + ')');
    }

    @Test
    void shouldTellAListenerThatWasArmedBeforeItListened() throws Exception {
        KernelSocket listener = sockets.socket(Kind.TCP);
        listener.callbacks(recorder.all(), null);
        listener.bind(Kind.TCP.any());
        listener.listen(8);
        sockets.socket(Kind.TCP).connect(listener.getsockname());
        recorder.expect("newconn");
    }

    @Test
    void shouldTellNothingWhileOff() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        pair[1].callbacks(recorder.all(), null);
        pair[1].callbacks(null, null);
        pair[0].send(DATA, 0, DATA.length, 0);
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void shouldGiveTheArgumentToEach() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        CountDownLatch told = new CountDownLatch(1);
        Object mine = new Object();
        pair[1].callbacks(SocketCallbacks.builder().recv((socket, arg, msglen) -> {
            if (mine.equals(arg) && socket.id() == pair[1].id()) {
                told.countDown();
            }
        }).build(), mine);
        pair[0].send(DATA, 0, 1, 0);
        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void shouldLoseNothingWheneverItIsArmed(Kind kind) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            Recorder each = new Recorder();
            try (Sockets mine = new Sockets()) {
                KernelSocket[] pair = mine.connected(kind);
                int sends = random.nextInt(5);
                boolean ends = random.nextBoolean();
                int spins = random.nextInt(3000);
                Thread peer = Thread.ofPlatform().start(() -> {
                    try {
                        for (int s = 0; s < sends; s++) {
                            pair[0].send(DATA, 0, DATA.length, 0);
                        }
                        if (ends) {
                            pair[0].shutdown(SHUT_WR);
                        }
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                for (int s = 0; s < spins; s++) {
                    Thread.onSpinWait();
                }
                pair[1].callbacks(each.all(), null);
                if (random.nextBoolean()) {
                    pair[1].callbacks(null, null);
                    pair[1].callbacks(each.all(), null);
                }
                peer.join();
                String run = kind + ", run " + i + ", seed " + seed;
                await().pollDelay(0, TimeUnit.MILLISECONDS).pollInterval(1, TimeUnit.MILLISECONDS)
                        .untilAsserted(() -> assertThat(each.received.get()).as(run).isEqualTo(sends * 100L));
                if (ends) {
                    await().pollDelay(0, TimeUnit.MILLISECONDS).pollInterval(1, TimeUnit.MILLISECONDS)
                            .untilAsserted(() -> assertThat(each.told).as(run).contains("recv(0)"));
                }
                assertThat(each.overlaps).hasValue(0);
            }
        }
    }
}
