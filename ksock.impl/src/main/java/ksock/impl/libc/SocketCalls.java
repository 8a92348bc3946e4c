// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import ksock.api.SysSocket;

/**
 * {@code <sys/socket.h>}. Each method is one system call and returns its result or {@code -errno}; {@code errno} is the
 * caller's segment of {@link Scratch#errno()}. The two that are made most take none: past libc they need none.
 *
 * <h2>Pins</h2>
 * Where C has a pointer into a buffer, or finds one inside a structure, the address goes as a number and the buffer
 * itself as a further argument, behind those that the C function reads: in a register or a stack slot that is the
 * caller's affair. The linker thereby keeps the buffer's arena open until the call has returned, and no slice has to be
 * made for an offset, which would be garbage whenever the compiler cannot see through it.
 */
public final class SocketCalls {

    private static final FunctionDescriptor INT_3_INTS = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor INT_2_INTS = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor INT_FD_ADDRESS_LENGTH =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final FunctionDescriptor INT_FD_ADDRESS_LENGTH_POINTER =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    // The buffer's arena is the argument behind those that C knows; see the class comment.
    private static final FunctionDescriptor SIZE_FD_BUFFER_PINNED =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS);

    private static final MethodHandle socket$MH = Downcall.link("socket", INT_3_INTS);
    private static final MethodHandle socketpair$MH = Downcall.link("socketpair",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle bind$MH = Downcall.link("bind", INT_FD_ADDRESS_LENGTH);
    private static final MethodHandle listen$MH = Downcall.link("listen", INT_2_INTS);
    private static final MethodHandle accept4$MH = Downcall.link("accept4",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle connect$MH = Downcall.link("connect", INT_FD_ADDRESS_LENGTH);
    private static final MethodHandle send$MH = Downcall.link("send", SIZE_FD_BUFFER_PINNED);
    private static final MethodHandle recv$MH = Downcall.link("recv", SIZE_FD_BUFFER_PINNED);
    private static final MethodHandle sendto$MH = Downcall.link("sendto",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    private static final MethodHandle recvfrom$MH = Downcall.link("recvfrom",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    private static final FunctionDescriptor SIZE_FD_MSGHDR_PINNED =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle sendmsg$MH = Downcall.link("sendmsg", SIZE_FD_MSGHDR_PINNED);
    private static final MethodHandle recvmsg$MH = Downcall.link("recvmsg", SIZE_FD_MSGHDR_PINNED);
    private static final MethodHandle shutdown$MH = Downcall.link("shutdown", INT_2_INTS);
    private static final MethodHandle setsockopt$MH = Downcall.link("setsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle getsockopt$MH = Downcall.link("getsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle getpeername$MH = Downcall.link("getpeername", INT_FD_ADDRESS_LENGTH_POINTER);
    private static final MethodHandle getsockname$MH = Downcall.link("getsockname", INT_FD_ADDRESS_LENGTH_POINTER);

    private SocketCalls() {
    }

    /** {@code int socket(int domain, int type, int protocol)}. */
    public static int socket(MemorySegment errno, int domain, int type, int protocol) {
        try {
            return Downcall.result(errno, (int) socket$MH.invokeExact(errno, domain, type, protocol));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int socketpair(int domain, int type, int protocol, int fds[2])}. */
    public static int socketpair(MemorySegment errno, int domain, int type, int protocol, MemorySegment fds) {
        try {
            return Downcall.result(errno, (int) socketpair$MH.invokeExact(errno, domain, type, protocol, fds));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int bind(int fd, const struct sockaddr *address, socklen_t length)}. */
    public static int bind(MemorySegment errno, int fd, MemorySegment address, int length) {
        try {
            return Downcall.result(errno, (int) bind$MH.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int listen(int fd, int backlog)}. */
    public static int listen(MemorySegment errno, int fd, int backlog) {
        try {
            return Downcall.result(errno, (int) listen$MH.invokeExact(errno, fd, backlog));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)}. */
    public static int accept4(MemorySegment errno, int fd, MemorySegment address, MemorySegment length, int flags) {
        try {
            return Downcall.result(errno, (int) accept4$MH.invokeExact(errno, fd, address, length, flags));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int connect(int fd, const struct sockaddr *address, socklen_t length)}. */
    public static int connect(MemorySegment errno, int fd, MemorySegment address, int length) {
        try {
            return Downcall.result(errno, (int) connect$MH.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code ssize_t send(int fd, const void *buffer, size_t length, int flags)}. */
    public static long send(int fd, MemorySegment buffer, long offset, long length, int flags) {
        long address = buffer.address() + offset;
        if (SystemCall.AVAILABLE) {
            return SystemCall.sendto(fd, address, length, flags, MemorySegment.NULL, 0, buffer);
        }
        Scratch scratch = Scratch.acquire();
        try {
            return Downcall.result(scratch.errno(),
                    (long) send$MH.invokeExact(scratch.errno(), fd, address, length, flags, buffer));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        } finally {
            scratch.release();
        }
    }

    /** {@code ssize_t recv(int fd, void *buffer, size_t length, int flags)}. */
    public static long recv(int fd, MemorySegment buffer, long offset, long length, int flags) {
        long address = buffer.address() + offset;
        if (SystemCall.AVAILABLE) {
            return SystemCall.recvfrom(fd, address, length, flags, MemorySegment.NULL, MemorySegment.NULL, buffer);
        }
        Scratch scratch = Scratch.acquire();
        try {
            return Downcall.result(scratch.errno(),
                    (long) recv$MH.invokeExact(scratch.errno(), fd, address, length, flags, buffer));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        } finally {
            scratch.release();
        }
    }

    /**
     * Whether {@link #sendBriefly} and {@link #recvBriefly} can be called.
     *
     * @return false on other processors than x86-64, and where no page can be made executable
     */
    public static boolean brief() {
        return SystemCall.AVAILABLE;
    }

    /**
     * As {@link #send} with MSG_DONTWAIT, at the least cost there is. For a short {@code buffer} that is no mapped
     * file: no safepoint is reached while the call lasts. Made here and not by a method of {@code SystemCall}: what is
     * called from far down the stack, as from a callback, is else too deep for the compiler to put all of it in one
     * place.
     */
    public static long sendBriefly(int fd, MemorySegment buffer, long offset, long length, int flags) {
        try {
            return (long) SystemCall.send$MH$brief.invokeExact(fd, buffer.address() + offset, length,
                    flags | SysSocket.MSG_DONTWAIT, 0L, 0L, buffer);
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** As {@link #recv} with MSG_DONTWAIT; see {@link #sendBriefly}. */
    public static long recvBriefly(int fd, MemorySegment buffer, long offset, long length, int flags) {
        try {
            return (long) SystemCall.recv$MH$brief.invokeExact(fd, buffer.address() + offset, length,
                    flags | SysSocket.MSG_DONTWAIT, 0L, 0L, buffer);
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code ssize_t sendto(int fd, const void *buffer, size_t length, int flags, const sockaddr *to, socklen_t)}. */
    public static long sendto(MemorySegment errno, int fd, MemorySegment buffer, long offset, long length, int flags,
            MemorySegment to, int toLength) {
        try {
            long address = buffer.address() + offset;
            if (SystemCall.AVAILABLE) {
                return SystemCall.sendto(fd, address, length, flags, to, toLength, buffer);
            }
            return Downcall.result(errno,
                    (long) sendto$MH.invokeExact(errno, fd, address, length, flags, to, toLength, buffer));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code ssize_t recvfrom(int fd, void *buffer, size_t length, int flags, sockaddr *from, socklen_t *)}. */
    public static long recvfrom(MemorySegment errno, int fd, MemorySegment buffer, long offset, long length, int flags,
            MemorySegment from, MemorySegment fromLength) {
        try {
            long address = buffer.address() + offset;
            if (SystemCall.AVAILABLE) {
                return SystemCall.recvfrom(fd, address, length, flags, from, fromLength, buffer);
            }
            return Downcall.result(errno,
                    (long) recvfrom$MH.invokeExact(errno, fd, address, length, flags, from, fromLength, buffer));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /**
     * {@code ssize_t sendmsg(int fd, const struct msghdr *message, int flags)}.
     *
     * <p>The kernel finds buffers and control data through addresses in {@code message}, which keep nothing alive: each
     * of their arenas goes along as one of three pins, {@link MemorySegment#NULL} where there is none.
     */
    public static long sendmsg(MemorySegment errno, int fd, MemorySegment message, int flags,
            MemorySegment pin1, MemorySegment pin2, MemorySegment pin3) {
        try {
            return Downcall.result(errno,
                    (long) sendmsg$MH.invokeExact(errno, fd, message, flags, pin1, pin2, pin3));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code ssize_t recvmsg(int fd, struct msghdr *message, int flags)}; pins as in {@link #sendmsg}. */
    public static long recvmsg(MemorySegment errno, int fd, MemorySegment message, int flags,
            MemorySegment pin1, MemorySegment pin2, MemorySegment pin3) {
        try {
            return Downcall.result(errno,
                    (long) recvmsg$MH.invokeExact(errno, fd, message, flags, pin1, pin2, pin3));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int shutdown(int fd, int how)}. */
    public static int shutdown(MemorySegment errno, int fd, int how) {
        try {
            return Downcall.result(errno, (int) shutdown$MH.invokeExact(errno, fd, how));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int setsockopt(int fd, int level, int option, const void *value, socklen_t length)}. */
    public static int setsockopt(MemorySegment errno, int fd, int level, int option, MemorySegment value, int length) {
        try {
            return Downcall.result(errno, (int) setsockopt$MH.invokeExact(errno, fd, level, option, value, length));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int getsockopt(int fd, int level, int option, void *value, socklen_t *length)}. */
    public static int getsockopt(MemorySegment errno, int fd, int level, int option, MemorySegment value,
            MemorySegment length) {
        try {
            return Downcall.result(errno, (int) getsockopt$MH.invokeExact(errno, fd, level, option, value, length));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int getpeername(int fd, struct sockaddr *address, socklen_t *length)}. */
    public static int getpeername(MemorySegment errno, int fd, MemorySegment address, MemorySegment length) {
        try {
            return Downcall.result(errno, (int) getpeername$MH.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int getsockname(int fd, struct sockaddr *address, socklen_t *length)}. */
    public static int getsockname(MemorySegment errno, int fd, MemorySegment address, MemorySegment length) {
        try {
            return Downcall.result(errno, (int) getsockname$MH.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }
}
