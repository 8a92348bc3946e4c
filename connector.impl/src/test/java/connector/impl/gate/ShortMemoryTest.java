// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients who cannot be written to, for want of memory. */
@Timeout(120)
class ShortMemoryTest {

    @TempDir
    Path directory;

    @ParameterizedTest(name = "to each by the {0}")
    @ValueSource(strings = {"group", "port"})
    void shouldDisconnectTheOneThatCannotBeWrittenToAndServeAllOthers(String way) throws Exception {
        assertThat(said(way)).endsWith("\nsome gone, the others there, then 40 again\n");
    }

    /** What {@link ShortMemoryProgram} says, the log included where there is one. */
    private String said(String way) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-XX:MaxDirectMemorySize=8m", "-cp", System.getProperty("java.class.path"),
                ShortMemoryProgram.class.getName(), directory.resolve("gate.sock").toString(), way)
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            boolean ended = program.waitFor(60, TimeUnit.SECONDS);
            String said = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(ended).as(said).isTrue();
            return said;
        } finally {
            program.destroyForcibly();
        }
    }
}
