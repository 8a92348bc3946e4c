// SPDX-License-Identifier: Apache-2.0
package ksock.impl.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.SysSocket;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.Scratch;
import ksock.impl.libc.SocketCalls;

/** Options and requests by number, their values in native or heap memory. */
final class Options {

    /** What ioctl's argument is given at least, so that a request that fills an ifreq writes into no foreign memory. */
    private static final long REQUEST_SIZE = 256;

    /** The size of {@code struct sock_filter}. */
    private static final int INSTRUCTION = 8;

    private Options() {
    }

    static void set(int fd, int level, int option, MemorySegment value) throws KernelSocketException {
        Scratch scratch = Scratch.acquire();
        try {
            MemorySegment bytes = value;
            if (!value.isNative()) {
                bytes = room(scratch, value.byteSize());
                MemorySegment.copy(value, 0, bytes, 0, value.byteSize());
            }
            int result = SocketCalls.setsockopt(scratch.errno(), fd, level, option, bytes, length(value));
            if (result < 0) {
                throw failure("setsockopt", result, level, option, length(value));
            }
        } finally {
            scratch.release();
        }
    }

    static int get(int fd, int level, int option, MemorySegment value) throws KernelSocketException {
        if (value.isReadOnly()) {
            throw new KernelSocketException("getsockopt", Errno.EFAULT, "the value's memory is read-only");
        }
        Scratch scratch = Scratch.acquire();
        try {
            MemorySegment bytes = value;
            if (!value.isNative()) {
                // Some options say by what is there what to answer, and some write less than they say.
                bytes = room(scratch, value.byteSize());
                MemorySegment.copy(value, 0, bytes, 0, value.byteSize());
            }
            int unit = unit(level, option);
            int result = SocketCalls.getsockopt(scratch.errno(), fd, level, option, bytes,
                    scratch.length(length(value) / unit));
            if (result < 0) {
                throw failure("getsockopt", result, level, option, length(value));
            }
            int length = scratch.lengthValue() * unit;
            if (!value.isNative()) {
                MemorySegment.copy(bytes, 0, value, 0, Math.min(length, value.byteSize()));
            }
            return length;
        } finally {
            scratch.release();
        }
    }

    static int get(int fd, int level, int option) {
        Scratch scratch = Scratch.acquire();
        try {
            int result = SocketCalls.getsockopt(scratch.errno(), fd, level, option, scratch.value(),
                    scratch.length(Integer.BYTES));
            return result < 0 ? result : scratch.value().get(JAVA_INT, 0);
        } finally {
            scratch.release();
        }
    }

    /** How many bytes the host means by a length of one: of a filter it counts, and writes, whole instructions. */
    private static int unit(int level, int option) {
        return level == SysSocket.SOL_SOCKET && option == SysSocket.SO_GET_FILTER ? INSTRUCTION : 1;
    }

    static int ioctl(int fd, int request, MemorySegment arg) throws KernelSocketException {
        Scratch scratch = Scratch.acquire();
        try {
            // A request reads and writes as much as its number implies, which nobody checks against the segment: one
            // that is small, read-only, or of the heap, is served in memory that is surely large enough, and copied.
            long needed = sizeOf(request);
            boolean copy = !arg.isNative() || arg.isReadOnly() || arg.byteSize() < needed;
            MemorySegment bytes = copy ? room(scratch, Math.max(needed, arg.byteSize())) : arg;
            if (copy) {
                MemorySegment.copy(arg, 0, bytes, 0, arg.byteSize());
                if (arg.byteSize() < needed) {
                    bytes.asSlice(arg.byteSize(), needed - arg.byteSize()).fill((byte) 0);
                }
            }
            int result = DescriptorCalls.ioctl(scratch.errno(), fd, request, bytes);
            if (result < 0) {
                throw new KernelSocketException("ioctl", -result, "request 0x" + Integer.toHexString(request));
            }
            if (copy && !arg.isReadOnly()) {
                MemorySegment.copy(bytes, 0, arg, 0, arg.byteSize());
            }
            return result;
        } finally {
            scratch.release();
        }
    }

    /** How much memory a request may touch: what a newer number says ({@code _IOC_SIZE}), or surely enough. */
    private static long sizeOf(int request) {
        boolean says = (request >>> 30) != 0;
        return Math.max(REQUEST_SIZE, says ? request >>> 16 & 0x3fff : 0);
    }

    static int ioctlAnswer(int fd, int request) {
        Scratch scratch = Scratch.acquire();
        try {
            scratch.value().set(JAVA_INT, 0, 0);
            int result = DescriptorCalls.ioctl(scratch.errno(), fd, request, scratch.value());
            return result < 0 ? result : scratch.value().get(JAVA_INT, 0);
        } finally {
            scratch.release();
        }
    }

    private static MemorySegment room(Scratch scratch, long size) {
        return size <= Scratch.BOUNCE_SIZE ? scratch.bounce() : Arena.ofAuto().allocate(size, 8);
    }

    private static int length(MemorySegment value) {
        return (int) Math.min(value.byteSize(), Integer.MAX_VALUE);
    }

    private static KernelSocketException failure(String operation, int result, int level, int option, int length) {
        return new KernelSocketException(operation, -result,
                "level " + level + ", option " + option + ", " + length + " bytes");
    }
}
