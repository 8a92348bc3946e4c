// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the host lets only the privileged do, by the numbers of capabilities(7). */
enum Capability {

    CAP_NET_ADMIN(12),
    CAP_NET_RAW(13);

    private static final String EFFECTIVE = "CapEff:";

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** Skips a test, for which this is needed, where it isn't there. Of a row, within its set-up. */
    void assumeHeld() throws IOException {
        assumeTrue(isHeld(), () -> "needs " + this + ", as root has it");
    }

    private boolean isHeld() throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc/thread-self/status"));
        String held = status.stream().filter(line -> line.startsWith(EFFECTIVE)).findFirst().orElseThrow();
        return (Long.parseUnsignedLong(held.substring(EFFECTIVE.length()).strip(), 16) >>> number & 1) == 1;
    }
}
