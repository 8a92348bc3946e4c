// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.awaitility.Awaitility.await;

import aQute.lib.json.JSONCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The command {@code cn}, in a process of its own, with output for programs. */
final class Cn implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Process process;
    private final List<Map<String, Object>> objects = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private Cn(Path gate, List<String> arguments) throws IOException {
        // A background job of a shell ignores SIGINT, and so would what it starts: cn is told to hear Ctrl-C.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-jar", System.getProperty("connector.client"), "--json", "--socket", gate.toString()));
        command.addAll(arguments);
        process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        readers = List.of(
                reading(process.inputReader(StandardCharsets.UTF_8), line -> objects.add(parsed(line))),
                reading(process.errorReader(StandardCharsets.UTF_8), complaints::add));
    }

    /** Starts the command at the test platform's gate. */
    static Cn start(String... arguments) throws IOException {
        return at(Platform.GATE, arguments);
    }

    /** Starts the command at a gate. */
    static Cn at(Path gate, String... arguments) throws IOException {
        return new Cn(gate, List.of(arguments));
    }

    /** Runs the command at the test platform's gate to its end, which has to be a good one; gives what it printed. */
    static List<Map<String, Object>> run(String... arguments) throws IOException, InterruptedException {
        try (Cn cn = start(arguments)) {
            int status = cn.end();
            if (status != 0) {
                throw new AssertionError("cn " + List.of(arguments) + " ended with " + status + ": " + cn.complaints());
            }
            return cn.objects();
        }
    }

    long pid() {
        return process.pid();
    }

    /** What it has printed so far, an object a line. */
    List<Map<String, Object>> objects() {
        return List.copyOf(objects);
    }

    /** What it has printed to standard error so far. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Waits until it has printed an object with these members. */
    Map<String, Object> awaitObject(Map<String, ?> members) {
        await("a line with " + members).atMost(LONGEST).until(
                () -> find(members) != null || !process.isAlive());
        Map<String, Object> found = find(members);
        if (found == null) {
            throw new AssertionError("cn ended without a line with " + members + ": " + objects + complaints);
        }
        return found;
    }

    /** Waits for its end. */
    int end() throws InterruptedException {
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("cn runs on after " + LONGEST + ": " + objects + complaints);
        }
        for (Thread reader : readers) {
            reader.join(LONGEST);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    private Map<String, Object> find(Map<String, ?> members) {
        return objects.stream()
                .filter(object -> members.entrySet().stream().allMatch(member ->
                        String.valueOf(member.getValue()).equals(String.valueOf(object.get(member.getKey())))))
                .findFirst()
                .orElse(null);
    }

    private static Thread reading(BufferedReader from, Consumer<String> to) {
        return Thread.ofVirtual().start(() -> from.lines().forEach(to));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> parsed(String line) {
        try {
            return (Map<String, Object>) new JSONCodec().dec().from(line).get();
        } catch (Exception e) {
            return Map.of("no JSON", line);
        }
    }
}
