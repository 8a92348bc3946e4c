// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * What any descriptor can do: {@code <unistd.h>}, {@code <fcntl.h>}, {@code <sys/ioctl.h>}, {@code <poll.h>},
 * {@code <sys/eventfd.h>}. Each method is one system call and returns its result or {@code -errno}; {@code errno} is
 * the caller's segment of {@link Scratch#errno()}.
 */
public final class DescriptorCalls {

    private static final FunctionDescriptor SIZE_FD_BUFFER =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

    private static final MethodHandle close$MH = Downcall.link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle closeOnly$MH =
            Downcall.linkWithoutErrno("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle read$MH = Downcall.link("read", SIZE_FD_BUFFER);
    private static final MethodHandle write$MH = Downcall.link("write", SIZE_FD_BUFFER);
    private static final MethodHandle fcntl$MH = Downcall.linkVariadic("fcntl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG), 2);
    private static final MethodHandle ioctl$MH = Downcall.linkVariadic("ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
    private static final MethodHandle ioctlLong$MH = Downcall.linkVariadic("ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), 2);
    private static final MethodHandle poll$MH = Downcall.link("poll",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle ppoll$MH = Downcall.link("ppoll",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
    private static final MethodHandle eventfd$MH = Downcall.link("eventfd",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle getpid$MH = Downcall.linkWithoutErrno("getpid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle getuid$MH = Downcall.linkWithoutErrno("getuid", FunctionDescriptor.of(JAVA_INT));

    private static final MethodHandle gettid$MH = Downcall.linkWithoutErrno("gettid", FunctionDescriptor.of(JAVA_INT));

    private DescriptorCalls() {
    }

    /** {@code int close(int fd)}. Never call it again after {@code -EINTR}: on Linux the descriptor is gone. */
    public static int close(MemorySegment errno, int fd) {
        try {
            return Downcall.result(errno, (int) close$MH.invokeExact(errno, fd));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** As the other, without asking what it says: so it needs no memory, and works where there is none. */
    public static void close(int fd) {
        try {
            int ignored = (int) closeOnly$MH.invokeExact(fd);
            assert ignored <= 0;
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code ssize_t read(int fd, void *buffer, size_t length)}. */
    public static long read(MemorySegment errno, int fd, MemorySegment buffer, long length) {
        try {
            return Downcall.result(errno, (long) read$MH.invokeExact(errno, fd, buffer, length));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code ssize_t write(int fd, const void *buffer, size_t length)}. */
    public static long write(MemorySegment errno, int fd, MemorySegment buffer, long length) {
        try {
            return Downcall.result(errno, (long) write$MH.invokeExact(errno, fd, buffer, length));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int fcntl(int fd, int command, ...)} with an integer argument. */
    public static int fcntl(MemorySegment errno, int fd, int command, long argument) {
        try {
            return Downcall.result(errno, (int) fcntl$MH.invokeExact(errno, fd, command, argument));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int ioctl(int fd, unsigned long request, ...)} with a pointer argument. */
    public static int ioctl(MemorySegment errno, int fd, int request, MemorySegment argument) {
        try {
            return Downcall.result(errno,
                    (int) ioctl$MH.invokeExact(errno, fd, Integer.toUnsignedLong(request), argument));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int ioctl(int fd, unsigned long request, ...)} with an integer argument. */
    public static int ioctl(MemorySegment errno, int fd, int request, long argument) {
        try {
            return Downcall.result(errno,
                    (int) ioctlLong$MH.invokeExact(errno, fd, Integer.toUnsignedLong(request), argument));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /**
     * {@code int poll(struct pollfd *fds, nfds_t count, int timeout)}.
     *
     * @param timeoutMs in milliseconds; 0 asks only, -1 waits for ever
     */
    public static int poll(MemorySegment errno, MemorySegment fds, long count, int timeoutMs) {
        try {
            return Downcall.result(errno, (int) poll$MH.invokeExact(errno, fds, count, timeoutMs));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /**
     * {@code int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, NULL)}.
     *
     * @param timeout a {@link TimeSpec}, or {@link MemorySegment#NULL} to wait for ever
     */
    public static int ppoll(MemorySegment errno, MemorySegment fds, long count, MemorySegment timeout) {
        try {
            return Downcall.result(errno,
                    (int) ppoll$MH.invokeExact(errno, fds, count, timeout, MemorySegment.NULL));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int eventfd(unsigned int initial, int flags)}. */
    public static int eventfd(MemorySegment errno, int initial, int flags) {
        try {
            return Downcall.result(errno, (int) eventfd$MH.invokeExact(errno, initial, flags));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code pid_t getpid()}. */
    public static int getpid() {
        try {
            return (int) getpid$MH.invokeExact();
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code uid_t getuid()}. */
    public static int getuid() {
        try {
            return (int) getuid$MH.invokeExact();
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code pid_t gettid()}: the kernel's number of the calling platform thread, as in /proc/self/task. */
    public static int gettid() {
        try {
            return (int) gettid$MH.invokeExact();
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }
}
