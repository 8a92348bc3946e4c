// SPDX-License-Identifier: Apache-2.0
package platform;

import static java.lang.ProcessBuilder.Redirect.PIPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar as its user meets it: started, typed to, fed with bundles, and ended in every way there is. */
class PlatformIT {
    private static final Redirect NOTHING = Redirect.from(Path.of("/dev/null").toFile());
    private static final int SHIPPED = 18;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path home;

    @Test
    void shouldHaveEveryBundleActiveWhenItIsReady() throws Exception {
        try (RunningPlatform platform = new RunningPlatform(home, PIPE)) {
            List<String> bundles =
                    platform.answer("lb -s").lines().filter(line -> line.contains("|")).skip(1).toList();
            assertThat(bundles).hasSizeGreaterThan(SHIPPED).allMatch(line -> line.contains("|Active "));
            assertThat(platform.output()).doesNotContain("ERROR", "Exception", "WARNING");
        }
    }

    @Test
    void shouldEndWithStatusZeroOnExit() throws Exception {
        try (RunningPlatform platform = new RunningPlatform(home, PIPE)) {
            platform.type("exit");
            assertThat(platform.awaitStatus()).isZero();
            assertThat(leftIn(platform.temporary)).isEmpty();
        }
    }

    @Test
    void shouldReadTheProfileOfItsHomeWhereThereIsOne() throws Exception {
        Path etc = Files.createDirectory(home.resolve("etc"));
        Files.writeString(etc.resolve("gosh_profile"), "greet = { echo hello }\n");
        try (RunningPlatform platform = new RunningPlatform(home, PIPE)) {
            assertThat(platform.answer("greet")).contains("hello");
        }
    }

    @Test
    void shouldEndWithStatusZeroAtTheEndOfInput() throws Exception {
        try (RunningPlatform platform = new RunningPlatform(home, PIPE)) {
            platform.endInput();
            assertThat(platform.awaitStatus()).isZero();
            assertThat(leftIn(platform.temporary)).isEmpty();
        }
    }

    @Test
    void shouldStopInOrderOnSigterm() throws Exception {
        try (RunningPlatform platform = new RunningPlatform(home, PIPE)) {
            assertThat(leftIn(platform.temporary)).hasSize(1);
            platform.terminate();
            assertThat(platform.awaitStatus()).isEqualTo(TERMINATED);
            assertThat(leftIn(platform.temporary)).isEmpty();
        }
    }

    @Test
    void shouldRunOnWithoutInput() throws Exception {
        try (RunningPlatform platform = new RunningPlatform(home, NOTHING)) {
            assertThat(platform.endsWithin(Duration.ofSeconds(2))).isFalse();
            platform.terminate();
            assertThat(platform.awaitStatus()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void shouldRunBesideAnotherFromTheSameHome() throws Exception {
        try (RunningPlatform first = new RunningPlatform(home, PIPE);
                RunningPlatform second = new RunningPlatform(home, PIPE)) {
            second.endInput();
            assertThat(second.awaitStatus()).isZero();
            assertThat(first.answer("lb -s")).contains("ksock.impl").doesNotContain("Installed", "Resolved");
        }
    }

    @Test
    void shouldDeployUpdateAndRemoveWhatIsDroppedIntoItsFolder() throws Exception {
        try (RunningPlatform platform = new RunningPlatform(home, PIPE)) {
            drop("1.0.0");
            awaitDropped(platform, "|Active", "|    4|dropped (1.0.0)");
            drop("1.0.1");
            awaitDropped(platform, "|Active", "|    4|dropped (1.0.1)");
            Files.delete(home.resolve("deploy/dropped.jar"));
            awaitDropped(platform, "No matching bundles found");
        }
    }

    @Test
    void shouldSayWhichWatchedFolderCannotBeMade() throws Exception {
        Path inTheWay = Files.writeString(home.resolve("deploy"), "a file");
        Refused refused = Refused.platform(home);
        assertThat(refused.printed()).isEqualTo("platform: cannot start: the watched folder " + inTheWay
                + " cannot be made; start in a folder that has it or where it may be made, or name others by"
                + " -Dfelix.fileinstall.dir: java.nio.file.FileAlreadyExistsException: deploy\n");
        assertThat(refused.status()).isEqualTo(1);
    }

    @Test
    void shouldSayWhereThereIsNoRoomForItsStorage() throws Exception {
        Refused refused = Refused.platform(home, "-Djava.io.tmpdir=" + home.resolve("none"));
        assertThat(refused.printed())
                .contains("platform: cannot start: there is no room for the framework's storage in "
                        + home.resolve("none") + "; name another place by -Djava.io.tmpdir")
                .doesNotContain("\tat ");
        assertThat(refused.status()).isEqualTo(1);
    }

    @Test
    void shouldSayWhichBundleToLeaveStoppedItDoesNotHave() throws Exception {
        Refused refused = Refused.platform(home, "-Dplatform.left.stopped=agent.proc, agent.none");
        assertThat(refused.printed())
                .startsWith("platform: cannot start: platform.left.stopped names agent.none, and there is no such"
                        + " bundle in this jar, but [agent.cntest, agent.proc, ")
                .doesNotContain("\tat ");
        assertThat(refused.status()).isEqualTo(1);
    }

    @Test
    void shouldUpdateWhatItShipsFromItsJar() throws Exception {
        try (RunningPlatform platform = new RunningPlatform(home, PIPE)) {
            String id = platform.answer("lb -s connector.impl").lines().filter(line -> line.contains("|Active"))
                    .findFirst().orElseThrow().split("\\|", 2)[0].replaceAll("\\D", "");
            platform.answer("update " + id);
            assertThat(platform.answer("lb -s connector.impl")).contains("|Active");
            assertThat(platform.output()).doesNotContain("ERROR", "Exception");
        }
    }

    /** A bundle with nothing in it. It is moved into place whole, as the documentation asks for. */
    private void drop(String version) throws Exception {
        Path made = home.resolve("dropped.jar");
        try (Builder builder = new Builder()) {
            builder.setBundleSymbolicName("dropped");
            builder.setBundleVersion(version);
            builder.setProperty("-resourceonly", "true");
            builder.setProperty("Include-Resource", "version.txt;literal=" + version);
            try (Jar jar = builder.build()) {
                jar.write(made.toFile());
            }
        }
        // bnd has left it at 1970: then only the length, which two versions may share, would tell that it is another.
        Files.setLastModifiedTime(made, FileTime.from(Instant.now()));
        Files.move(made, home.resolve("deploy/dropped.jar"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void awaitDropped(RunningPlatform platform, String... expected) {
        await("dropped: " + List.of(expected))
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> {
                    String answer = platform.answer("lb -s dropped");
                    return Stream.of(expected).allMatch(answer::contains);
                });
    }

    private static List<Path> leftIn(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            return content.toList();
        }
    }
}
