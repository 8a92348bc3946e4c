// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The descriptors of this process, as the host counts them. */
public final class Descriptors {

    private static final Path TABLE = Path.of("/proc/self/fd");

    private Descriptors() {
    }

    /**
     * How many sockets are open; files and pipes come and go with the test's own machinery. Those that other tests in
     * this JVM forgot may be closed at any time, so that the number may fall by itself, but not rise.
     */
    public static long open() {
        return sockets().size();
    }

    /** {@return the open sockets: what each is, as {@code socket:[4711]}, by its descriptor} */
    static Map<Path, String> sockets() {
        try (Stream<Path> all = Files.list(TABLE)) {
            return all.filter(descriptor -> link(descriptor).startsWith("socket:"))
                    .collect(Collectors.toMap(descriptor -> descriptor, Descriptors::link));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return how many descriptors of processes are open} */
    static long processes() {
        try (Stream<Path> all = Files.list(TABLE)) {
            return all.filter(descriptor -> link(descriptor).contains("pidfd")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String link(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Closed since it was listed.
            return "";
        }
    }
}
