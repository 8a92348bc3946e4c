// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.SysIoctl.*;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Buffers, lengths, addresses and handles that no call can take: each a clear error, and nothing left behind. */
class BadInputTest {

    private final Ground ground = new Ground();
    private Ground.Pair pair;
    private long descriptors;

    @BeforeEach
    void arrive() throws Exception {
        pair = ground.connectedNonBlocking(UNIX_STREAM);
        descriptors = Descriptors.open();
    }

    @AfterEach
    void leave() {
        assertThat(Descriptors.open()).as("open sockets").isLessThanOrEqualTo(descriptors);
        ground.close();
    }

    @ParameterizedTest(name = "offset {0}, length {1} of ten bytes")
    @CsvSource({"-1, 1", "0, -1", "11, 0", "0, 11", "10, 1", "5, 6", "9223372036854775807, 1",
        "1, 9223372036854775807", "9223372036854775807, 9223372036854775807", "-9223372036854775808, 1",
        "-9223372036854775808, -9223372036854775808", "4294967296, 1", "-4, 8"})
    void shouldRefuseWhatLiesOutsideTheBuffer(long offset, long length) {
        try (Arena arena = Arena.ofConfined()) {
            for (MemorySegment segment : List.of(arena.allocate(10), MemorySegment.ofArray(new byte[10]))) {
                assertOutside(offset, length, () -> pair.near().send(segment, offset, length, 0));
                assertOutside(offset, length, () -> pair.near().recv(segment, offset, length, 0));
                assertOutside(offset, length, () -> pair.near().sendto(segment, offset, length, 0, null));
                assertOutside(offset, length, () -> pair.near().recvfrom(segment, offset, length, 0, null));
            }
        }
        if ((int) offset == offset && (int) length == length) {
            byte[] array = new byte[10];
            assertOutside(offset, length, () -> pair.near().send(array, (int) offset, (int) length, 0));
            assertOutside(offset, length, () -> pair.near().recv(array, (int) offset, (int) length, 0));
        }
    }

    @TestFactory
    Stream<DynamicTest> shouldNameNullAtOnce() {
        return Stream.of(
                isNull("send, segment", s -> s.send((MemorySegment) null, 0, 0, 0)),
                isNull("send, buffer", s -> s.send((ByteBuffer) null, 0)),
                isNull("send, array", s -> s.send((byte[]) null, 0, 0, 0)),
                isNull("sendto, segment", s -> s.sendto(null, 0, 0, 0, null)),
                isNull("sendto, buffer", s -> s.sendto(null, 0, null)),
                isNull("sendmsg", s -> s.sendmsg(null, 0)),
                isNull("sendmsg, a buffer", s -> s.sendmsg(new MessageHeader().buffers((MemorySegment) null), 0)),
                isNull("recv, segment", s -> s.recv((MemorySegment) null, 0, 0, 0)),
                isNull("recv, buffer", s -> s.recv((ByteBuffer) null, 0)),
                isNull("recv, array", s -> s.recv((byte[]) null, 0, 0, 0)),
                isNull("recvfrom, segment", s -> s.recvfrom(null, 0, 0, 0, null)),
                isNull("recvfrom, buffer", s -> s.recvfrom(null, 0, null)),
                isNull("recvmsg", s -> s.recvmsg(null, 0)),
                isNull("recvmsg, a buffer", s -> s.recvmsg(new MessageHeader().buffers((MemorySegment) null), 0)),
                isNull("bind", s -> s.bind(null)),
                isNull("connect, address", s -> s.connect((SockAddr) null)),
                isNull("connect, buffer", s -> s.connect((SockAddrBuffer) null)),
                isNull("setsockopt", s -> s.setsockopt(SOL_SOCKET, SO_KEEPALIVE, null)),
                isNull("getsockopt", s -> s.getsockopt(SOL_SOCKET, SO_KEEPALIVE, null)),
                isNull("ioctl", s -> s.ioctl(FIONREAD, null)),
                isNull("within", s -> s.within(null)),
                isNull("cancel", s -> s.cancel(null)),
                isNull("poll", s -> Service.open().poll(null, Duration.ZERO)),
                isNull("poll, one of several", s -> Service.open().poll(
                        new PollFd[] {new PollFd(s, POLLIN), null}, Duration.ZERO)),
                isNull("PollFd", s -> assertThat(new PollFd(null, POLLIN)).isNull()),
                isNull("socket, family", s -> Service.open().socket(null, AF_INET, SOCK_STREAM, 0)));
    }

