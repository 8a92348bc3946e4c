// SPDX-License-Identifier: Apache-2.0
package platform;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/** The executable jar in a process of its own, as a user starts it. */
final class RunningPlatform implements AutoCloseable {
    static final Path JAR = Path.of(System.getProperty("checkout"), "platform", "target", "platform.jar");
    static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Where this platform keeps what is temporary: nobody else writes there. */
    final Path temporary;

    private final Process process;
    private final Path printed;
    private int commands;

    /** Starts it and returns once it says that it is ready. */
    RunningPlatform(Path home, ProcessBuilder.Redirect input) throws IOException {
        temporary = Files.createTempDirectory(home, "tmp");
        printed = Files.createTempFile(home, "printed", ".txt");
        ProcessBuilder builder = new ProcessBuilder(
                        JAVA.toString(), "--sun-misc-unsafe-memory-access=allow",
                        "-Djava.io.tmpdir=" + temporary, "-jar", JAR.toString())
                .directory(home.toFile())
                .redirectInput(input)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        // Its gate is where it is by default, but not where that of a platform is which this machine's user runs.
        builder.environment().put("XDG_RUNTIME_DIR", Files.createDirectories(home.resolve("run")).toString());
        process = builder.start();
        try {
            await("ready").atMost(PATIENCE).until(() -> output().contains("platform: ready"));
        } catch (ConditionTimeoutException e) {
            close();
            throw new AssertionError("not ready: " + output(), e);
        }
    }

    /** Types a command into the shell and returns all that it printed. */
    String answer(String command) throws IOException {
        int before = output().length();
        String done = "answered-" + ++commands;
        type(command);
        type("echo " + done);
        await(command).atMost(PATIENCE).until(() -> output().indexOf(done, before) >= 0);
        return output().substring(before);
    }

    void type(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    int awaitStatus() throws IOException, InterruptedException {
        if (!endsWithin(PATIENCE)) {
            throw new AssertionError("still running: " + output());
        }
        return process.exitValue();
    }

    String output() throws IOException {
        return Files.readString(printed);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
