// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.impl.callback.Sockets.Kind;
import ksock.impl.socket.Fixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callbacks that found no memory are told again what is there, although nothing new comes. */
@Timeout(300)
class ShortMemoryTest {

    /** So many times in a row. */
    private static final int SHORT = 3;

    private final Sockets sockets = new Sockets();
    private final Fixture fixture = new Fixture();
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void close() {
        sockets.close();
        fixture.close();
    }

    private void beShort() {
        if (calls.incrementAndGet() <= SHORT) {
            throw new OutOfMemoryError("thrown by the test");
        }
    }

    @Test
    void shouldTellRecvAgainOfDataThatIsStillThere() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        AtomicInteger received = new AtomicInteger();
        pair[1].callbacks(SocketCallbacks.builder().recv((socket, arg, msglen) -> {
            beShort();
            received.addAndGet((int) Math.max(0, socket.recv(new byte[8], 0, 8, 0)));
        }).build(), null);
        pair[0].send(new byte[5], 0, 5, 0);
        await().untilAsserted(() -> assertThat(received).hasValue(5));
    }

    @Test
    void shouldTellNewconnAgainOfConnectionsThatStillWait() throws Exception {
        KernelSocket listener = fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0));
        SockAddr here = SockAddr.unixAbstract("short-memory-" + System.nanoTime());
        listener.bind(here);
        listener.listen(8);
        AtomicInteger accepted = new AtomicInteger();
        listener.callbacks(SocketCallbacks.builder().newconn((socket, arg) -> {
            beShort();
            for (KernelSocket one = socket.accept(); one != null; one = socket.accept()) {
                fixture.keep(one);
                accepted.incrementAndGet();
            }
        }).build(), null);
        for (int i = 0; i < 2; i++) {
            fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0)).connect(here);
        }
        await().untilAsserted(() -> assertThat(accepted).hasValue(2));
    }

    @Test
    void shouldTellXmitAgainOfRoom() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        AtomicInteger told = new AtomicInteger();
        pair[0].callbacks(SocketCallbacks.builder().xmit((socket, arg, freebuf) -> {
            beShort();
            told.incrementAndGet();
        }).build(), null);
        byte[] chunk = new byte[1 << 16];
        long sent;
        do {
            sent = pair[0].send(chunk, 0, chunk.length, MSG_DONTWAIT);
        } while (sent == chunk.length);
        await().until(() -> pair[1].recv(chunk, 0, chunk.length, MSG_DONTWAIT) == KernelSocket.WOULD_BLOCK);
        await().untilAsserted(() -> assertThat(told).hasValue(1));
        assertThat(calls).hasValue(SHORT + 1);
    }
}
