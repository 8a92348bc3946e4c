// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LibCTest {

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int EBADF = 9;
    private static final int EAGAIN = 11;
    private static final int POLLIN = 1;

    private final Arena arena = Arena.ofShared();
    private final Scratch scratch = Scratch.acquire();
    private final MemorySegment errno = scratch.errno();

    @AfterEach
    void release() {
        scratch.release();
        arena.close();
    }

    @Test
    void shouldBeSupportedWhereTheTestsRun() {
        assertThat(Linux.unsupported()).isNull();
    }

    @Test
    void shouldReturnTheErrnoOfTheCallItself() {
        assertThat(SocketCalls.listen(errno, -1, 1)).isEqualTo(-EBADF);
        assertThat(DescriptorCalls.close(errno, -1)).isEqualTo(-EBADF);
        assertThat(SocketCalls.recv(-1, scratch.value(), 0, 1, 0)).isEqualTo(-EBADF);
    }

    @Test
    void shouldCallTheKernelItselfWhereItCan() {
        assertThat(SocketCalls.brief()).isEqualTo(Linux.X86_64);
    }

    @Test
    void shouldCarryBytesBriefly() {
        assumeTrue(SocketCalls.brief(), "on x86-64 only");
        int[] pair = pair(SOCK_STREAM);
        MemorySegment out = arena.allocateFrom("hello", StandardCharsets.US_ASCII);
        MemorySegment in = arena.allocate(16);

        assertThat(SocketCalls.recvBriefly(pair[1], in, 0, 16, 0)).as("does not wait").isEqualTo(-EAGAIN);
        assertThat(SocketCalls.sendBriefly(pair[0], out, 1, 4, MSG_NOSIGNAL)).isEqualTo(4);
        assertThat(SocketCalls.recvBriefly(pair[1], in, 2, 14, 0)).isEqualTo(4);
        assertThat(in.asSlice(2, 4).toArray(JAVA_BYTE)).containsExactly('e', 'l', 'l', 'o');
        assertThat(SocketCalls.recvBriefly(-1, in, 0, 16, 0)).isEqualTo(-EBADF);
        close(pair);
    }

    @Test
    void shouldCarryBytesThroughASocketPair() {
        int[] pair = pair(SOCK_STREAM);
        MemorySegment out = arena.allocateFrom("hello", StandardCharsets.US_ASCII);
        MemorySegment in = arena.allocate(16);

        assertThat(SocketCalls.recv(pair[1], in, 0, 16, MSG_DONTWAIT)).isEqualTo(-EAGAIN);
        assertThat(SocketCalls.send(pair[0], out, 0, 5, MSG_NOSIGNAL)).isEqualTo(5);
        assertThat(SocketCalls.recv(pair[1], in, 0, 16, 0)).isEqualTo(5);
        assertThat(in.asSlice(0, 5).toArray(JAVA_BYTE)).containsExactly('h', 'e', 'l', 'l', 'o');
        close(pair);
    }

    @Test
    void shouldScatterAMessageOverIovecs() {
        int[] pair = pair(SOCK_DGRAM);
        MemorySegment first = arena.allocate(3);
        MemorySegment second = arena.allocate(10);
        MsgHdr.setIovec(scratch.iovecs(), 0, first, 0, 3);
        MsgHdr.setIovec(scratch.iovecs(), 1, second, 4, 6);
        MsgHdr.set(scratch.message(), null, 0, scratch.iovecs(), 2, null, 0);
        MemorySegment out = arena.allocateFrom("abcdefg", StandardCharsets.US_ASCII);

        assertThat(SocketCalls.send(pair[0], out, 0, 7, MSG_NOSIGNAL)).isEqualTo(7);
        assertThat(SocketCalls.recvmsg(errno, pair[1], scratch.message(), 0, first, MemorySegment.NULL,
                MemorySegment.NULL)).isEqualTo(7);
        assertThat(first.toArray(JAVA_BYTE)).containsExactly('a', 'b', 'c');
        assertThat(second.toArray(JAVA_BYTE)).containsExactly(0, 0, 0, 0, 'd', 'e', 'f', 'g', 0, 0);
        assertThat(MsgHdr.flags(scratch.message())).isZero();
        assertThat(MsgHdr.nameLength(scratch.message())).isZero();
        close(pair);
    }

    @Test
    void shouldHoldAPinnedArenaOpenWhileTheMessageIsAwaited() throws Exception {
        int[] pair = pair(SOCK_DGRAM);
        Arena pinned = Arena.ofShared();
        MemorySegment buffer = pinned.allocate(8);
        AtomicInteger tid = new AtomicInteger();
        Thread receiver = Thread.ofPlatform().start(() -> {
            tid.set(DescriptorCalls.gettid());
            Scratch mine = Scratch.acquire();
            MsgHdr.setIovec(mine.iovecs(), 0, buffer, 0, 8);
            MsgHdr.set(mine.message(), null, 0, mine.iovecs(), 1, null, 0);
            SocketCalls.recvmsg(mine.errno(), pair[1], mine.message(), 0, buffer, MemorySegment.NULL,
                    MemorySegment.NULL);
            mine.release();
        });
        KernelThreads.awaitBlockedInSystemCall(tid);

        assertThatThrownBy(pinned::close).isInstanceOf(IllegalStateException.class);
        SocketCalls.send(pair[0], arena.allocate(1), 0, 1, MSG_NOSIGNAL);
        receiver.join();
        pinned.close();
        close(pair);
    }

    @Test
    void shouldReportReadinessByPoll() {
        int[] pair = pair(SOCK_STREAM);
        PollFds.set(scratch.pollFd(), 0, pair[1], POLLIN);
        assertThat(DescriptorCalls.poll(errno, scratch.pollFd(), 1, 0)).isZero();
        assertThat(DescriptorCalls.ppoll(errno, scratch.pollFd(), 1, TimeSpec.set(scratch.timespec(), 1_000_000)))
                .isZero();
        SocketCalls.send(pair[0], arena.allocate(1), 0, 1, MSG_NOSIGNAL);
        assertThat(DescriptorCalls.ppoll(errno, scratch.pollFd(), 1, MemorySegment.NULL)).isEqualTo(1);
        assertThat(PollFds.revents(scratch.pollFd(), 0)).isEqualTo(POLLIN);
        close(pair);
    }

    @Test
    void shouldHandBackTheDataOfAnEpollRegistration() {
        int epoll = EpollCalls.epollCreate1(errno, LinuxConst.EPOLL_CLOEXEC);
        int event = DescriptorCalls.eventfd(errno, 0, LinuxConst.EFD_CLOEXEC | LinuxConst.EFD_NONBLOCK);
        MemorySegment events = arena.allocate(4 * EpollEvents.SIZE, 8);
        EpollEvents.set(events, LinuxConst.EPOLLIN | LinuxConst.EPOLLET, 0x1234_5678_9abc_def0L);
        assertThat(EpollCalls.epollCtl(errno, epoll, LinuxConst.EPOLL_CTL_ADD, event, events)).isZero();
        assertThat(EpollCalls.epollWait(errno, epoll, events, 4, 0)).isZero();

        MemorySegment one = arena.allocate(8);
        one.set(JAVA_LONG, 0, 1);
        assertThat(DescriptorCalls.write(errno, event, one, 8)).isEqualTo(8);
        assertThat(EpollCalls.epollWait(errno, epoll, events, 4, -1)).isEqualTo(1);
        assertThat(EpollEvents.events(events, 0)).isEqualTo(LinuxConst.EPOLLIN);
        assertThat(EpollEvents.data(events, 0)).isEqualTo(0x1234_5678_9abc_def0L);
        assertThat(DescriptorCalls.read(errno, event, one, 8)).isEqualTo(8);
        assertThat(DescriptorCalls.read(errno, event, one, 8)).isEqualTo(-EAGAIN);
        close(new int[] {event, epoll});
    }

    @Test
    void shouldChangeDescriptorFlagsByIoctlAndReadThemByFcntl() {
        int[] pair = pair(SOCK_STREAM);
        scratch.value().set(JAVA_INT, 0, 1);
        assertThat(DescriptorCalls.ioctl(errno, pair[0], LinuxConst.FIONBIO, scratch.value())).isZero();
        assertThat(DescriptorCalls.fcntl(errno, pair[0], LinuxConst.F_GETFL, 0) & LinuxConst.O_NONBLOCK).isNotZero();
        assertThat(DescriptorCalls.fcntl(errno, pair[1], LinuxConst.F_GETFL, 0) & LinuxConst.O_NONBLOCK).isZero();
        assertThat(DescriptorCalls.fcntl(errno, pair[0], LinuxConst.F_GETFD, 0)).isEqualTo(LinuxConst.FD_CLOEXEC);
        close(pair);
    }

    @Test
    void shouldGiveNestedAcquisitionsMemoryOfTheirOwn() {
        Scratch nested = Scratch.acquire();
        assertThat(nested).isNotSameAs(scratch);
        nested.release();
        assertThat(Scratch.acquire()).isSameAs(nested);
    }

    private int[] pair(int type) {
        MemorySegment fds = scratch.value();
        assertThat(SocketCalls.socketpair(errno, AF_UNIX, type | LinuxConst.SOCK_CLOEXEC, 0, fds)).isZero();
        return new int[] {fds.get(JAVA_INT, 0), fds.get(JAVA_INT, 4)};
    }

    private void close(int[] fds) {
        for (int fd : fds) {
            assertThat(DescriptorCalls.close(errno, fd)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    @SuppressWarnings("restricted")
    void shouldHaveTheTextsOfStrerror(Errno errno) throws Throwable {
        // What strerror would say, in whichever language, before it is translated.
        String untranslated = "strerrordesc_np";
        assumeTrue(Linker.nativeLinker().defaultLookup().find(untranslated).isPresent(),
                "another libc says it in its own words");
        MethodHandle describe = Downcall.linkWithoutErrno(untranslated, FunctionDescriptor.of(ADDRESS, JAVA_INT));
        MemorySegment text = (MemorySegment) describe.invokeExact(errno.number());

        assertThat(errno.text()).isEqualTo(text.reinterpret(100).getString(0));
    }
}
