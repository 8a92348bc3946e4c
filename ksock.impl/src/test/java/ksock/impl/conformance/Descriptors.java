// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The descriptors of this process, as the host counts them. */
public final class Descriptors {

    private static final Path TABLE = Path.of("/proc/self/fd");

    private Descriptors() {
    }

    /** How many sockets are open; files and pipes come and go with the test's own machinery. */
    public static long open() {
        try (Stream<Path> all = Files.list(TABLE)) {
            return all.filter(Descriptors::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }
}
