// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Random;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.FamilyEntry;
import ksock.impl.socket.MemoryFamily;
import ksock.impl.socket.SocketCore;
import ksock.impl.socket.SocketScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A provider family's sockets have the same callbacks as the host's. */
@Timeout(300)
class FamilyCallbacksTest {

    private static final byte[] DATA = new byte[10];

    private final EventLoop loop = new EventLoop();
    private final SocketCore core = new SocketCore(loop);
    private final SocketScope scope = core.scope(-1, "");
    private final FamilyEntry entry =
            new FamilyEntry(new MemoryFamily(), "memory", MemoryFamily.DOMAIN, FamilyEntry.ALL, 0, 1);
    private final Recorder recorder = new Recorder();
    private KernelSocket near;
    private KernelSocket far;

    @BeforeEach
    void connect() throws Exception {
        core.putFamily(entry);
        KernelSocket[] pair = scope.socketpair(MemoryFamily.DOMAIN, SOCK_DGRAM, 0);
        near = pair[0];
        far = pair[1];
    }

    @AfterEach
    void close() {
        core.close();
        loop.close();
        assertThat(recorder.overlaps).hasValue(0);
    }

    @Test
    void shouldTellOfWhatArrives() throws Exception {
        near.callbacks(recorder.all(), null);
        for (int i = 1; i <= 3; i++) {
            far.send(DATA, 0, DATA.length, 0);
            recorder.expect("recv(-1)");
            long expected = 10L * i;
            await().untilAsserted(() -> assertThat(recorder.received.get()).isEqualTo(expected));
        }
    }

    @Test
    void shouldTellOfWhatWasThereBeforeAndAgainOnRequest() throws Exception {
        far.send(DATA, 0, DATA.length, 0);
        recorder.taking = false;
        near.callbacks(recorder.all(), null);
        recorder.expect("recv(-1)");
        recorder.taking = true;
        near.rearm();
        recorder.expect("recv(-1)");
        await().untilAsserted(() -> assertThat(recorder.received.get()).isEqualTo(10));
    }

    @Test
    void shouldTellOfRoomOnlyAfterASendWasRefused() throws Exception {
        near.callbacks(recorder.all(), null);
        byte[] buffer = new byte[10];
        near.send(DATA, 0, 1, 0);
        far.recv(buffer, 0, 10, 0);
        while (near.send(DATA, 0, 1, MSG_DONTWAIT) != KernelSocket.WOULD_BLOCK) {
            Thread.onSpinWait();
        }
        far.recv(buffer, 0, 10, 0);
        assertThat(recorder.next()).startsWith("xmit(");
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void shouldTellNothingMoreOnceTheFamilyHasGone() throws Exception {
        near.callbacks(recorder.all(), null);
        core.removeFamily(entry);
        assertThat(near.isOpen()).isFalse();
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void shouldLoseNothingWhileCallbacksComeAndGo() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int datagrams = 5_000;
        Thread sender = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < datagrams; i++) {
                    far.send(DATA, 0, 1, 0);
                }
            } catch (KernelSocketException e) {
                throw new AssertionError(e);
            }
        });
        while (sender.isAlive()) {
            near.callbacks(recorder.all(), null);
            for (int spin = random.nextInt(5000); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            if (random.nextInt(4) == 0) {
                near.callbacks(null, null);
            }
        }
        near.callbacks(recorder.all(), null);
        await().untilAsserted(() -> assertThat(recorder.received.get()).as("seed " + seed).isEqualTo(datagrams));
    }
}
