// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SHUT_RD;
import static ksock.api.SysSocket.SHUT_RDWR;
import static ksock.api.SysSocket.SHUT_WR;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_LINGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.api.SysIoctl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A TCP connect that is shut down before it is done: an error, and no connection that was reset. */
@Timeout(300)
class ShutConnectTest {

    private static final long PATIENCE_S = 60;

    private final Fixture fixture = new Fixture();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<Arguments> ways() {
        return Stream.of(Threads.values()).flatMap(threads -> Stream.of(false, true)
                .flatMap(limited -> Stream.of(SHUT_RD, SHUT_WR, SHUT_RDWR)
                        .map(how -> Arguments.of(threads, limited, how))));
    }

    @ParameterizedTest(name = "{0}, limited {1}, how {2}")
    @MethodSource("ways")
    void shouldEndTheConnectAndLetItBeginAnew(Threads threads, boolean limited, int how) throws Exception {
        SockAddr full = full();
        KernelSocket socket = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        KernelSocket view = limited ? socket.within(Duration.ofMinutes(2)) : socket;
        FutureTask<Object> connecting = threads.run(() -> view.connect(full));
        Fixture.awaitBlocked(socket, 1);
        awaitConnecting(socket);

        socket.shutdown(how);

        assertThat(failure(connecting)).isEqualTo(Errno.ECONNRESET);
        assertThat(socket.connect(fixture.listener().getsockname())).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {SHUT_RD, SHUT_WR, SHUT_RDWR})
    void shouldTellThatTheConnectHasFailed(int how) throws Exception {
        SockAddr full = full();
        KernelSocket socket = told();
        assertThat(socket.connect(full)).isEqualTo(KernelSocket.IN_PROGRESS);

        socket.shutdown(how);

        assertThat(told.poll(PATIENCE_S, TimeUnit.SECONDS))
                .isEqualTo("connectFailed " + Errno.ECONNRESET.number());
        assertThat(told).isEmpty();
    }

    /** The counterpart: it was made, and is broken before anybody looks. */
    @Test
    void shouldTellOfAConnectionThatWasResetAtOnce() throws Exception {
        KernelSocket listener = fixture.listener();
        KernelSocket socket = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        socket.ioctl(SysIoctl.FIONBIO, 1);
        socket.connect(listener.getsockname());
        KernelSocket accepted = listener.accept();
        accepted.setsockopt(SOL_SOCKET, SO_LINGER,
                MemorySegment.ofArray(new int[] {1, 0}));
        accepted.close();

        socket.callbacks(callbacks(), null);

        assertThat(told.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo("connected");
        assertThat(told.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo("disconnected " + Errno.ECONNRESET.number());
    }

    private KernelSocket told() throws KernelSocketException {
        KernelSocket socket = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        socket.ioctl(SysIoctl.FIONBIO, 1);
        socket.callbacks(callbacks(), null);
        return socket;
    }

    private SocketCallbacks callbacks() {
        return SocketCallbacks.builder().connected((socket, arg) -> told.add("connected"))
                .connectFailed((socket, arg, errno) -> told.add("connectFailed " + errno))
                .disconnected((socket, arg, reason) -> told.add("disconnected " + reason)).build();
    }

    /** The address of a listener that answers nobody, because so many wait for its accept. */
    private SockAddr full() throws Exception {
        KernelSocket listener = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        listener.bind(SockAddr.loopback4(0));
        listener.listen(0);
        SockAddr address = listener.getsockname();
        List<KernelSocket> waiting = new ArrayList<>();
        boolean answered = true;
        while (answered) {
            KernelSocket socket = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
            waiting.add(socket);
            try {
                socket.within(Duration.ofMillis(200)).connect(address);
            } catch (KernelSocketException e) {
                assertThat(e.errno()).isEqualTo(Errno.ETIMEDOUT);
                answered = false;
            }
        }
        assertThat(waiting).hasSizeGreaterThan(1);
        return address;
    }

    private static void awaitConnecting(KernelSocket socket) {
        await().atMost(Fixture.PATIENCE)
                .until(() -> SocketHandle.stateOf(socket).state().equals("SYN_SENT"));
    }

    private static Errno failure(FutureTask<Object> call) {
        ExecutionException thrown = catchThrowableOfType(ExecutionException.class,
                () -> call.get(PATIENCE_S, TimeUnit.SECONDS));
        assertThat(thrown).isNotNull().hasCauseInstanceOf(KernelSocketException.class);
        return ((KernelSocketException) thrown.getCause()).errno();
    }
}
