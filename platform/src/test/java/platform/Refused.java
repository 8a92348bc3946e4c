// SPDX-License-Identifier: Apache-2.0
package platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A platform that did not start.
 *
 * @param status the process' exit status
 * @param printed all that it printed
 */
record Refused(int status, String printed) {

    /** Starts the executable jar where it cannot start, and returns once it has ended. */
    static Refused platform(Path home, String... options) throws IOException, InterruptedException {
        Path printed = Files.createTempFile(home, "printed", ".txt");
        List<String> command = new ArrayList<>(List.of(
                RunningPlatform.JAVA.toString(), "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", RunningPlatform.JAR.toString()));
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            assertThat(process.waitFor(RunningPlatform.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("ended; printed %s", printed).isTrue();
            return new Refused(process.exitValue(), Files.readString(printed));
        } finally {
            process.destroyForcibly();
        }
    }
}
