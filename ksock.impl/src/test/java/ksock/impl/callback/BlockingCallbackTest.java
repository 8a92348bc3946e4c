// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysSocket.MSG_DONTWAIT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ksock.api.KernelSocket;
import ksock.api.SocketCallbacks;
import ksock.impl.callback.Sockets.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callbacks in which one may wait. */
@Timeout(300)
class BlockingCallbackTest {

    private static final long PATIENCE_S = 60;

    private final Sockets sockets = new Sockets();

    @AfterEach
    void close() {
        sockets.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldWaitInACallbackThatMayBlockAndHoldUpNoOtherSocket(Kind kind) throws Exception {
        KernelSocket[] first = sockets.connected(kind);
        KernelSocket[] waitedFor = sockets.connected(kind);
        KernelSocket[] other = sockets.connected(kind);
        CountDownLatch entered = new CountDownLatch(1);
        BlockingQueue<Long> results = new LinkedBlockingQueue<>();
        BlockingQueue<Long> others = new LinkedBlockingQueue<>();
        first[1].callbacks(SocketCallbacks.builder().recv((socket, arg, length) -> {
            byte[] buffer = new byte[8];
            if (socket.recv(buffer, 0, buffer.length, MSG_DONTWAIT) > 0) {
                entered.countDown();
                results.add(waitedFor[1].recv(buffer, 0, buffer.length, 0));
            }
        }).mayBlock().build(), null);
        other[1].callbacks(SocketCallbacks.builder().recv((socket, arg, length) -> {
            byte[] buffer = new byte[8];
            others.add(socket.recv(buffer, 0, buffer.length, 0));
            // It may not block itself, although the loop's thread is the same perhaps.
            others.add(socket.recv(buffer, 0, buffer.length, 0));
        }).build(), null);

        first[0].send(new byte[1], 0, 1, 0);
        assertThat(entered.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        other[0].send(new byte[2], 0, 2, 0);
        assertThat(others.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(others.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(KernelSocket.WOULD_BLOCK);
        assertThat(results).isEmpty();
        waitedFor[0].send(new byte[3], 0, 3, 0);

        assertThat(results.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(3);
    }
}