    @Test
    void shouldNotReceiveIntoReadOnlyMemory() {
        MemorySegment segment = MemorySegment.ofArray(new byte[8]).asReadOnly();
        assertErrno(Errno.EFAULT, () -> pair.near().recv(segment, 0, 8, 0));
        assertErrno(Errno.EFAULT, () -> pair.near().recvfrom(segment, 0, 8, 0, new SockAddrBuffer()));
        assertErrno(Errno.EFAULT, () -> pair.near().recvmsg(new MessageHeader().buffers(segment), 0));
        assertErrno(Errno.EFAULT, () -> pair.near().recv(ByteBuffer.allocate(8).asReadOnlyBuffer(), 0));
        assertErrno(Errno.EFAULT, () -> pair.near().recv(ByteBuffer.allocateDirect(8).asReadOnlyBuffer(), 0));
        assertErrno(Errno.EFAULT, () -> pair.near().getsockopt(SOL_SOCKET, SO_TYPE, segment));
    }

    @Test
    void shouldSendFromReadOnlyMemory() throws Exception {
        assertThat(pair.near().send(ByteBuffer.wrap(Ground.bytes("read")).asReadOnlyBuffer(), 0)).isEqualTo(4);
        MemorySegment segment = MemorySegment.ofArray(Ground.bytes("only")).asReadOnly();
        assertThat(pair.near().send(segment, 0, 4, 0)).isEqualTo(4);
        assertThat(Ground.recv(pair.far(), 8)).isEqualTo("readonly");
    }

    @Test
    void shouldTakeBuffersOfEveryKind() throws Exception {
        for (ByteBuffer whole : new ByteBuffer[] {ByteBuffer.allocate(32), ByteBuffer.allocateDirect(32)}) {
            ByteBuffer slice = whole.slice(3, 20).position(2).limit(7);
            slice.put(2, Ground.bytes("slice"));
            assertThat(pair.near().send(slice, 0)).isEqualTo(5);
            assertThat(slice.position()).isEqualTo(7);
            ByteBuffer into = whole.slice(8, 16).position(1);
            assertThat(pair.far().recv(into, 0)).isEqualTo(5);
            assertThat(into.position()).isEqualTo(6);
            assertThat(into.get(1)).isEqualTo((byte) 's');
            assertThat(whole.get(9)).isEqualTo((byte) 's');
        }
    }

    @Test
    void shouldDoNothingWithNoBytes() throws Exception {
        assertThat(pair.near().send(ByteBuffer.allocate(0), 0)).isZero();
        assertThat(pair.near().send(MemorySegment.ofArray(new byte[0]), 0, 0, 0)).isZero();
        assertThat(pair.near().send(MemorySegment.NULL, 0, 0, 0)).isZero();
        assertThat(pair.near().sendmsg(new MessageHeader(), 0)).isZero();
        ByteBuffer full = ByteBuffer.allocate(4).position(4);
        assertThat(pair.near().send(full, 0)).isZero();
        assertThat(full.position()).isEqualTo(4);
    }

