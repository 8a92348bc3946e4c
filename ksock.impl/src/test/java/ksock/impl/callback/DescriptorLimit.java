// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import ksock.api.KernelSocket;

/** Lets this process open no further descriptor, until closed: only for a process that is there for nothing else. */
@SuppressWarnings("restricted")
final class DescriptorLimit implements AutoCloseable {

    private static final int RLIMIT_NOFILE = 7;
    private static final MethodHandle GET = function("getrlimit");
    private static final MethodHandle SET = function("setrlimit");

    private final long before;

    DescriptorLimit() {
        before = set(3);
    }

    /** Loads every class of ours while there are descriptors to load it with. */
    static void prepare() throws IOException, URISyntaxException, ClassNotFoundException {
        for (Class<?> one : List.of(SocketEvents.class, KernelSocket.class, DescriptorLimit.class)) {
            Path root = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
            List<Path> classes;
            try (Stream<Path> files = Files.walk(root)) {
                classes = files.filter(file -> file.toString().endsWith(".class")).map(root::relativize).toList();
            }
            for (Path file : classes) {
                String name = file.toString().replace('/', '.').replaceFirst("\\.class$", "");
                load(name);
            }
        }
        new DescriptorLimit().close();
    }

    private static void load(String name) throws ClassNotFoundException {
        try {
            Class.forName(name, false, DescriptorLimit.class.getClassLoader());
        } catch (NoClassDefFoundError e) {
            // Of a framework, or of the tests' own libraries: not needed without them.
            return;
        }
    }

    @Override
    public void close() {
        set(before);
    }

    private static long set(long soft) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(16, 8);
            if ((int) GET.invokeExact(RLIMIT_NOFILE, limits) != 0) {
                throw new IllegalStateException("getrlimit");
            }
            long former = limits.get(JAVA_LONG, 0);
            limits.set(JAVA_LONG, 0, soft);
            if ((int) SET.invokeExact(RLIMIT_NOFILE, limits) != 0) {
                throw new IllegalStateException("setrlimit");
            }
            return former;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle function(String name) {
        return Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    }
}
