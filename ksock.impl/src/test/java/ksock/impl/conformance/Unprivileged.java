// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.CompletableFuture;

/** Makes calls as a user without any privilege does, whoever runs the tests. */
final class Unprivileged {

    private static final int LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    private Unprivileged() {
    }

    /** Makes a call in a thread of its own that has given up all its capabilities; root's others keep theirs. */
    static void call(Table.Action<Void> call) throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("unprivileged").start(() -> {
            try {
                giveUp();
                call.on(null);
                end.complete(null);
            } catch (Throwable e) {
                end.completeExceptionally(e);
            }
        });
        Ground.join(end);
    }

    @SuppressWarnings("restricted")
    private static void giveUp() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle capset = linker.downcallHandle(linker.defaultLookup().findOrThrow("capset"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(8, 4);
            header.set(JAVA_INT, 0, LINUX_CAPABILITY_VERSION_3);
            // Effective, permitted, inheritable, twice: none.
            MemorySegment none = arena.allocate(24, 4);
            if ((int) capset.invokeExact(header, none) != 0) {
                throw new IllegalStateException("capset failed");
            }
        }
    }
}
