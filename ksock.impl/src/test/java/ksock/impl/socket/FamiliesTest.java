// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.LinuxNetlink;
import ksock.api.PollFd;
import ksock.api.SocketCallbacks;
import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import ksock.api.family.FamilySocket;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Families that come and go, and that a provider's socket is as good as the host's. */
@Timeout(300)
class FamiliesTest {

    private final Fixture fixture = new Fixture();
    private final MemoryFamily memory = new MemoryFamily();
    private final FamilyEntry registered =
            new FamilyEntry(memory, "memory", MemoryFamily.DOMAIN, FamilyEntry.ALL, 0, 7);

    @AfterEach
    void close() {
        fixture.close();
    }

    private void addMemory() {
        fixture.core.putFamily(registered);
    }

    private KernelSocket[] memoryPair() throws KernelSocketException {
        KernelSocket[] pair = fixture.sockets.socketpair(MemoryFamily.DOMAIN, SOCK_DGRAM, 0);
        return new KernelSocket[] {fixture.keep(pair[0]), fixture.keep(pair[1])};
    }

    @Test
    void shouldRefuseADomainThatNobodyHas() {
        Fixture.assertErrno(Errno.EAFNOSUPPORT, () -> fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0));
        assertThat(fixture.sockets.supports(MemoryFamily.DOMAIN, SOCK_DGRAM, 0)).isFalse();
        assertThat(fixture.sockets.supports(AF_INET, SOCK_STREAM, 0)).isTrue();
        Fixture.assertErrno(Errno.EAFNOSUPPORT, () -> fixture.sockets.socket("nobody", AF_INET, SOCK_STREAM, 0));
    }

    @Test
    void shouldAskTheFamilyOfTheDomain() throws Exception {
        addMemory();
        assertThat(fixture.sockets.supports(MemoryFamily.DOMAIN, SOCK_DGRAM, 0)).isTrue();
        KernelSocket socket = fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0);
        assertThat(socket.domain()).isEqualTo(MemoryFamily.DOMAIN);
        assertThat(memory.made).hasSize(1);
        Fixture.assertErrno(Errno.ESOCKTNOSUPPORT, () -> fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_STREAM, 0));
        socket.close();
        assertThat(memory.made.getFirst().closed).isTrue();
    }

    @Test
    void shouldCloseASocketWhoseFamilyFailsWhenItIsNotToTellAnyMore() throws Exception {
        addMemory();
        KernelSocket socket = fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0);
        memory.made.getFirst().failsToLetGo = true;
        socket.close();
        assertThat(memory.made.getFirst().closed).isTrue();
        assertThat(fixture.core.sockets()).isEmpty();
    }

    @Test
    void shouldCloseAllOthersOfAnOwnerWhereAFamilyFailsWithAnError() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        FamilySocket faulty = (FamilySocket) Proxy.newProxyInstance(FamilySocket.class.getClassLoader(),
                new Class<?>[] {FamilySocket.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "close" -> {
                        closed.incrementAndGet();
                        throw new NoClassDefFoundError("as of a bundle that has gone");
                    }
                    case "poll" -> 0;
                    default -> null;
                });
        fixture.core.putFamily(new FamilyEntry((domain, type, protocol) -> faulty, "faulty", MemoryFamily.DOMAIN,
                FamilyEntry.ALL, 0, 9));
        SocketScope owner = fixture.core.scope(42, "an.owner");
        for (int i = 0; i < 3; i++) {
            fixture.keep(owner.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0));
            fixture.keep(owner.socket(AF_INET, SOCK_DGRAM, 0));
        }

        owner.close();

        assertThat(closed).hasValue(3);
        assertThat(fixture.core.sockets()).isEmpty();
    }

    @Test
    void shouldNeverFallThroughToTheHostsConnector() throws Exception {
        Fixture.assertErrno(Errno.EPROTONOSUPPORT,
                () -> fixture.sockets.socket(AF_NETLINK, SOCK_DGRAM, LinuxNetlink.NETLINK_CONNECTOR));
        assertThat(fixture.sockets.supports(AF_NETLINK, SOCK_DGRAM, LinuxNetlink.NETLINK_CONNECTOR)).isFalse();
        fixture.sockets.socket(AF_NETLINK, SOCK_RAW, LinuxNetlink.NETLINK_ROUTE).close();

        fixture.core.putFamily(
                new FamilyEntry(memory, "connector", AF_NETLINK, LinuxNetlink.NETLINK_CONNECTOR, 0, 7));
        fixture.sockets.socket(AF_NETLINK, SOCK_DGRAM, LinuxNetlink.NETLINK_CONNECTOR).close();
        assertThat(memory.made).hasSize(1);
    }

    @Test
    void shouldReachTheHostByName() throws Exception {
        fixture.core.putFamily(new FamilyEntry(memory, "mine", AF_INET, FamilyEntry.ALL, 0, 7));
        fixture.sockets.socket(AF_INET, SOCK_DGRAM, 0).close();
        assertThat(memory.made).hasSize(1);
        fixture.sockets.socket(KernelSockets.HOST_FAMILY, AF_INET, SOCK_STREAM, 0).close();
        assertThat(memory.made).hasSize(1);
        fixture.sockets.socket("mine", AF_UNIX, SOCK_DGRAM, 0).close();
        assertThat(memory.made).hasSize(2);
    }

    @Test
    void shouldPreferTheHighestRankingThenTheFirst() throws Exception {
        MemoryFamily low = new MemoryFamily();
        MemoryFamily second = new MemoryFamily();
        fixture.core.putFamily(new FamilyEntry(low, "low", MemoryFamily.DOMAIN, 0, -1, 3));
        fixture.core.putFamily(new FamilyEntry(second, "second", MemoryFamily.DOMAIN, 0, 5, 9));
        FamilyEntry first = new FamilyEntry(memory, "first", MemoryFamily.DOMAIN, 0, 5, 8);
        fixture.core.putFamily(first);
        fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0).close();
        assertThat(memory.made).hasSize(1);
        fixture.core.removeFamily(first);
        fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0).close();
        assertThat(second.made).hasSize(1);
        assertThat(low.made).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldBlockOnAProvidersSocketAsOnTheHosts(Threads threads) throws Exception {
        addMemory();
        KernelSocket[] pair = memoryPair();
        FutureTask<Integer> receiver = threads.run(() -> {
            byte[] buffer = new byte[8];
            int sum = 0;
            for (int i = 0; i < 1000; i++) {
                assertThat(pair[1].recv(buffer, 0, 8, 0)).isEqualTo(1);
                sum += buffer[0];
            }
            return sum;
        });
        FutureTask<Integer> sender = threads.run(() -> {
            int sum = 0;
            for (int i = 0; i < 1000; i++) {
                byte[] datagram = {(byte) i};
                assertThat(pair[0].send(datagram, 0, 1, 0)).isEqualTo(1);
                sum += datagram[0];
            }
            return sum;
        });
        assertThat(receiver.get()).isEqualTo(sender.get());
        assertThat(pair[1].recv(new byte[1], 0, 1, MSG_DONTWAIT)).isEqualTo(KernelSocket.WOULD_BLOCK);
        Fixture.assertErrno(Errno.ETIMEDOUT,
                () -> pair[1].within(Duration.ofMillis(20)).recv(new byte[1], 0, 1, 0));
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldKeepTheTimesAndTheModeOfAProvidersSocket(Threads threads) throws Exception {
        addMemory();
        KernelSocket[] pair = memoryPair();
        MemorySegment fiftyMs = MemorySegment.ofArray(new long[] {0, 50_000});
        pair[0].setsockopt(SOL_SOCKET, SO_RCVTIMEO, fiftyMs);
        MemorySegment answer = MemorySegment.ofArray(new long[2]);
        assertThat(pair[0].getsockopt(SOL_SOCKET, SO_RCVTIMEO, answer)).isEqualTo(16);
        assertThat(answer.mismatch(fiftyMs)).isEqualTo(-1);
        assertThat(threads.run(() -> pair[0].recv(new byte[1], 0, 1, 0)).get()).isEqualTo(KernelSocket.WOULD_BLOCK);
        Fixture.assertErrno(Errno.EDOM,
                () -> pair[0].setsockopt(SOL_SOCKET, SO_RCVTIMEO, MemorySegment.ofArray(new long[] {0, 1_000_000})));
        Fixture.assertErrno(Errno.EINVAL, () -> pair[0].setsockopt(SOL_SOCKET, SO_RCVTIMEO, 1));

        pair[1].ioctl(SysIoctl.FIONBIO, 1);
        assertThat(threads.run(() -> pair[1].recv(new byte[1], 0, 1, 0)).get()).isEqualTo(KernelSocket.WOULD_BLOCK);
    }

    @Test
    void shouldCloseTheSocketsOfOneServiceAloneWhereAFamilyIsRegisteredAsTwo() throws Exception {
        addMemory();
        FamilyEntry again = new FamilyEntry(memory, "again", 202, FamilyEntry.ALL, 0, 8);
        fixture.core.putFamily(again);
        KernelSocket stays = fixture.keep(fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0));
        KernelSocket goes = fixture.keep(fixture.sockets.socket(202, SOCK_DGRAM, 0));

        fixture.core.removeFamily(again);

        assertThat(goes.isOpen()).isFalse();
        assertThat(stays.isOpen()).isTrue();
        fixture.keep(fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0));
    }

    @Test
    void shouldFollowTheServicePropertiesOfAFamilyAndKeepItsSockets() throws Exception {
        addMemory();
        KernelSocket before = fixture.keep(fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0));
        MemoryFamily other = new MemoryFamily();
        fixture.core.putFamily(new FamilyEntry(other, "other", MemoryFamily.DOMAIN, FamilyEntry.ALL, 5, 8));
        fixture.core.putFamily(new FamilyEntry(memory, "memory", MemoryFamily.DOMAIN, FamilyEntry.ALL, 9, 7));

        fixture.keep(fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0));

        assertThat(before.isOpen()).isTrue();
        assertThat(memory.made).hasSize(2);
        assertThat(other.made).isEmpty();
        fixture.core.removeFamily(registered);
        assertThat(before.isOpen()).as("made before the change, gone with the service").isFalse();
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldEndAPollThatWaitsForAFamilyAndALoopThatEnds(Threads threads) throws Exception {
        addMemory();
        PollFd[] fds = {new PollFd(memoryPair()[0], SysPoll.POLLIN),
            new PollFd(fixture.pair(SOCK_STREAM)[0], SysPoll.POLLIN)};
        FutureTask<Integer> blocked = threads.run(() -> fixture.sockets.poll(fds, null));
        Fixture.awaitBlocked(fds[1].socket(), 1);

        fixture.loop.close();

        Assertions.assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> blocked.get(60, TimeUnit.SECONDS)).havingCause().withMessageContaining("ECANCELED");
        FutureTask<Integer> later = threads.run(() -> fixture.sockets.poll(fds, null));
        Assertions.assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> later.get(60, TimeUnit.SECONDS)).havingCause().withMessageContaining("ECANCELED");
    }

    @Test
    void shouldRefuseCallbacksThatNobodyWillCall() throws Exception {
        KernelSocket socket = fixture.pair(SOCK_STREAM)[0];
        SocketCallbacks callbacks = SocketCallbacks.builder().recv((own, arg, msglen) -> { }).build();
        socket.callbacks(callbacks, null);

        fixture.loop.close();

        Fixture.assertErrno(Errno.ECANCELED, () -> socket.callbacks(callbacks, null));
        Fixture.assertErrno(Errno.ECANCELED,
                () -> fixture.pair(SOCK_STREAM)[0].callbacks(callbacks, null));
    }

    @Test
    void shouldKeepNothingOfASocketWhoseFamilyFailsToTell() {
        addMemory();
        memory.failsToTell = true;
        assertThatThrownBy(() -> fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0))
                .isInstanceOf(IllegalStateException.class);
        assertThat(fixture.core.sockets()).isEmpty();
        assertThat(memory.made).allMatch(socket -> socket.closed);
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldCloseTheSocketsOfAFamilyThatLeaves(Threads threads) throws Exception {
        addMemory();
        KernelSocket[] pair = memoryPair();
        KernelSocket other = fixture.pair(SOCK_STREAM)[0];
        FutureTask<Long> blocked = threads.run(() -> pair[0].recv(new byte[1], 0, 1, 0));
        Fixture.awaitBlocked(pair[0], 1);

        fixture.core.removeFamily(registered);

        Assertions.assertThatExceptionOfType(ExecutionException.class).isThrownBy(blocked::get)
                .havingCause().withMessageContaining("EINTR");
        assertThat(pair[0].isOpen()).isFalse();
        assertThat(pair[1].isOpen()).isFalse();
        assertThat(other.isOpen()).isTrue();
        assertThat(memory.made).allMatch(socket -> socket.closed);
        Fixture.assertErrno(Errno.EAFNOSUPPORT, () -> fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0));
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldPollSocketsOfBothKindsAtOnce(Threads threads) throws Exception {
        addMemory();
        KernelSocket[] provided = memoryPair();
        KernelSocket[] host = fixture.pair(SOCK_STREAM);
        PollFd[] fds = {new PollFd(provided[0], SysPoll.POLLIN), new PollFd(host[0], SysPoll.POLLIN)};

        assertThat(fixture.sockets.poll(fds, Duration.ZERO)).isZero();
        FutureTask<Integer> blocked = threads.run(() -> fixture.sockets.poll(fds, null));
        Fixture.awaitBlocked(host[0], 1);
        host[1].send(new byte[1], 0, 1, 0);
        assertThat(blocked.get()).isEqualTo(1);
        assertThat(fds[1].revents()).isEqualTo(SysPoll.POLLIN);
        assertThat(fds[0].revents()).isZero();

        host[0].recv(new byte[1], 0, 1, 0);
        FutureTask<Integer> again = threads.run(() -> fixture.sockets.poll(fds, Fixture.PATIENCE));
        Fixture.awaitBlocked(provided[0], 1);
        provided[1].send(new byte[1], 0, 1, 0);
        assertThat(again.get()).isEqualTo(1);
        assertThat(fds[0].revents()).isEqualTo(SysPoll.POLLIN);
        assertThat(threads.run(() -> fixture.sockets.poll(new PollFd[] {fds[1]}, Duration.ofMillis(20))).get())
                .isZero();
    }
}
