// SPDX-License-Identifier: Apache-2.0
package connector.test;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What Ctrl-C sends. A shell has the jobs that it starts in the background ignore SIGINT, and what they start inherits
 * that, down to the processes of a test: those that are to be ended by it have to be told to hear it.
 */
final class CtrlC {
    /** {@code 128 + SIGINT}, as a shell tells it. */
    static final int STATUS = 128 + 2;

    private static final int SIGINT = 2;

    private CtrlC() {
    }

    /** The command of a process that hears it, however this one was started. */
    static List<String> heardBy(List<String> command) throws IOException {
        if (!isIgnored()) {
            return command;
        }
        List<String> heard = new ArrayList<>(List.of("env", "--default-signal=INT"));
        heard.addAll(command);
        return heard;
    }

    private static boolean isIgnored() throws IOException {
        String ignored = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:")).findFirst().orElseThrow().substring("SigIgn:".length());
        return new BigInteger(ignored.strip(), 16).testBit(SIGINT - 1);
    }
}
