// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import ksock.api.KernelSocketException;
import ksock.api.SockAddrBuffer;

/**
 * The way into {@link DataCalls}, which the compiler does not look through.
 *
 * <p>It inlines fifteen calls deep, and only a downcall that it has inlined whole leaves no garbage: the linker slices the
 * errno's segment in each. Counted from a callback, which is some calls away from the loop already, or from the depths of
 * somebody's parser, there would be too few left. From here there are enough, wherever the caller is.
 */
final class Boundary {

    // Not final, although nothing ever changes them: of a constant the compiler would see the target.
    @SuppressWarnings("FieldMayBeFinal")
    private static MethodHandle send = dataCall("send");
    @SuppressWarnings("FieldMayBeFinal")
    private static MethodHandle recv = dataCall("recv");

    private Boundary() {
    }

    private static MethodHandle dataCall(String name) {
        MethodType type = MethodType.methodType(long.class, SocketState.class, MemorySegment.class, long.class,
                long.class, int.class, SockAddrBuffer.class, long.class);
        try {
            return MethodHandles.lookup().findStatic(DataCalls.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** {@link DataCalls#send}. */
    static long send(SocketState socket, MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to,
            long span) throws KernelSocketException {
        try {
            return (long) send.invokeExact(socket, buffer, offset, length, flags, to, span);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** {@link DataCalls#recv}. */
    static long recv(SocketState socket, MemorySegment buffer, long offset, long length, int flags,
            SockAddrBuffer from, long span) throws KernelSocketException {
        try {
            return (long) recv.invokeExact(socket, buffer, offset, length, flags, from, span);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private static RuntimeException thrown(Throwable cause) throws KernelSocketException {
        switch (cause) {
            case KernelSocketException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError("no data call throws it", cause);
        }
    }
}
