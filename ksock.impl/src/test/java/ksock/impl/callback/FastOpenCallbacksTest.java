// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysSocket.MSG_FASTOPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.impl.callback.Sockets.Kind;
import ksock.impl.socket.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection that is made by a send, and not by connect. */
@Timeout(300)
class FastOpenCallbacksTest {

    private static final byte[] DATA = new byte[100];

    private final Sockets sockets = new Sockets();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void close() {
        sockets.close();
        assertThat(recorder.overlaps).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"TCP", "TCP6"})
    void shouldTellOfAConnectionThatASendBegins(Kind kind) throws Exception {
        KernelSocket listener = sockets.listener(kind);
        KernelSocket client = client(kind);
        Sockets.nonBlocking(client);
        assertThatThrownBy(() -> sendto(client, listener.getsockname())).isInstanceOfSatisfying(
                KernelSocketException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINPROGRESS));
        recorder.expect("connected");
        assertIsToldTheRest(client, sockets.accept(listener));
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfAConnectionThatASendHasMade(Threads threads) throws Exception {
        KernelSocket listener = sockets.listener(Kind.TCP);
        KernelSocket client = client(Kind.TCP);
        SockAddr to = listener.getsockname();
        assertThat(threads.run(() -> sendto(client, to)).get(60, TimeUnit.SECONDS)).isEqualTo(DATA.length);
        recorder.expect("connected");
        KernelSocket server = sockets.accept(listener);
        assertThat(server.recv(new byte[DATA.length], 0, DATA.length, 0)).isEqualTo(DATA.length);
        assertIsToldTheRest(client, server);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfAConnectionThatAMessageHasMade(Threads threads) throws Exception {
        KernelSocket listener = sockets.listener(Kind.TCP);
        KernelSocket client = client(Kind.TCP);
        MessageHeader message = new MessageHeader().name(new SockAddrBuffer().set(listener.getsockname()))
                .buffers(MemorySegment.ofArray(DATA));
        assertThat(threads.run(() -> client.sendmsg(message, MSG_FASTOPEN)).get(60, TimeUnit.SECONDS))
                .isEqualTo(DATA.length);
        recorder.expect("connected");
        assertIsToldTheRest(client, sockets.accept(listener));
    }

    @Test
    void shouldTellOfAConnectThatASendBeginsAndThatFails() throws Exception {
        SockAddr nobody;
        try (KernelSocket socket = sockets.socket(Kind.TCP)) {
            socket.bind(SockAddr.loopback4(0));
            nobody = socket.getsockname();
        }
        KernelSocket client = client(Kind.TCP);
        Sockets.nonBlocking(client);
        assertThatThrownBy(() -> sendto(client, nobody)).isInstanceOf(KernelSocketException.class);
        recorder.expect("connectFailed(" + Errno.ECONNREFUSED.number() + ')');
    }

    private KernelSocket client(Kind kind) throws KernelSocketException {
        KernelSocket client = sockets.socket(kind);
        client.callbacks(recorder.all(), null);
        return client;
    }

    private static long sendto(KernelSocket socket, SockAddr to) throws KernelSocketException {
        return socket.sendto(MemorySegment.ofArray(DATA), 0, DATA.length, MSG_FASTOPEN, new SockAddrBuffer().set(to));
    }

    private void assertIsToldTheRest(KernelSocket client, KernelSocket server) throws Exception {
        server.send(DATA, 0, DATA.length, 0);
        recorder.expect("recv(-1)");
        await().untilAtomic(recorder.received, equalTo((long) DATA.length));
        server.shutdown(ksock.api.SysSocket.SHUT_WR);
        recorder.expect("recv(0)");
        client.close();
    }
}
