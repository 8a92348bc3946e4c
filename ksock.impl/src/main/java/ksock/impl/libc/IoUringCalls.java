// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * {@code io_uring_setup(2)}, {@code io_uring_enter(2)}, and the mapping of a ring. libc has no functions for the first
 * two: they go by its {@code syscall}. Each method is one system call and returns its result or {@code -errno};
 * {@code errno} is the caller's segment of {@link Scratch#errno()}.
 */
public final class IoUringCalls {

    // The same on every processor.
    private static final long IO_URING_SETUP = 425;
    private static final long IO_URING_ENTER = 426;

    private static final MethodHandle setup$MH = Downcall.linkVariadic("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS), 1);
    private static final MethodHandle enter$MH = Downcall.linkVariadic("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
            1);
    private static final MethodHandle mmap$MH = Downcall.link("mmap",
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle munmap$MH = Downcall.linkWithoutErrno("munmap",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;

    private IoUringCalls() {
    }

    /** Whether sends may go by a ring: not where they are to be libc's, see the package documentation. */
    public static boolean allowed() {
        return !SystemCall.TO_LIBC;
    }

    /** {@code int io_uring_setup(unsigned entries, struct io_uring_params *)}: a descriptor, close-on-exec. */
    public static int setup(MemorySegment errno, int entries, MemorySegment params) {
        try {
            return (int) Downcall.result(errno, (long) setup$MH.invokeExact(errno, IO_URING_SETUP, entries, params));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int io_uring_enter(int ring, unsigned submit, unsigned complete, unsigned flags, NULL, 0)}. */
    public static int enter(MemorySegment errno, int ring, int submit, int complete, int flags) {
        try {
            if (SystemCall.AVAILABLE) {
                return SystemCall.ioUringEnter(ring, submit, complete, flags);
            }
            return (int) Downcall.result(errno,
                    (long) enter$MH.invokeExact(errno, IO_URING_ENTER, ring, submit, complete, flags, 0L, 0L));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code mmap} of a part of a ring, for reading and writing: its address, or {@code -errno}. */
    public static long map(MemorySegment errno, int ring, long offset, long length) {
        try {
            long address = (long) mmap$MH.invokeExact(errno, MemorySegment.NULL, length, PROT_READ_WRITE,
                    MAP_SHARED_POPULATE, ring, offset);
            return address == -1 ? Downcall.result(errno, -1L) : address;
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code munmap}. */
    public static void unmap(long address, long length) {
        try {
            int ignored = (int) munmap$MH.invokeExact(address, length);
            assert ignored == 0;
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }
}
