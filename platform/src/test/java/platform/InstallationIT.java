// SPDX-License-Identifier: Apache-2.0
package platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive as who installs it meets it: unpacked far from any checkout, and started as a service is. */
class InstallationIT {
    private static final Path ARCHIVE =
            Path.of(System.getProperty("checkout"), "platform", "target", "platform.tar.gz");
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path folder;

    private Process service;

    @BeforeEach
    void unpackAndStart() throws Exception {
        assertThat(wait(program("unpacked", "tar", "xzf", ARCHIVE.toString()))).isZero();
        service = program("service", "platform/run");
        await("ready").atMost(RunningPlatform.PATIENCE).until(() -> printed("service").contains("platform: ready"));
    }

    @AfterEach
    void end() {
        service.destroyForcibly();
    }

    @Test
    void shouldAnswerCnWithoutACheckoutAndLeaveTheTestUserStopped() throws Exception {
        assertThat(wait(program("list", "platform/cn", "list"))).as(printed("list")).isZero();
        assertThat(printed("list")).contains("Bundle").doesNotContain("cn_test");
        service.destroy();
        assertThat(wait(service)).isEqualTo(TERMINATED);
        assertThat(printed("service")).doesNotContain("ERROR", "Exception", "WARNING");
    }

    private Process program(String name, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name).toFile());
        // As platform.service has it: no home, and a gate of its own.
        builder.environment().remove("HOME");
        builder.environment().put("XDG_RUNTIME_DIR", Files.createDirectories(folder.resolve("runtime")).toString());
        return builder.start();
    }

    private String printed(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private static int wait(Process process) throws InterruptedException {
        assertThat(process.waitFor(RunningPlatform.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
