// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.LinuxConst;
import ksock.impl.libc.MsgHdr;
import ksock.impl.libc.Scratch;
import ksock.impl.libc.SocketCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sockets that travel in messages. */
@Timeout(300)
class RightsTest {

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static MessageHeader oneByte() {
        return new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldHandSocketsOver(Threads threads) throws Exception {
        KernelSocket[] road = fixture.pair(SOCK_STREAM);
        KernelSocket[] tcp = fixture.connection();
        KernelSocket[] seqpacket = fixture.pair(SOCK_SEQPACKET);

        threads.run(() -> road[0].sendmsg(oneByte().rights(List.of(tcp[0], seqpacket[0])), 0)).get();
        MessageHeader message = oneByte();
        assertThat(threads.run(() -> road[1].recvmsg(message, 0)).get()).isEqualTo(1);

        assertThat(message.flags() & MSG_CTRUNC).isZero();
        assertThat(message.rights()).extracting(KernelSocket::domain).containsExactly(AF_INET, AF_UNIX);
        assertThat(message.rights()).extracting(KernelSocket::type).containsExactly(SOCK_STREAM, SOCK_SEQPACKET);
        tcp[0].close();
        message.rights().get(0).send(new byte[] {42}, 0, 1, 0);
        byte[] in = new byte[1];
        assertThat(tcp[1].recv(in, 0, 1, 0)).isEqualTo(1);
        assertThat(in[0]).isEqualTo((byte) 42);
        message.rights().get(1).close();
        assertThat(seqpacket[0].isOpen()).as("the sender keeps his own").isTrue();
    }

    @Test
    void shouldShowCredentialsBesideSockets() throws Exception {
        KernelSocket[] road = fixture.pair(SOCK_DGRAM);
        road[1].setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
        road[0].sendmsg(oneByte().rights(List.of(road[0])), 0);
        ControlBuffer control = new ControlBuffer(64);
        MessageHeader message = oneByte().control(control);
        road[1].recvmsg(message, 0);

        assertThat(control.messages()).singleElement().satisfies(credentials -> {
            assertThat(credentials.type()).isEqualTo(SCM_CREDENTIALS);
            assertThat(credentials.data().get(JAVA_INT, 0)).isEqualTo((int) ProcessHandle.current().pid());
        });
        assertThat(message.rights()).hasSize(1);
        message.rights().getFirst().close();
    }

    @Test
    void shouldSayThatControlDataWasCut() throws Exception {
        KernelSocket[] road = fixture.pair(SOCK_DGRAM);
        road[1].setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
        road[0].send(new byte[1], 0, 1, 0);
        MessageHeader message = oneByte().control(new ControlBuffer(16));
        road[1].recvmsg(message, 0);
        assertThat(message.flags() & MSG_CTRUNC).isNotZero();
        assertThat(message.control().messages()).singleElement().satisfies(cut -> {
            assertThat(cut.type()).isEqualTo(SCM_CREDENTIALS);
            assertThat(cut.data().byteSize()).as("room for the header only").isZero();
        });
    }

    @Test
    void shouldRefuseNumbersAndSocketsThatCannotTravel() throws Exception {
        KernelSocket[] road = fixture.pair(SOCK_STREAM);
        MessageHeader raw = oneByte().control(new ControlBuffer(64).addInt(SOL_SOCKET, SCM_RIGHTS, 1));
        Fixture.assertErrno(Errno.EINVAL, () -> road[0].sendmsg(raw, 0));

        fixture.core.putFamily(new FamilyEntry(new MemoryFamily(), "memory", MemoryFamily.DOMAIN, 0, 0, 1));
        KernelSocket foreign = fixture.keep(fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0));
        Fixture.assertErrno(Errno.EINVAL, () -> road[0].sendmsg(oneByte().rights(List.of(foreign)), 0));

        KernelSocket closed = fixture.pair(SOCK_STREAM)[0];
        closed.close();
        Fixture.assertErrno(Errno.ENOTSOCK, () -> road[0].sendmsg(oneByte().rights(List.of(closed)), 0));
        assertThat(road[1].recv(new byte[1], 0, 1, MSG_DONTWAIT)).isEqualTo(KernelSocket.WOULD_BLOCK);
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldLetASocketBeClosedThatWaitsToTravel(Threads threads) throws Exception {
        KernelSocket[] road = fixture.pair(SOCK_STREAM);
        Fixture.fill(road[0]);
        KernelSocket traveller = fixture.pair(SOCK_STREAM)[0];
        FutureTask<Long> sending = threads.run(() -> road[0].sendmsg(oneByte().rights(List.of(traveller)), 0));
        Fixture.awaitBlocked(road[0], 1);

        CompletableFuture.runAsync(traveller::close).get(10, TimeUnit.SECONDS);

        byte[] some = new byte[1 << 16];
        while (road[1].recv(some, 0, some.length, MSG_DONTWAIT) > 0) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> sending.get(60, TimeUnit.SECONDS)).hasMessageContaining("ENOTSOCK");
    }

