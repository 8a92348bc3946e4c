// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.NetinetIn.IPPROTO_TCP;
import static ksock.api.SysSocket.SHUT_RDWR;
import static ksock.api.SysSocket.SHUT_WR;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_ERROR;
import static ksock.api.SysSocket.SO_LINGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.NetinetTcp;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.api.SysPoll;
import ksock.api.typed.SocketOptions;
import ksock.impl.callback.Sockets.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From connect to disconnected, as the peer and the host would have it. */
@Timeout(300)
class ConnectionCallbacksTest {

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
    void shouldTellAWholeConnectionInOrder(Kind kind) throws Exception {
        KernelSocket listener = sockets.listener(kind);
        KernelSocket client = sockets.socket(kind);
        client.callbacks(recorder.all(), null);
        client.connect(listener.getsockname());
        recorder.expect("connected");

        KernelSocket server = sockets.accept(listener);
        server.send(DATA, 0, DATA.length, 0);
        recorder.expect("recv(-1)");
        await().untilAtomic(recorder.received, org.hamcrest.Matchers.equalTo(100L));

        server.shutdown(SHUT_WR);
        recorder.expect("recv(0)");
        client.shutdown(SHUT_WR);
        recorder.expect("disconnected(0)");
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void shouldTellOfEachConnectThatFailsWhileACallbackRuns() throws Exception {
        KernelSocket bound = sockets.socket(Kind.UNIX);
        bound.bind(SockAddr.Unix.UNNAMED);
        SockAddr nothing = SockAddr.unixAbstract("ksock/nobody/" + System.nanoTime());
        SockAddr noPath = SockAddr.unix("/nonexistent/ksock");
        KernelSocket client = sockets.socket(Kind.UNIX);
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(1);
        List<Integer> told = new CopyOnWriteArrayList<>();
        client.callbacks(SocketCallbacks.builder().connectFailed((socket, arg, errno) -> {
            told.add(errno);
            first.countDown();
            all.await();
        }).build(), null);
        assertThatThrownBy(() -> client.connect(nothing)).hasMessageContaining("ECONNREFUSED");
        first.await();
        assertThatThrownBy(() -> client.connect(bound.getsockname())).hasMessageContaining("ECONNREFUSED");
        assertThatThrownBy(() -> client.connect(noPath)).hasMessageContaining("ENOENT");
        assertThatThrownBy(() -> client.connect(nothing)).hasMessageContaining("ECONNREFUSED");
        all.countDown();

        int refused = Errno.ECONNREFUSED.number();
        await().untilAsserted(() -> assertThat(told)
                .containsExactly(refused, refused, Errno.ENOENT.number(), refused));
        Sockets.settle();
        assertThat(told).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfAConnectThatDoesNotBlock(Kind kind) throws Exception {
        KernelSocket listener = sockets.listener(kind);
        KernelSocket client = sockets.socket(kind);
        Sockets.nonBlocking(client);
        client.callbacks(recorder.all(), null);
        int result = client.connect(listener.getsockname());
        assertThat(result).isIn(0, KernelSocket.IN_PROGRESS);
        recorder.expect("connected");
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void shouldTellWhyAConnectFailedAndKeepTheErrorForOneCall() throws Exception {
        SockAddr nobody = sockets.listener(Kind.TCP).getsockname();
        sockets.close();
        KernelSocket client = sockets.socket(Kind.TCP);
        Sockets.nonBlocking(client);
        client.callbacks(recorder.all(), null);
        assertThat(client.connect(nobody)).isEqualTo(KernelSocket.IN_PROGRESS);
        recorder.expect("connectFailed(" + Errno.ECONNREFUSED.number() + ')');
        assertThat(client.getsockopt(SOL_SOCKET, SO_ERROR)).isEqualTo(Errno.ECONNREFUSED.number());
        assertThat(client.getsockopt(SOL_SOCKET, SO_ERROR)).isZero();
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void shouldTellOfAConnectThatFailsUnderABlockedCaller() throws Exception {
        SockAddr nobody = sockets.listener(Kind.TCP).getsockname();
        sockets.close();
        KernelSocket client = sockets.socket(Kind.TCP);
        client.callbacks(recorder.all(), null);
        assertErrno(Errno.ECONNREFUSED, () -> client.connect(nobody));
        recorder.expect("connectFailed(" + Errno.ECONNREFUSED.number() + ')');
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotCallAnAcceptedSocketConnected(Kind kind) throws Exception {
        KernelSocket server = sockets.connected(kind)[1];
        server.callbacks(recorder.all(), null);
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfDataThenEndThenDisconnectWhenThePeerCloses(Kind kind) throws Exception {
        KernelSocket[] pair = sockets.connected(kind);
        pair[0].callbacks(recorder.all(), null);
        recorder.expect("connected");
        recorder.taking = false;
        pair[1].send(DATA, 0, DATA.length, 0);
        recorder.expect("recv(-1)");
        pair[1].close();
        // The data was left where it is: its end is told to who asks again, after the data.
        recorder.expect("recv(-1)");
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
        recorder.taking = true;
        pair[0].rearm();
        recorder.expect("recv(-1)", "recv(0)");
        assertThat(recorder.received).hasValue(100);
        pair[0].shutdown(SHUT_WR);
        recorder.expect("disconnected(0)");
    }

    @Test
    void shouldStayHalfOpenAfterThePeersEnd() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        pair[1].callbacks(recorder.all(), null);
        pair[0].shutdown(SHUT_WR);
        recorder.expect("recv(0)");
        assertThat(pair[1].send(DATA, 0, DATA.length, 0)).isEqualTo(100);
        assertThat(pair[0].recv(new byte[100], 0, 100, 0)).isEqualTo(100);
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
        pair[1].shutdown(SHUT_WR);
        recorder.expect("disconnected(0)");
    }

    @Test
    void shouldTellOfItsOwnShutdown() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        pair[1].callbacks(recorder.all(), null);
        pair[1].shutdown(SHUT_RDWR);
        recorder.expect("recv(0)", "disconnected(0)");
    }

    @Test
    void shouldTellAResetApartFromAnEnd() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        recorder.taking = false;
        pair[1].callbacks(recorder.all(), null);
        reset(pair[0]);
        recorder.expect("recv(-1)", "disconnected(" + Errno.ECONNRESET.number() + ')');
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
        assertErrno(Errno.ECONNRESET, () -> pair[1].recv(new byte[1], 0, 1, 0));
        assertThat(pair[1].recv(new byte[1], 0, 1, 0)).as("the error was handed out").isZero();
    }

    /** The host wakes twice for a reset, for the error and for the end: the second time can be seen alone. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotCallAResetAnEndWhenTheHostWakesAgain(boolean taken) throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        recorder.taking = false;
        pair[1].callbacks(recorder.all(), null);
        reset(pair[0]);
        recorder.expect("recv(-1)", "disconnected(" + Errno.ECONNRESET.number() + ')');
        if (taken) {
            assertErrno(Errno.ECONNRESET, () -> pair[1].recv(new byte[1], 0, 1, 0));
        }
        pair[1].rearm();
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void shouldTellOthersThatAreSetOfTheResetThatNobodyTook() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        recorder.taking = false;
        pair[1].callbacks(recorder.all(), null);
        reset(pair[0]);
        recorder.expect("recv(-1)", "disconnected(" + Errno.ECONNRESET.number() + ')');
        Recorder others = new Recorder();
        others.taking = false;
        pair[1].callbacks(others.all(), null);
        others.expect("recv(-1)");
        Sockets.settle();
        assertThat(others.rest()).isEmpty();
        assertThat(pair[1].getsockopt(SOL_SOCKET, SO_ERROR)).isEqualTo(Errno.ECONNRESET.number());
    }

    @Test
    void shouldPollTheErrorThatWasTakenToTellOfIt() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        recorder.taking = false;
        pair[1].callbacks(recorder.all(), null);
        reset(pair[0]);
        recorder.expect("recv(-1)", "disconnected(" + Errno.ECONNRESET.number() + ')');
        PollFd fd = new PollFd(pair[1], 0);
        assertThat(Sockets.SERVICE.poll(new PollFd[] {fd}, Duration.ZERO)).isOne();
        assertThat(fd.revents()).isEqualTo(SysPoll.POLLERR | SysPoll.POLLHUP);
        assertErrno(Errno.ECONNRESET, () -> pair[1].recv(new byte[1], 0, 1, 0));
        assertThat(Sockets.SERVICE.poll(new PollFd[] {fd}, Duration.ZERO)).isOne();
        assertThat(fd.revents()).isEqualTo(SysPoll.POLLHUP);
    }

    @Test
    void shouldHandTheResetToTheRecvInsideTheCallback() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        Recorder taker = new Recorder();
        pair[1].callbacks(taker.all(), null);
        reset(pair[0]);
        taker.expect("recv(-1)", "disconnected(" + Errno.ECONNRESET.number() + ')');
        assertThat(pair[1].getsockopt(SOL_SOCKET, SO_ERROR)).as("taken by the callback's recv, which threw").isZero();
    }

    @Test
    void shouldTellAnErrorTheSendMeets() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        recorder.taking = false;
        pair[0].send(DATA, 0, DATA.length, 0);
        // A UNIX peer that closes with something unread resets.
        pair[0].callbacks(recorder.all(), null);
        pair[1].close();
        recorder.expect("connected", "recv(-1)", "disconnected(" + Errno.ECONNRESET.number() + ')');
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellAListenerOfConnectionsThatArrive(Kind kind) throws Exception {
        KernelSocket listener = sockets.listener(kind);
        Sockets.nonBlocking(listener);
        listener.callbacks(recorder.all(), null);
        for (int i = 0; i < 3; i++) {
            KernelSocket client = sockets.socket(kind);
            client.connect(listener.getsockname());
            recorder.expect("newconn");
            assertThat(sockets.accept(listener)).isNotNull();
        }
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void shouldTellOfTheCountWhereItIsAskedFor() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        recorder.taking = false;
        pair[1].countReceived(true);
        pair[1].callbacks(recorder.all(), null);
        pair[1].countReceived(true);
        pair[0].setsockopt(IPPROTO_TCP, NetinetTcp.TCP_NODELAY, 1);
        pair[0].send(DATA, 0, 40, 0);
        recorder.expect("recv(40)");
        pair[0].send(DATA, 0, 60, 0);
        recorder.expect("recv(100)");
        pair[1].countReceived(false);
        pair[0].send(DATA, 0, 1, 0);
        recorder.expect("recv(-1)");
    }

    @Test
    void shouldTellNothingOfASocketThatIsNotConnected() throws Exception {
        for (Kind kind : List.of(Kind.TCP, Kind.UNIX)) {
            KernelSocket idle = sockets.socket(kind);
            idle.callbacks(recorder.all(), null);
            Sockets.settle();
            assertThat(recorder.rest()).as("Linux calls it hung up").isEmpty();
        }
    }

    @Test
    void shouldGoOnTellingOfWhatAConnectToABadAddressLeftAsItWas() throws Exception {
        SockAddr nowhere = SockAddr.unix("/nowhere/at/all");
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        pair[1].callbacks(recorder.all(), null);
        assertErrno(Errno.ENOENT, () -> pair[1].connect(nowhere));
        pair[0].send(DATA, 0, DATA.length, 0);
        recorder.expect("recv(-1)");

        KernelSocket listener = sockets.listener(Kind.UNIX);
        listener.callbacks(recorder.all(), null);
        assertErrno(Errno.ENOENT, () -> listener.connect(nowhere));
        sockets.socket(Kind.UNIX).connect(listener.getsockname());
        recorder.expect("newconn");
    }

    @Test
    void shouldConnectAgainAfterAFailure() throws Exception {
        SockAddr nobody = sockets.listener(Kind.TCP).getsockname();
        sockets.close();
        KernelSocket listener = sockets.listener(Kind.TCP);
        KernelSocket client = sockets.socket(Kind.TCP);
        Sockets.nonBlocking(client);
        client.callbacks(recorder.all(), null);
        client.connect(nobody);
        recorder.expect("connectFailed(" + Errno.ECONNREFUSED.number() + ')');
        // Linux reports the failure at the next connect, once.
        assertErrno(Errno.ECONNREFUSED, () -> client.connect(listener.getsockname()));
        client.connect(listener.getsockname());
        recorder.expect("connected");
    }

    /** Ends a TCP connection by RST. */
    private static void reset(KernelSocket socket) throws KernelSocketException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment linger = arena.allocate(8);
            linger.set(ValueLayout.JAVA_INT, 0, 1);
            socket.setsockopt(SOL_SOCKET, SO_LINGER, linger);
        }
        socket.close();
    }

    static void assertErrno(Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KernelSocketException.class,
                e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void shouldLeaveTheUsersPeekOffsetWhereItIs() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        pair[0].setsockopt(SocketOptions.SO_PEEK_OFF, 0);
        CompletableFuture<Long> told = new CompletableFuture<>();
        pair[1].send(new byte[3], 0, 3, 0);
        // Before the data can be told alone: the end is what is looked at twice.
        pair[1].shutdown(SHUT_WR);
        pair[0].callbacks(SocketCallbacks.builder().recv((socket, arg, length) -> told.complete(length)).build(), null);
        told.get(60, TimeUnit.SECONDS);
        pair[0].callbacks(null, null);

        assertThat(pair[0].getsockopt(SocketOptions.SO_PEEK_OFF)).isZero();
    }
}
