// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.NetinetIn.*;
import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.MessageHeader;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Numbers that nobody should give: every flag, every length of an address, every option. Each ends, and does no harm.
 */
@Timeout(300)
class BadArgumentTest {

    private final Ground ground = new Ground();
    private long descriptors;

    @BeforeEach
    void arrive() {
        descriptors = Descriptors.open();
    }

    @AfterEach
    void leave() {
        ground.close();
        assertThat(Descriptors.open()).as("open sockets").isLessThanOrEqualTo(descriptors);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSurviveEveryFlag(SocketKind kind) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] memory = {arena.allocate(64), MemorySegment.ofArray(new byte[64])};
            for (int flags : flags()) {
                Ground.Pair pair = ground.connected(kind);
                KernelSocket socket = pair.near().within(Duration.ZERO);
                for (MemorySegment segment : memory) {
                    MessageHeader message = new MessageHeader().buffers(segment);
                    ends("send", () -> socket.send(segment, 0, 64, flags));
                    ends("sendmsg", () -> socket.sendmsg(message, flags));
                    ends("recv", () -> socket.recv(segment, 0, 64, flags));
                    ends("recvmsg", () -> socket.recvmsg(message, flags));
                }
                pair.near().close();
                pair.far().close();
            }
        }
    }

    private static int[] flags() {
        return IntStream.concat(IntStream.range(0, 32).map(bit -> 1 << bit), IntStream.of(-1, Integer.MAX_VALUE))
                .toArray();
    }

    @ParameterizedTest
    @EnumSource
    void shouldSurviveEveryLengthOfAnAddress(SocketKind kind) throws Exception {
        SockAddrBuffer address = new SockAddrBuffer();
        for (int length = 0; length <= SockAddrBuffer.CAPACITY; length++) {
            try (KernelSocket socket = ground.sockets().socket(kind.domain(), kind.type(), 0)) {
                socket.ioctl(FIONBIO, 1);
                // Nobody is there, and no name in any file system begins like this.
                address.set(kind.isUnix() ? SockAddr.unixAbstract("nobody\0is\0there") : ground.deserted(kind));
                address.length(length);
                ends("connect", () -> socket.connect(address));
                ends("sendto", () -> socket.sendto(MemorySegment.ofArray(new byte[1]), 0, 1, 0, address));
                byte[] data = new byte[Math.min(length, SockAddrBuffer.CAPACITY - 2)];
                ends("bind", () -> socket.bind(new SockAddr.Raw(kind.domain(), data)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSurviveEveryOptionInEverySize(SocketKind kind) throws Exception {
        KernelSocket socket = ground.connected(kind).near();
        for (int level : new int[] {SOL_SOCKET, IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IPV6, SOL_NETLINK, -1,
            Integer.MAX_VALUE}) {
            for (int option = -1; option < 90; option++) {
                if (level == SOL_SOCKET && option == SO_PEERPIDFD) {
                    // Gives a descriptor of a process, which would have to be closed.
                    continue;
                }
                for (int size : new int[] {0, 1, 3, 4, 8, 300}) {
                    byte[] value = new byte[size];
                    int which = option;
                    ends("getsockopt", () -> {
                        int length = socket.getsockopt(level, which, MemorySegment.ofArray(value));
                        assertThat(length).isNotNegative();
                    });
                }
            }
        }
        assertThat(socket.getsockopt(SOL_SOCKET, SO_TYPE)).isEqualTo(kind.type());
    }

    @Test
    void shouldPollWithAnyBits() throws Exception {
        KernelSocket socket = ground.connected(TCP4).near();
        for (int events : flags()) {
            PollFd once = new PollFd(socket, events);
            PollFd again = new PollFd(socket, POLLOUT);
            assertThat(ground.sockets().poll(new PollFd[] {once, again}, Duration.ZERO)).isBetween(1, 2);
            assertThat(again.revents()).isEqualTo(POLLOUT);
        }
    }

    @Test
    void shouldTakeTheSocketsOfAnotherOwner() throws Exception {
        KernelSockets others = Service.open();
        KernelSocket[] theirs = others.socketpair(AF_UNIX, SOCK_STREAM, 0);
        Ground.Pair pair = ground.socketpair(UNIX_DGRAM);
        theirs[0].send(new byte[1], 0, 1, 0);
        PollFd[] fds = {new PollFd(pair.near(), POLLIN), new PollFd(theirs[1], POLLIN)};
        assertThat(ground.sockets().poll(fds, Ground.PATIENCE)).isOne();
        MessageHeader message = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
        pair.near().sendmsg(message.rights(List.of(theirs[1])), 0);
        pair.far().recvmsg(message, 0);
        theirs[1].close();
        KernelSocket mine = ground.adopt(message.rights().getFirst());
        assertThat(mine.recv(new byte[1], 0, 1, 0)).isOne();
        theirs[0].close();
    }

    @Test
    void shouldNameClosedSocketsThatTravel() throws Exception {
        Ground.Pair pair = ground.socketpair(UNIX_DGRAM);
        KernelSocket closed = ground.socket(TCP4);
        closed.close();
        MessageHeader message = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
        assertThatThrownBy(() -> pair.near().sendmsg(message.rights(List.of(pair.near(), closed)), 0))
                .isInstanceOfSatisfying(KernelSocketException.class,
                        e -> assertThat(e.errno()).isEqualTo(Errno.ENOTSOCK))
                .hasMessageContaining("socket " + closed.id());
        assertThatThrownBy(() -> message.rights(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> message.buffers((MemorySegment[]) null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    @SuppressWarnings("restricted")
    void shouldRefuseMoreThanThereCanBe() throws Exception {
        Ground.Pair pair = ground.socketpair(UNIX_STREAM);
        MemorySegment everything = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
        MessageHeader message = new MessageHeader().buffers(everything, everything);
        for (Table.Action<KernelSocket> call : List.<Table.Action<KernelSocket>>of(
                s -> s.sendmsg(message, 0), s -> s.recvmsg(message, 0))) {
            assertThatThrownBy(() -> call.on(pair.near())).isInstanceOfSatisfying(KernelSocketException.class,
                    e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL)).hasMessageContaining("overflows");
        }
        // As the host, which begins with the first byte, and that is not there.
        assertThatThrownBy(() -> pair.near().send(everything, 0, Long.MAX_VALUE, 0))
                .isInstanceOfSatisfying(KernelSocketException.class,
                        e -> assertThat(e.errno()).isEqualTo(Errno.EFAULT));
    }

    /** Ends, with a result or an error of the host's; what else it throws is a fault of ours. */
    private static void ends(String operation, Ending call) throws Exception {
        try {
            call.run();
        } catch (KernelSocketException e) {
            assertThat(e.errno()).as(e.getMessage()).isNotEqualTo(Errno.UNKNOWN);
            assertThat(e.operation()).isIn(operation, operation + "to", operation + "from");
        }
    }

    /** A call that must end. */
    @FunctionalInterface
    private interface Ending {
        void run() throws Exception;
    }
}
