// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose sockets are whose, and what becomes of them when he goes, or forgets them. */
@Timeout(300)
class OwnershipTest {

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldCloseAnOwnersSocketsAndNobodyElses(Threads threads) throws Exception {
        SocketScope owner = fixture.core.scope(42, "an.owner");
        KernelSocket listener = owner.socket(AF_INET, SOCK_STREAM, 0);
        listener.bind(SockAddr.loopback4(0));
        listener.listen(1);
        KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        client.connect(listener.getsockname());
        KernelSocket accepted = listener.accept();
        assertThat(SocketHandle.stateOf(accepted).scope()).isSameAs(owner);
        FutureTask<KernelSocket> blocked = threads.run(listener::accept);
        Fixture.awaitBlocked(listener, 1);

        owner.close();

        assertThat(listener.isOpen()).isFalse();
        assertThat(accepted.isOpen()).as("what was accepted").isFalse();
        assertThat(client.isOpen()).as("another owner's").isTrue();
        assertThat(client.recv(new byte[1], 0, 1, 0)).isZero();
        Assertions.assertThatExceptionOfType(ExecutionException.class).isThrownBy(blocked::get)
                .havingCause().withMessageContaining("EINTR");
        Fixture.assertErrno(Errno.ESHUTDOWN, () -> owner.socket(AF_INET, SOCK_STREAM, 0));
        Fixture.assertErrno(Errno.ESHUTDOWN, () -> owner.socketpair(AF_UNIX, SOCK_STREAM, 0));
    }

    @Test
    void shouldGiveTheAddressBackWithItsOwner() throws Exception {
        KernelSocket first = fixture.core.scope(1, "first").socket(AF_INET, SOCK_STREAM, 0);
        first.bind(SockAddr.loopback4(0));
        first.listen(1);
        SockAddr address = first.getsockname();
        for (int i = 0; i < 200; i++) {
            SocketHandle.stateOf(first).scope().close();
            first = fixture.core.scope(i, "next").socket(AF_INET, SOCK_STREAM, 0);
            first.bind(address);
            first.listen(1);
        }
    }

    @Test
    void shouldCloseOnceAndDoNothingWhenClosedAgain() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        pair[0].close();
        pair[0].close();
        assertThat(pair[1].recv(new byte[1], 0, 1, 0)).isZero();
        assertThat(fixture.core.closed()).isEqualTo(1);
    }

    @Test
    void shouldCloseWhatWasForgotten() throws Exception {
        KernelSocket held = forgetOneOfAPair();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            System.gc();
            return fixture.core.forgotten() == 1;
        });
        assertThat(held.recv(new byte[1], 0, 1, 0)).isZero();
        assertThat(held.isOpen()).isTrue();
        held.close();
        assertThat(fixture.core.forgotten()).isEqualTo(1);
    }

    private KernelSocket forgetOneOfAPair() throws KernelSocketException {
        KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        return fixture.keep(pair[0]);
    }

    @Test
    void shouldHoldAForgottenSocketThatHasCallbacks() throws Exception {
        AtomicInteger arrivals = new AtomicInteger();
        KernelSocket held = forgetOneWithCallbacks(arrivals);
        for (int i = 0; i < 5; i++) {
            System.gc();
            int before = arrivals.get();
            held.send(new byte[1], 0, 1, 0);
            await().until(() -> arrivals.get() > before);
        }
        assertThat(fixture.core.forgotten()).isZero();
    }

    private KernelSocket forgetOneWithCallbacks(AtomicInteger arrivals) throws KernelSocketException {
        KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        pair[1].callbacks(SocketCallbacks.builder().recv((socket, arg, length) -> {
            arrivals.incrementAndGet();
            socket.recv(new byte[16], 0, 16, 0);
        }).build(), null);
        return fixture.keep(pair[0]);
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldHoldASocketThatACallIsBlockedIn(Threads threads) throws Exception {
        List<KernelSocket> held = new ArrayList<>();
        FutureTask<Long> blocked = blockInOneOfAPair(threads, held);
        Fixture.awaitBlocked(held.getFirst(), 0);
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        assertThat(fixture.core.forgotten()).isZero();
        held.getFirst().send(new byte[1], 0, 1, 0);
        assertThat(blocked.get()).isEqualTo(1);
    }

    private FutureTask<Long> blockInOneOfAPair(Threads threads, List<KernelSocket> held) throws Exception {
        KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        held.add(fixture.keep(pair[0]));
        KernelSocket other = pair[1];
        SocketState state = SocketHandle.stateOf(other);
        FutureTask<Long> blocked = threads.run(() -> other.recv(new byte[1], 0, 1, 0));
        await().until(() -> state.blockedCalls() == 1);
        return blocked;
    }

    @Test
    void shouldNotWaitForTheDataOfALingeringSocket() throws Exception {
        KernelSocket[] connection = fixture.connection();
        connection[0].setsockopt(SOL_SOCKET, SO_LINGER,
                java.lang.foreign.MemorySegment.ofArray(new int[] {1, 60}));
        Fixture.fill(connection[0]);
        long start = System.nanoTime();
        connection[0].close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(50));
        assertThat(connection[0].isOpen()).isFalse();
    }

    @Test
    void shouldLeaveNothingBehindOfManySockets() throws Exception {
        long before = Fixture.descriptors();
        for (int i = 0; i < 10_000; i++) {
            fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0).close();
        }
        assertThat(Fixture.descriptors()).isLessThanOrEqualTo(before);
        assertThat(fixture.core.sockets()).isEmpty();
        assertThat(fixture.core.opened()).isEqualTo(10_000);
        assertThat(fixture.core.closed()).isEqualTo(10_000);
    }
}
