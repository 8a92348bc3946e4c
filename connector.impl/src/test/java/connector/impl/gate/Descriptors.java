// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What this process has open. */
final class Descriptors {

    private Descriptors() {
    }

    /** {@return how many sockets are open} */
    static long sockets() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            List<Path> entries = all.toList();
            return entries.stream().filter(Descriptors::isSocket).count();
        } catch (IOException e) {
            throw new AssertionError("/proc/self/fd cannot be listed", e);
        }
    }

    private static boolean isSocket(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
