// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar as a process among others. */
class PlatformProcessIT {
    private static final int STATUS_AFTER_SIGTERM = 128 + 15;

    @TempDir
    private Path temporary;

    private Path gate;

    @BeforeEach
    void nameGate() {
        gate = temporary.resolve("gate.sock");
    }

    @Test
    void shouldServeProcessesUntilSigtermAndLeaveNothingBehind() throws Exception {
        try (PlatformProcess platform = start("home")) {
            awaitAnswer();
            assertThat(platform.leftBehind()).as("storage while it runs").hasSize(1);

            assertThat(platform.terminate()).as("status").isEqualTo(STATUS_AFTER_SIGTERM);
            assertThat(gate).doesNotExist();
            assertThat(platform.leftBehind()).as("storage").isEmpty();
            assertThat(platform.output()).noneMatch(line -> line.contains("ERROR") || line.contains("Exception"));
        }
    }

    @Test
    void shouldNotWarnOfAnythingWhenStartedByJavaAlone() throws Exception {
        try (PlatformProcess platform = start("home")) {
            awaitAnswer();

            assertThat(platform.output()).noneMatch(
                    line -> line.contains("native access") || line.contains("restricted method"));
        }
    }

    @Test
    void shouldLeaveALivePlatformsGateAloneAndSayWhoseItIs() throws Exception {
        try (PlatformProcess first = start("first")) {
            awaitAnswer();
            try (PlatformProcess second = start("second")) {
                String complaint = second.awaitLine("in use by another platform");

                assertThat(complaint).contains(gate.toString(), "process " + first.pid());
                second.awaitLine("platform: ready");
                assertThat(second.isAlive()).isTrue();
                awaitAnswer();

                assertThat(second.terminate()).isEqualTo(STATUS_AFTER_SIGTERM);
            }
            awaitAnswer();
            assertThat(first.terminate()).isEqualTo(STATUS_AFTER_SIGTERM);
            assertThat(gate).doesNotExist();
        }
    }

    @Test
    void shouldTakeOverTheGateThatAKilledPlatformLeft() throws Exception {
        try (PlatformProcess killed = start("killed")) {
            awaitAnswer();
            killed.kill();
        }
        assertThat(gate).exists();

        try (PlatformProcess next = start("next")) {
            awaitAnswer();
            assertThat(next.terminate()).isEqualTo(STATUS_AFTER_SIGTERM);
        }
        assertThat(gate).doesNotExist();
    }

    private PlatformProcess start(String home) throws Exception {
        return new PlatformProcess(Files.createDirectory(temporary.resolve(home)), gate);
    }

    /** {@code cn list} says 3 as long as there is no platform. */
    private void awaitAnswer() {
        await("an answer of cn list").atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100)).untilAsserted(
                () -> {
                    try (Cn cn = Cn.at(gate, "list")) {
                        assertThat(cn.end()).as("status; %s", cn.complaints()).isZero();
                        assertThat(cn.objects()).anySatisfy(user -> assertThat(user).containsEntry("name", "cn_test"));
                    }
                });
    }
}
