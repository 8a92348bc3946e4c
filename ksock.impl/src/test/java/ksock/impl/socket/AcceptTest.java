// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.KernelSocket.IN_PROGRESS;
import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.PollFd;
import ksock.api.SockAddrBuffer;
import ksock.api.SysPoll;
import ksock.api.family.FamilySocket;
import ksock.api.family.SocketFamily;
import ksock.api.typed.Linger;
import ksock.api.typed.SocketOptions;
import ksock.api.typed.TcpOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that are gone before they are accepted, or find no room to wait in. */
@Timeout(300)
class AcceptTest {

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveAConnectionThatWasResetAsTheHostDoes(Threads threads) throws Exception {
        KernelSocket listener = fixture.listener();
        KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        client.connect(listener.getsockname());
        client.setsockopt(SocketOptions.SO_LINGER, Linger.RESET);
        client.close();

        SockAddrBuffer peer = new SockAddrBuffer();
        KernelSocket accepted = fixture.keep(threads.run(() -> listener.accept(peer)).get());
        assertThat(peer.family()).isEqualTo(AF_INET);
        Fixture.assertErrno(Errno.ECONNRESET, () -> accepted.recv(new byte[1], 0, 1, 0));
        assertThat(accepted.recv(new byte[1], 0, 1, 0)).isZero();
        assertAccepts(threads, listener);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayThatAConnectionIsGoneAndAcceptTheNext(Threads threads) throws Exception {
        FamilySocket gone = new MemoryFamily().socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0);
        Queue<Errno> errors = new ArrayDeque<>(List.of(Errno.ECONNABORTED, Errno.EPROTO));
        FamilySocket listening = (FamilySocket) Proxy.newProxyInstance(FamilySocket.class.getClassLoader(),
                new Class<?>[] {FamilySocket.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "accept" -> {
                        if (!errors.isEmpty()) {
                            throw new KernelSocketException("accept", errors.remove(), "");
                        }
                        yield gone;
                    }
                    case "poll" -> SysPoll.POLLIN;
                    default -> null;
                });
        SocketFamily family = (domain, type, protocol) -> listening;
        fixture.core.putFamily(new FamilyEntry(family, "aborting", 201, 0, 0, 1));
        KernelSocket listener = fixture.keep(fixture.sockets.socket(201, SOCK_STREAM, 0));
        listener.listen(1);
        for (Errno error : new Errno[] {Errno.ECONNABORTED, Errno.EPROTO}) {
            assertThat(threads.run(() -> {
                Fixture.assertErrno(error, listener::accept);
                return true;
            }).get()).isTrue();
        }
        assertThat(fixture.keep(threads.run(listener::accept).get()).isOpen()).isTrue();
    }

    @Test
    void shouldConnectWhenABacklogThatWasFullHasRoom() throws Exception {
        KernelSocket listener = fixture.listener();
        listener.listen(0);
        KernelSocket first = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        first.connect(listener.getsockname());
        assertThat(listener.getsockopt(TcpOptions.TCP_INFO).sacked()).as("backlog").isZero();

        // The host drops what asks now, and it asks again after a second.
        KernelSocket late = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        Fixture.assertErrno(Errno.ETIMEDOUT, () -> late.within(Duration.ofMillis(50)).connect(listener.getsockname()));
        KernelSocket another = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        another.ioctl(FIONBIO, 1);
        assertThat(another.connect(listener.getsockname())).isEqualTo(IN_PROGRESS);
        Fixture.assertErrno(Errno.EALREADY, () -> another.connect(listener.getsockname()));

        fixture.keep(listener.accept());
        fixture.keep(listener.within(Fixture.PATIENCE).accept());
        fixture.keep(listener.within(Fixture.PATIENCE).accept());
        for (KernelSocket socket : new KernelSocket[] {late, another}) {
            PollFd made = new PollFd(socket, SysPoll.POLLOUT);
            assertThat(fixture.sockets.poll(new PollFd[] {made}, Fixture.PATIENCE)).isOne();
            assertThat(made.revents()).isEqualTo(SysPoll.POLLOUT);
        }
    }

    private void assertAccepts(Threads threads, KernelSocket listener) throws Exception {
        fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0)).connect(listener.getsockname());
        assertThat(fixture.keep(threads.run(listener::accept).get()).isOpen()).isTrue();
    }
}
