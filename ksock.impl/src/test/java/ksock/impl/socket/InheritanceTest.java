// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.NetinetIn.IPPROTO_IP;
import static ksock.api.NetinetIn.IPPROTO_TCP;
import static ksock.api.NetinetIn.IP_TOS;
import static ksock.api.NetinetTcp.TCP_NODELAY;
import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a socket has from its listener, or brings along in a message, as the host has it. */
@Timeout(300)
class InheritanceTest {

    private static final long[] NO_TIME = {-1, 0};
    private static final long[] TENTH_OF_A_SECOND = {0, 100_000};
    private static final long[] NO_LIMIT = {0, 0};

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveTheTimesOfATcpListener(Threads threads) throws Exception {
        KernelSocket listener = fixture.listener();
        timeout(listener, SO_RCVTIMEO, TENTH_OF_A_SECOND);
        timeout(listener, SO_SNDTIMEO, new long[] {9, 0});
        KernelSocket accepted = accept(listener);
        assertThat(timeout(accepted, SO_RCVTIMEO)).containsExactly(TENTH_OF_A_SECOND);
        assertThat(timeout(accepted, SO_SNDTIMEO)).containsExactly(9, 0);
        assertThat(threads.run(() -> accepted.recv(new byte[1], 0, 1, 0)).get()).isEqualTo(WOULD_BLOCK);
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveNoTimeWhereATcpListenerHasNone(Threads threads) throws Exception {
        KernelSocket listener = fixture.listener();
        timeout(listener, SO_RCVTIMEO, NO_TIME);
        timeout(listener, SO_SNDTIMEO, NO_TIME);
        KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        client.connect(listener.getsockname());
        KernelSocket accepted = null;
        while (accepted == null) {
            // The listener has no time either.
            accepted = fixture.keep(threads.run(listener::accept).get());
        }
        KernelSocket socket = accepted;
        assertThat(threads.run(() -> socket.recv(new byte[1], 0, 1, 0)).get()).isEqualTo(WOULD_BLOCK);
        Fixture.fill(socket);
        assertThat(threads.run(() -> socket.send(new byte[9 << 20], 0, 9 << 20, 0)).get()).isLessThan(9 << 20);
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveWhatTheTcpListenerHadWhenTheConnectionWasMade(Threads threads) throws Exception {
        KernelSocket listener = fixture.listener();
        timeout(listener, SO_RCVTIMEO, TENTH_OF_A_SECOND);
        KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        client.connect(listener.getsockname());
        timeout(listener, SO_RCVTIMEO, NO_LIMIT);
        KernelSocket accepted = fixture.keep(listener.accept());
        assertThat(threads.run(() -> accepted.recv(new byte[1], 0, 1, 0)).get()).isEqualTo(WOULD_BLOCK);
    }

    @Test
    void shouldHaveTheOptionsOfATcpListener() throws Exception {
        KernelSocket listener = fixture.listener();
        listener.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 3}));
        listener.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1);
        listener.setsockopt(SOL_SOCKET, SO_OOBINLINE, 1);
        listener.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
        listener.setsockopt(IPPROTO_IP, IP_TOS, 0x10);
        KernelSocket accepted = accept(listener);
        int[] linger = new int[2];
        accepted.getsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(linger));
        assertThat(linger).containsExactly(1, 3);
        assertThat(SocketHandle.stateOf(accepted).lingers()).isTrue();
        assertThat(accepted.getsockopt(SOL_SOCKET, SO_KEEPALIVE)).isOne();
        assertThat(accepted.getsockopt(SOL_SOCKET, SO_OOBINLINE)).isOne();
        assertThat(accepted.getsockopt(IPPROTO_TCP, TCP_NODELAY)).isOne();
        assertThat(accepted.getsockopt(IPPROTO_IP, IP_TOS)).isEqualTo(0x10);
        assertThat(accepted.getsockopt(SOL_SOCKET, SO_ACCEPTCONN)).isZero();
    }

    @Test
    void shouldHaveNothingOfAUnixListener() throws Exception {
        KernelSocket listener = fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0));
        listener.bind(SockAddr.Unix.UNNAMED);
        listener.listen(3);
        timeout(listener, SO_RCVTIMEO, NO_TIME);
        timeout(listener, SO_SNDTIMEO, TENTH_OF_A_SECOND);
        listener.setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 3}));
        listener.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1);
        KernelSocket accepted = accept(listener);
        assertThat(timeout(accepted, SO_RCVTIMEO)).containsExactly(NO_LIMIT);
        assertThat(timeout(accepted, SO_SNDTIMEO)).containsExactly(NO_LIMIT);
        assertThat(SocketHandle.stateOf(accepted).lingers()).isFalse();
        assertThat(accepted.getsockopt(SOL_SOCKET, SO_KEEPALIVE)).isZero();
        Fixture.assertErrno(Errno.ETIMEDOUT,
                () -> accepted.within(Duration.ofMillis(20)).recv(new byte[1], 0, 1, 0));
    }

    @Test
    void shouldBlockAndHaveNoCallbacksWhateverTheListenerHas() throws Exception {
        KernelSocket listener = fixture.listener();
        listener.ioctl(FIONBIO, 1);
        BlockingQueue<KernelSocket> accepted = new LinkedBlockingQueue<>();
        BlockingQueue<Long> received = new LinkedBlockingQueue<>();
        listener.callbacks(SocketCallbacks.builder().newconn((socket, arg) -> {
            KernelSocket one = socket.accept();
            if (one != null) {
                accepted.add(fixture.keep(one));
            }
        }).recv((socket, arg, length) -> received.add(length)).build(), null);
        KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        client.connect(listener.getsockname());
        KernelSocket socket = accepted.poll(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(SocketHandle.stateOf(socket).events()).isNull();
        Fixture.assertErrno(Errno.ETIMEDOUT, () -> socket.within(Duration.ofMillis(20)).recv(new byte[1], 0, 1, 0));
        client.send(new byte[2], 0, 2, 0);
        assertThat(socket.recv(new byte[2], 0, 2, MSG_WAITALL)).isEqualTo(2);
        assertThat(received).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveTheTimesButNotTheModeOfASocketThatWasSent(Threads threads) throws Exception {
        KernelSocket[] pair = fixture.connection();
        timeout(pair[0], SO_RCVTIMEO, TENTH_OF_A_SECOND);
        pair[0].setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 3}));
        pair[0].ioctl(FIONBIO, 1);
        KernelSocket sent = send(pair[0]);
        assertThat(SocketHandle.stateOf(sent).lingers()).isTrue();
        long start = System.nanoTime();
        assertThat(threads.run(() -> sent.recv(new byte[1], 0, 1, 0)).get()).isEqualTo(WOULD_BLOCK);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(90));
    }

    @Test
    void shouldTellOfASocketThatWasSentAsOfAnyOther() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        SocketCallbacks callbacks = SocketCallbacks.builder()
                .newconn((socket, arg) -> told.add("newconn"))
                .recv((socket, arg, length) -> told.add("recv")).build();

        KernelSocket[] pair = fixture.connection();
        send(pair[0]).callbacks(callbacks, null);
        pair[1].send(new byte[1], 0, 1, 0);
        assertThat(told.poll(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("recv");

        KernelSocket listener = fixture.listener();
        send(listener).callbacks(callbacks, null);
        fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0)).connect(listener.getsockname());
        assertThat(told.poll(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("newconn");
    }

    private KernelSocket accept(KernelSocket listener) throws KernelSocketException {
        fixture.keep(fixture.sockets.socket(listener.domain(), listener.type(), 0)).connect(listener.getsockname());
        return fixture.keep(listener.accept());
    }

    private KernelSocket send(KernelSocket socket) throws KernelSocketException {
        KernelSocket[] road = fixture.pair(SOCK_DGRAM);
        MemorySegment one = MemorySegment.ofArray(new byte[1]);
        road[0].sendmsg(new MessageHeader().buffers(one).rights(List.of(socket)), 0);
        MessageHeader message = new MessageHeader().buffers(one);
        road[1].recvmsg(message, 0);
        return fixture.keep(message.rights().getFirst());
    }

    private static void timeout(KernelSocket socket, int option, long[] timeval) throws KernelSocketException {
        socket.setsockopt(SOL_SOCKET, option, MemorySegment.ofArray(timeval));
    }

    private static long[] timeout(KernelSocket socket, int option) throws KernelSocketException {
        long[] timeval = new long[2];
        socket.getsockopt(SOL_SOCKET, option, MemorySegment.ofArray(timeval));
        return timeval;
    }
}
