// SPDX-License-Identifier: Apache-2.0
package connector.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the host says of this process' sockets. */
final class HostSockets {
    private static final Path LISTENING_STATE_TABLE = Path.of("/proc/self/net/tcp");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String LISTEN = "0A";

    private HostSockets() {}

    /** The inode of the socket that listens at an IPv4 port, or -1. */
    static long inodeOfListener(int port) {
        String local = String.format(":%04X", port);
        try (Stream<String> lines = Files.lines(LISTENING_STATE_TABLE)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(local) && fields[3].equals(LISTEN))
                    .mapToLong(fields -> Long.parseLong(fields[9]))
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many descriptors this process has of a socket. */
    static long descriptorsOf(long inode) {
        return descriptors("socket:[" + inode + "]");
    }

    /** How many descriptors of sockets this process has. */
    static long descriptors() {
        return descriptors("socket:[");
    }

    private static long descriptors(String beginning) {
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors.filter(descriptor -> target(descriptor).startsWith(beginning)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Closed since the listing, as the one of the listing itself.
            return "";
        }
    }
}