    @Test
    void shouldCloseTheDescriptorsOfProcessesThatFindNoRoom() throws Exception {
        KernelSocket[] road = fixture.pair(SOCK_DGRAM);
        try {
            road[1].setsockopt(SOL_SOCKET, SO_PASSPIDFD, 1);
        } catch (KernelSocketException e) {
            Assumptions.abort("this kernel tells nobody's process by a descriptor: " + e.getMessage());
        }
        long before = processDescriptors();
        for (int room = 0; room <= 16; room += 8) {
            road[0].send(new byte[1], 0, 1, 0);
            MessageHeader message = oneByte().control(new ControlBuffer(room));
            assertThat(road[1].recvmsg(message, 0)).isEqualTo(1);
            assertThat(message.flags() & MSG_CTRUNC).as("room %d", room).isNotZero();
            assertThat(processDescriptors()).as("room %d", room).isEqualTo(before);
        }
        road[0].send(new byte[1], 0, 1, 0);
        assertThat(road[1].recvmsg(oneByte(), 0)).isEqualTo(1);
        assertThat(processDescriptors()).as("none asked for").isEqualTo(before);

        road[0].send(new byte[1], 0, 1, 0);
        ControlBuffer control = new ControlBuffer(24);
        assertThat(road[1].recvmsg(oneByte().control(control), 0)).isEqualTo(1);
        assertThat(processDescriptors()).as("handed over").isEqualTo(before + 1);
        Scratch scratch = Scratch.acquire();
        DescriptorCalls.close(scratch.errno(), control.messages().getFirst().data().get(JAVA_INT, 0));
        scratch.release();
    }