    @Test
    void shouldLeaveABufferWhereItWasWhenNothingCame() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(8).position(3);
        assertThat(pair.near().recv(buffer, 0)).isEqualTo(KernelSocket.WOULD_BLOCK);
        assertThat(buffer.position()).isEqualTo(3);
    }

    @Test
    void shouldLeaveABufferWhereItWasWhenADatagramWasLonger() throws Exception {
        Ground.Pair datagrams = ground.connected(UDP4);
        descriptors = Descriptors.open();
        Ground.send(datagrams.near(), "abcdef");
        ByteBuffer buffer = ByteBuffer.allocate(2);
        assertThat(datagrams.far().recv(buffer, MSG_TRUNC)).isEqualTo(6);
        assertThat(buffer.position()).isEqualTo(2);
    }

    @Test
    void shouldNotReachMemoryThatIsGone() {
        MemorySegment gone;
        try (Arena arena = Arena.ofConfined()) {
            gone = arena.allocate(8);
        }
        assertThatThrownBy(() -> pair.near().send(gone, 0, 8, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pair.near().recv(gone, 0, 8, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pair.near().sendmsg(new MessageHeader().buffers(gone), 0))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pair.near().ioctl(FIONREAD, gone)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldNotWriteBeyondTheMemoryOfARequest() throws Exception {
        byte[] small = new byte[2];
        Ground.send(pair.far(), "12345");
        try {
            pair.near().ioctl(FIONREAD, MemorySegment.ofArray(small).asSlice(0, 1));
        } catch (KernelSocketException e) {
            assertThat(e.errno()).isIn(Errno.EFAULT, Errno.EINVAL);
        }
        assertThat(small[1]).isZero();
        assertErrno(Errno.EFAULT, () -> pair.near().ioctl(FIONBIO, MemorySegment.ofArray(new byte[3])));
    }

    @Test
    void shouldNotTakeAForeignHandle() throws Exception {
        KernelSocket foreign = (KernelSocket) Proxy.newProxyInstance(KernelSocket.class.getClassLoader(),
                new Class<?>[] {KernelSocket.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "toString" -> "a socket of somebody else";
                    case "hashCode" -> 1;
                    case "equals" -> proxy.equals(args[0]);
                    case "isOpen" -> true;
                    case "id" -> 1L;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        assertThatThrownBy(() -> Service.open().poll(new PollFd[] {new PollFd(foreign, POLLIN)}, Duration.ZERO))
                .isInstanceOf(KernelSocketException.class).hasMessageContaining("a socket of somebody else");
        assertThatThrownBy(() -> pair.near().sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]))
                .rights(List.of(foreign)), 0))
                .isInstanceOf(KernelSocketException.class).hasMessageContaining("a socket of somebody else");
        assertThat(pair.far().recv(new byte[1], 0, 1, 0)).isEqualTo(KernelSocket.WOULD_BLOCK);
    }

    @Test
    void shouldNotTakeNullAsArgumentOfNoCallbacks() {
        assertErrno(Errno.EINVAL, () -> pair.near().callbacks(null, "an argument"));
    }

    @Test
    void shouldTakeAHandleWithALimitLikeTheSocketItself() throws Exception {
        KernelSocket limited = pair.near().within(Duration.ofSeconds(1));
        Ground.send(pair.far(), "x");
        PollFd fd = new PollFd(limited, POLLIN);
        assertThat(Service.open().poll(new PollFd[] {fd}, Duration.ZERO)).isEqualTo(1);
        assertThat(limited.id()).isEqualTo(pair.near().id());
    }

    @Test
    void shouldSayWhichAddressWasWrong() {
        assertThatThrownBy(() -> ground.socket(TCP4).bind(SockAddr.inet("192.0.2.77", 4711)))
                .hasMessageContaining("192.0.2.77:4711").hasMessageContaining("EADDRNOTAVAIL");
        assertThatThrownBy(() -> ground.socket(UNIX_STREAM).connect(SockAddr.unix("/tmp/nobody/there")))
                .hasMessageContaining("/tmp/nobody/there").hasMessageContaining("ENOENT");
        assertThatThrownBy(() -> ground.socket(TCP4).setsockopt(4711, 4712, 1)).hasMessageContaining("4711")
                .hasMessageContaining("4712");
        assertThatThrownBy(() -> ground.socket(4711, SOCK_STREAM, 0)).hasMessageContaining("4711");
        descriptors += 3;
    }

    private DynamicTest isNull(String name, Table.Action<KernelSocket> call) {
        return DynamicTest.dynamicTest(name, () -> {
            try (Ground own = new Ground()) {
                KernelSocket socket = own.nonBlocking(UDP4);
                assertThatThrownBy(() -> call.on(socket)).isInstanceOf(NullPointerException.class);
                assertThat(socket.isOpen()).isTrue();
            }
        });
    }

    private static void assertOutside(long offset, long length, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KernelSocketException.class, e -> {
            assertThat(e.errno()).isEqualTo(Errno.EINVAL);
            assertThat(e.getMessage()).contains(Long.toString(offset)).contains(Long.toString(length));
        });
    }

    private static void assertErrno(Errno expected, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KernelSocketException.class,
                e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(expected));
    }
}
