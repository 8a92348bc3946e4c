// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The executable jar, as somebody starts it: {@code java -jar platform.jar}, without input. */
final class PlatformProcess implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Path home;
    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final Thread reader;

    /**
     * Starts it.
     *
     * @param home is made a home; also what it makes for the time it runs goes there
     * @param gate where its gate shall be
     */
    PlatformProcess(Path home, Path gate) throws IOException {
        this.home = home;
        Path configuration = Files.createDirectories(home.resolve("etc"));
        Files.writeString(configuration.resolve("connector.gate-test.cfg"), "path=" + gate + "\n");
        Files.copy(Path.of(System.getProperty("org.ops4j.pax.logging.StaticLogbackFile")),
                configuration.resolve("logback.xml"));
        Files.createDirectories(temporary());
        process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary(), "-jar", System.getProperty("platform.jar"))
                .directory(home.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .start();
        reader = Thread.ofVirtual().start(
                () -> process.inputReader(StandardCharsets.UTF_8).lines().forEach(output::add));
    }

    long pid() {
        return process.pid();
    }

    /** What it has printed so far. */
    List<String> output() {
        return List.copyOf(output);
    }

    /** Waits until it has printed a line with this. */
    String awaitLine(String part) {
        await(part).atMost(LONGEST).until(() -> find(part) != null || !process.isAlive());
        String line = find(part);
        if (line == null) {
            throw new AssertionError("the platform ended without saying '" + part + "': " + output);
        }
        return line;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM; gives the exit status. By the handle: {@code Process.destroy} would close the output before its end. */
    int terminate() throws InterruptedException {
        process.toHandle().destroy();
        return end();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        end();
    }

    /** What is left of what it made for the time it runs. */
    List<Path> leftBehind() throws IOException {
        try (Stream<Path> files = Files.list(temporary())) {
            return files.filter(file -> file.getFileName().toString().startsWith("platform.")).toList();
        }
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    private Path temporary() {
        return home.resolve("tmp");
    }

    private int end() throws InterruptedException {
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the platform runs on: " + output);
        }
        reader.join(LONGEST);
        return process.exitValue();
    }

    private String find(String part) {
        return output.stream().filter(line -> line.contains(part)).findFirst().orElse(null);
    }
}