    private static long processDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(RightsTest::isOfAProcess).count();
        }
    }

    private static boolean isOfAProcess(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("pidfd");
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }

    @Test
    void shouldCloseDescriptorsThatAreNoSockets() throws Exception {
        KernelSocket[] road = fixture.pair(SOCK_DGRAM);
        int event = sendEventDescriptor(road[0]);
        MessageHeader message = oneByte();
        assertThat(road[1].recvmsg(message, 0)).isEqualTo(1);
        assertThat(message.rights()).isEmpty();
        assertThat(message.flags() & MSG_CTRUNC).isNotZero();
        Scratch scratch = Scratch.acquire();
        assertThat(DescriptorCalls.fcntl(scratch.errno(), event + 1, LinuxConst.F_GETFD, 0))
                .as("the descriptor that came").isEqualTo(-LinuxConst.EBADF);
        DescriptorCalls.close(scratch.errno(), event);
        scratch.release();
    }

    /** As a peer in C would: past our sendmsg, which takes sockets only. Returns the descriptor. */
    private static int sendEventDescriptor(KernelSocket road) {
        Scratch scratch = Scratch.acquire();
        try (Arena arena = Arena.ofConfined()) {
            // High up, so that the number it arrives at is known to be free.
            int low = DescriptorCalls.eventfd(scratch.errno(), 0, LinuxConst.EFD_CLOEXEC);
            int event = DescriptorCalls.fcntl(scratch.errno(), low, 1030, 500);
            DescriptorCalls.close(scratch.errno(), low);
            MemorySegment data = arena.allocate(1);
            ControlBuffer control = new ControlBuffer(64).addInt(SOL_SOCKET, SCM_RIGHTS, event);
            MsgHdr.setIovec(scratch.iovecs(), 0, data, 0, 1);
            MsgHdr.set(scratch.message(), null, 0, scratch.iovecs(), 1, control.segment(), control.length());
            int fd = SocketHandle.stateOf(road).host().fd();
            assertThat(SocketCalls.sendmsg(scratch.errno(), fd, scratch.message(), 0, data, control.segment(),
                    MemorySegment.NULL)).isEqualTo(1);
            return event;
        } finally {
            scratch.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldGatherAndScatterBuffersOfEveryKind(Threads threads) throws Exception {
        KernelSocket[] road = fixture.pair(SOCK_STREAM);
        try (Arena one = Arena.ofShared(); Arena two = Arena.ofShared(); Arena three = Arena.ofShared();
                Arena four = Arena.ofShared()) {
            MemorySegment[] native4 = {one.allocate(3), two.allocate(5), three.allocate(7), four.allocate(9)};
            MemorySegment[] mixed = {one.allocate(10), MemorySegment.ofArray(new byte[14])};
            MemorySegment[] many = new MemorySegment[40];
            for (int i = 0; i < many.length; i++) {
                many[i] = two.allocate(1);
            }
            for (MemorySegment[] out : List.of(native4, mixed, many)) {
                byte next = 0;
                for (MemorySegment buffer : out) {
                    for (long i = 0; i < buffer.byteSize(); i++) {
                        buffer.set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, next++);
                    }
                }
                for (MemorySegment[] shape : List.of(native4, mixed, many)) {
                    long sent = threads.run(() -> road[0].sendmsg(new MessageHeader().buffers(out), 0)).get();
                    MemorySegment[] in = new MemorySegment[shape.length];
                    for (int i = 0; i < in.length; i++) {
                        in[i] = three.allocate(shape[i].byteSize());
                    }
                    long received =
                            threads.run(() -> road[1].recvmsg(new MessageHeader().buffers(in), MSG_DONTWAIT)).get();
                    byte expected = 0;
                    for (MemorySegment buffer : in) {
                        for (long i = 0; i < buffer.byteSize() && expected < received; i++) {
                            assertThat(buffer.get(java.lang.foreign.ValueLayout.JAVA_BYTE, i)).isEqualTo(expected++);
                        }
                    }
                    while (received < sent) {
                        received += road[1].recv(new byte[64], 0, 64, 0);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldWaitForAllOfAMessageOverSeveralBuffers(Threads threads) throws Exception {
        KernelSocket[] road = fixture.pair(SOCK_STREAM);
        byte[][] parts = {new byte[100_000], new byte[1], new byte[400_000]};
        MessageHeader message = new MessageHeader().buffers(MemorySegment.ofArray(parts[0]),
                MemorySegment.ofArray(parts[1]), MemorySegment.ofArray(parts[2]));
        var receiver = threads.run(() -> road[1].recvmsg(message, MSG_WAITALL));
        byte[] out = new byte[500_001];
        java.util.Arrays.fill(out, (byte) 9);
        MessageHeader sent = new MessageHeader().buffers(MemorySegment.ofArray(out));
        assertThat(threads.run(() -> road[0].sendmsg(sent, 0)).get()).isEqualTo(out.length);
        assertThat(receiver.get()).isEqualTo(out.length);
        assertThat(parts[0][0]).isEqualTo((byte) 9);
        assertThat(parts[1][0]).isEqualTo((byte) 9);
        assertThat(parts[2][399_999]).isEqualTo((byte) 9);
    }

    @Test
    void shouldRefuseMoreBuffersThanTheHostTakes() throws Exception {
        KernelSocket[] road = fixture.pair(SOCK_STREAM);
        MemorySegment[] tooMany = new MemorySegment[MessageHeader.MAX_BUFFERS + 1];
        java.util.Arrays.fill(tooMany, MemorySegment.NULL);
        Fixture.assertErrno(Errno.EMSGSIZE, () -> road[0].sendmsg(new MessageHeader().buffers(tooMany), 0));
        Fixture.assertErrno(Errno.EMSGSIZE, () -> road[0].recvmsg(new MessageHeader().buffers(tooMany), 0));
    }
}
