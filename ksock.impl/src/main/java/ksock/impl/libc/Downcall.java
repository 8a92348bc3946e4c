// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;

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

    /** The address of a function of libc; fails with the name of what is missing. */
    static MemorySegment symbol(String function) {
        return Linker.nativeLinker().defaultLookup().find(function)
                .orElseThrow(() -> new UnsatisfiedLinkError("libc has no function " + function));
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
        switch (cause) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError("a downcall threw a checked exception", cause);
        }
    }
}
