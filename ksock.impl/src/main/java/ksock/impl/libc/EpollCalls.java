// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * {@code <sys/epoll.h>}. Each method is one system call and returns its result or {@code -errno}; {@code errno} is the
 * caller's segment of {@link Scratch#errno()}. Events are read and written by {@link EpollEvents}.
 */
public final class EpollCalls {

    private static final MethodHandle epoll_create1$MH = Downcall.link("epoll_create1",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle epoll_ctl$MH = Downcall.link("epoll_ctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle epoll_wait$MH = Downcall.link("epoll_wait",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

    private EpollCalls() {
    }

    /** {@code int epoll_create1(int flags)}. */
    public static int epollCreate1(MemorySegment errno, int flags) {
        try {
            return Downcall.result(errno, (int) epoll_create1$MH.invokeExact(errno, flags));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int epoll_ctl(int epfd, int operation, int fd, struct epoll_event *event)}. */
    public static int epollCtl(MemorySegment errno, int epfd, int operation, int fd, MemorySegment event) {
        try {
            if (SystemCall.AVAILABLE) {
                return SystemCall.epollCtl(epfd, operation, fd, event);
            }
            return Downcall.result(errno, (int) epoll_ctl$MH.invokeExact(errno, epfd, operation, fd, event));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /**
     * {@code int epoll_wait(int epfd, struct epoll_event *events, int max, int timeout)}.
     *
     * @param timeoutMs in milliseconds; 0 asks only, -1 waits for ever
     */
    public static int epollWait(MemorySegment errno, int epfd, MemorySegment events, int max, int timeoutMs) {
        try {
            if (SystemCall.AVAILABLE) {
                return SystemCall.epollWait(epfd, events, max, timeoutMs);
            }
            return Downcall.result(errno, (int) epoll_wait$MH.invokeExact(errno, epfd, events, max, timeoutMs));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }
}
