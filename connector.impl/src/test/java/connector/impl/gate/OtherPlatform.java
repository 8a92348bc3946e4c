// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A platform in another process, which can be killed. */
final class OtherPlatform implements AutoCloseable {

    private final Process process;

    OtherPlatform(Path gate) throws IOException {
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-cp", System.getProperty("java.class.path"), OtherPlatform.class.getName(), gate.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (!"listening".equals(line)) {
            process.destroyForcibly();
            throw new IOException("the other platform said " + line);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Kills it in a way that leaves it no time for anything. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("process " + process.pid() + " outlives being killed");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What runs in the other process: a gate, until its standard input ends. */
    public static void main(String... arguments) throws IOException {
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(
                        GateSettings.at(Path.of(arguments[0])), platform.sockets, platform.netlink)) {
            System.out.println(gate.toDTO().listening ? "listening" : "failed");
            System.in.transferTo(System.out);
        }
    }
}
