// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.FutureTask;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The memory, ranges and addresses that calls are given. */
@Timeout(300)
class ArgumentsTest {

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldTakeBuffersOfEveryKind() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_SEQPACKET);
        ByteBuffer direct = ByteBuffer.allocateDirect(16);
        ByteBuffer sliced = ByteBuffer.allocate(16).position(4).limit(8);
        for (ByteBuffer out : new ByteBuffer[] {direct, sliced, sliced.slice(), direct.asReadOnlyBuffer(),
            ByteBuffer.allocate(0)}) {
            ByteBuffer buffer = out.duplicate();
            int length = buffer.remaining();
            assertThat(pair[0].send(buffer, 0)).isEqualTo(length);
            assertThat(buffer.remaining()).isZero();
            ByteBuffer in = ByteBuffer.allocateDirect(32).position(1);
            assertThat(pair[1].recv(in, 0)).isEqualTo(length);
            assertThat(in.position()).isEqualTo(1 + length);
        }
        assertThat(pair[0].send(MemorySegment.NULL, 0, 0, 0)).isZero();
    }

    @Test
    void shouldNameWhatIsWrongWithAnArgument() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        KernelSocket socket = pair[0];
        MemorySegment eight = MemorySegment.ofArray(new byte[8]);
        long[][] outside = {{-1, 1}, {0, -1}, {0, 9}, {8, 1}, {Long.MAX_VALUE, 1}, {1, Long.MAX_VALUE}};
        for (long[] range : outside) {
            Fixture.assertErrno(Errno.EINVAL, () -> socket.send(eight, range[0], range[1], 0));
            Fixture.assertErrno(Errno.EINVAL, () -> socket.recv(eight, range[0], range[1], 0));
        }
        Fixture.assertErrno(Errno.EFAULT, () -> socket.recv(eight.asReadOnly(), 0, 8, 0));
        Fixture.assertErrno(Errno.EFAULT, () -> socket.recv(ByteBuffer.allocate(8).asReadOnlyBuffer(), 0));
        Fixture.assertErrno(Errno.EINVAL, () -> socket.callbacks(null, "an arg"));
        assertThatNullPointerException().isThrownBy(() -> socket.send((ByteBuffer) null, 0));
        assertThatNullPointerException().isThrownBy(() -> socket.recv((MemorySegment) null, 0, 0, 0));
        assertThatNullPointerException().isThrownBy(() -> socket.bind(null));
        assertThatNullPointerException().isThrownBy(() -> socket.sendmsg(null, 0));
        assertThatNullPointerException().isThrownBy(() -> socket.within(null));
        Fixture.assertErrno(Errno.EINVAL, () -> fixture.sockets.socket(AF_INET, SOCK_STREAM | 0x800, 0));
    }

    @Test
    void shouldNotCrashOnMemoryThatIsGoneOrAnothers() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        MemorySegment gone;
        try (Arena arena = Arena.ofConfined()) {
            gone = arena.allocate(8);
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> pair[0].send(gone, 0, 8, 0));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mine = arena.allocate(8);
            FutureTask<Long> other = Threads.PLATFORM.run(() -> pair[0].send(mine, 0, 8, 0));
            assertThatThrownBy(other::get).hasCauseInstanceOf(WrongThreadException.class);
        }
        assertThat(SocketHandle.stateOf(pair[0]).blockedCalls()).isZero();
        pair[0].close();
    }

    @Test
    void shouldHoldAnArenaOpenDuringACall() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        Arena arena = Arena.ofShared();
        MemorySegment buffer = arena.allocate(8);
        FutureTask<Long> receiver = Threads.PLATFORM.run(() -> pair[0].recv(buffer, 0, 8, 0));
        Fixture.awaitBlocked(pair[0], 1);
        await().until(() -> {
            try {
                pair[1].send(new byte[0], 0, 0, 0);
                arena.close();
                throw new AssertionError("closed under a call");
            } catch (IllegalStateException e) {
                return true;
            }
        });
        pair[1].send(new byte[1], 0, 1, 0);
        assertThat(receiver.get()).isEqualTo(1);
        arena.close();
    }

    @Test
    void shouldReachAFamilyWithoutANameByItsBytes() throws Exception {
        int anyProtocol = 0x0300;
        KernelSocket packets;
        try {
            packets = fixture.keep(fixture.sockets.socket(AF_PACKET, SOCK_DGRAM, anyProtocol));
        } catch (KernelSocketException e) {
            assumeThat(e.errno()).as("needs CAP_NET_RAW").isNotIn(Errno.EPERM, Errno.EAFNOSUPPORT);
            throw e;
        }
        // sockaddr_ll: protocol in network order, index of lo, hardware type, packet type, address length, address
        packets.bind(new SockAddr.Raw(AF_PACKET, new byte[] {0, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        KernelSocket udp = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_DGRAM, 0));
        udp.bind(SockAddr.loopback4(0));
        udp.sendto(ByteBuffer.wrap("seen on the wire".getBytes(StandardCharsets.US_ASCII)), 0, udp.getsockname());
        byte[] in = new byte[65536];
        SockAddrBuffer from = new SockAddrBuffer();
        String text;
        do {
            long length = packets.within(Fixture.PATIENCE).recvfrom(ByteBuffer.wrap(in), 0, from);
            text = new String(in, 0, (int) length, StandardCharsets.ISO_8859_1);
        } while (!text.contains("seen on the wire"));
        assertThat(from.get()).isInstanceOf(SockAddr.Raw.class);
        assertThat(from.family()).isEqualTo(AF_PACKET);
    }
}
