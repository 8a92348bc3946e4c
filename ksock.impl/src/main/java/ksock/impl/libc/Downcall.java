// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Links the functions of libc, each with its errno captured in the call itself. */
final class Downcall {

    /** What a call leaves behind: {@code struct { int errno; }}. */
    static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();

    private static final long ERRNO = CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    /** {@code <dlfcn.h>}: in the order in which the process' own references are resolved. */
    private static final long RTLD_DEFAULT = 0;
    private static final MethodHandle dlsym$MH = dlsym();

    private Downcall() {
    }

    /** A handle whose first argument is the segment that takes the errno. */
    @SuppressWarnings("restricted")
    static MethodHandle link(String function, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(symbol(function), type, CAPTURE_ERRNO);
    }

    /** As {@link #link}, for a function that is variadic from its argument {@code first} on. */
    @SuppressWarnings("restricted")
    static MethodHandle linkVariadic(String function, FunctionDescriptor type, int first) {
        return Linker.nativeLinker()
                .downcallHandle(symbol(function), type, CAPTURE_ERRNO, Linker.Option.firstVariadicArg(first));
    }

    /** A handle to a function that has no errno. */
    @SuppressWarnings("restricted")
    static MethodHandle linkWithoutErrno(String function, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(symbol(function), type);
    }

    /**
     * The address of a function of libc, or of a library that was put before it (LD_PRELOAD); fails with the name of
     * what is missing.
     *
     * <p>The linker's own lookup begins at libc, and passes such a library by.
     */
    static MemorySegment symbol(String function) {
        try (Arena arena = Arena.ofConfined()) {
            long address = (long) dlsym$MH.invokeExact(RTLD_DEFAULT, arena.allocateFrom(function));
            if (address == 0) {
                throw new UnsatisfiedLinkError("libc has no function " + function);
            }
            return MemorySegment.ofAddress(address);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle dlsym() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow("dlsym"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS));
    }

    /** {@code result} if the call worked, else {@code -errno}. */
    static int result(MemorySegment errno, int result) {
        return result >= 0 ? result : -errno.get(JAVA_INT, ERRNO);
    }

    /** {@code result} if the call worked, else {@code -errno}. */
    static long result(MemorySegment errno, long result) {
        return result >= 0 ? result : -errno.get(JAVA_INT, ERRNO);
    }

    /**
     * What came out of {@code invokeExact}. A handle to a C function throws only what its arguments deserve (the arena
     * of one is closed or belongs to another thread), and that is for the caller to see as it is.
     */
    static RuntimeException thrown(Throwable cause) {
        // Not a switch over types: linking one takes memory, of which there may be none.
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        throw new AssertionError("a downcall threw a checked exception", cause);
    }
}
