// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * System calls by the processor's own instruction, past libc: those that are made with every message, and the
 * one that arms a socket.
 *
 * <p>The kernel answers {@code -errno} in a register. libc moves it to a variable of the thread, whence the linker
 * copies it into memory that must be supplied, all of which costs more than the rest of the way from a caller to the
 * kernel; and in a process of several threads libc marks each call as one at which a thread may be cancelled, by two
 * atomic operations. A call by the instruction needs no memory, and so leaves no garbage however it is compiled.
 *
 * <p>The instructions are in a page of their own, first written and then made executable. There are none where that is
 * not allowed, as by SELinux without {@code execmem}, on another processor than x86-64, and where the system property
 * {@code ksock.calls} is {@code libc}, for those who put a library of their own between libc and its callers: then
 * these calls are libc's, too.
 */
final class SystemCall {

    private static final int SENDTO = 44;
    private static final int RECVFROM = 45;
    private static final int EPOLL_WAIT = 232;
    private static final int EPOLL_CTL = 233;
    private static final int IO_URING_ENTER = 426;

    private static final byte[] CODE = {
            (byte) 0xf3, 0x0f, 0x1e, (byte) 0xfa, // endbr64: may be called
            0x49, (byte) 0x89, (byte) 0xca, // mov r10, rcx: where the kernel looks for the fourth argument
            (byte) 0xb8, 0, 0, 0, 0, // mov eax, number
            0x0f, 0x05, // syscall
            (byte) 0xc3 // ret
    };
    private static final int NUMBER_AT = 8;
    private static final long ENTRY = 16;
    private static final long PAGE = 4096;

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    /** Whether all calls are to be libc's. */
    static final boolean TO_LIBC = "libc".equals(System.getProperty("ksock.calls"));

    private static final MemorySegment PAGE_OF_CODE = map(SENDTO, RECVFROM, EPOLL_WAIT, EPOLL_CTL,
            IO_URING_ENTER);

    // The last argument is the pin of the buffer, see SocketCalls: on the stack, where the kernel does not look.
    private static final FunctionDescriptor BRIEF =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS);
    /** {@code sendto} without an address, for a call that cannot wait: no safepoint is reached while it lasts. */
    static final MethodHandle send$MH$brief = link(0, BRIEF, Linker.Option.critical(false));
    /** {@code recvfrom}, as {@link #send$MH$brief}. */
    static final MethodHandle recv$MH$brief = link(1, BRIEF, Linker.Option.critical(false));
    private static final MethodHandle sendto$MH = link(0, FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG,
            JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    private static final MethodHandle recvfrom$MH = link(1, FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG,
            JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle epoll_wait$MH = link(2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS,
            JAVA_INT, JAVA_INT));

    private static final MethodHandle epoll_ctl$MH = link(3, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT,
            JAVA_INT, ADDRESS));
    private static final MethodHandle io_uring_enter$MH = link(4, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT,
            JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

    /** Whether there are any here; else none of the methods may be called. */
    static final boolean AVAILABLE = answers();

    private SystemCall() {
    }

    static long sendto(int fd, long address, long length, int flags, MemorySegment to, int toLength,
            MemorySegment buffer) {
        try {
            return (long) sendto$MH.invokeExact(fd, address, length, flags, to, toLength, buffer);
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    static long recvfrom(int fd, long address, long length, int flags, MemorySegment from, MemorySegment fromLength,
            MemorySegment buffer) {
        try {
            return (long) recvfrom$MH.invokeExact(fd, address, length, flags, from, fromLength, buffer);
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    static int epollWait(int epfd, MemorySegment events, int max, int timeoutMs) {
        try {
            return (int) epoll_wait$MH.invokeExact(epfd, events, max, timeoutMs);
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    static int epollCtl(int epfd, int operation, int fd, MemorySegment event) {
        try {
            return (int) epoll_ctl$MH.invokeExact(epfd, operation, fd, event);
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    static int ioUringEnter(int ring, int submit, int complete, int flags) {
        try {
            return (int) io_uring_enter$MH.invokeExact(ring, submit, complete, flags, 0L, 0L);
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(int index, FunctionDescriptor type, Linker.Option... options) {
        return PAGE_OF_CODE == null ? null : Linker.nativeLinker()
                .downcallHandle(PAGE_OF_CODE.asSlice(index * ENTRY, ENTRY), type, options);
    }

    /** A page with the code of these calls; null if there is none here. It goes when the handles go. */
    @SuppressWarnings("restricted")
    private static MemorySegment map(int... numbers) {
        if (!Linux.X86_64 || TO_LIBC) {
            return null;
        }
        MethodHandle mmap = Downcall.linkWithoutErrno("mmap",
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        MethodHandle mprotect = Downcall.linkWithoutErrno("mprotect",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        MethodHandle munmap = Downcall.linkWithoutErrno("munmap",
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
        try {
            long address = (long) mmap.invokeExact(MemorySegment.NULL, PAGE, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE_ANONYMOUS, -1, 0L);
            if (address == -1) {
                return null;
            }
            MemorySegment page = MemorySegment.ofAddress(address).reinterpret(PAGE, Arena.ofAuto(), gone -> {
                try {
                    int ignored = (int) munmap.invokeExact(address, PAGE);
                } catch (Throwable e) {
                    throw Downcall.thrown(e);
                }
            });
            for (int i = 0; i < numbers.length; i++) {
                MemorySegment entry = page.asSlice(i * ENTRY, ENTRY).copyFrom(MemorySegment.ofArray(CODE));
                entry.set(ValueLayout.JAVA_INT_UNALIGNED, NUMBER_AT, numbers[i]);
            }
            return (int) mprotect.invokeExact(page, PAGE, PROT_READ | PROT_EXEC) == 0 ? page : null;
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** Tried on a descriptor that cannot be one: what answers as the kernel does is the kernel. */
    private static boolean answers() {
        return PAGE_OF_CODE != null
                && SocketCalls.sendBriefly(-1, MemorySegment.NULL, 0, 0, 0) == -LinuxConst.EBADF
                && SocketCalls.recvBriefly(-1, MemorySegment.NULL, 0, 0, 0) == -LinuxConst.EBADF
                && epollWait(-1, MemorySegment.NULL, 1, 0) == -LinuxConst.EBADF;
    }
}
