// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import org.slf4j.LoggerFactory;

/** A program of the tests, in a virtual machine of its own: for what would disturb other tests. */
public final class ChildProgram {

    private ChildProgram() {
    }

    /** Runs a program's main method; what it printed. It must end well, within four minutes. */
    public static String run(Class<?> program, String... options) throws IOException, InterruptedException {
        return String.join("", lines(program, options));
    }

    /** As {@link #run}, line by line. */
    public static List<String> lines(Class<?> program, String... options) throws IOException, InterruptedException {
        return lines(program, Map.of(), options);
    }

    /** As {@link #run}, line by line, with further environment variables. */
    public static List<String> lines(Class<?> program, Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("ksock", ".out");
        ProcessBuilder builder = new ProcessBuilder(command(program, options));
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            boolean ended = process.waitFor(240, TimeUnit.SECONDS);
            List<String> printed = Files.readString(output, StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("SLF4J")).map(String::trim).toList();
            assertThat(ended).as("%s ended: %s", program.getSimpleName(), printed).isTrue();
            assertThat(process.exitValue()).as(String.join("\n", printed)).isZero();
            return printed;
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    /** What runs a program's main method, for who talks to it. */
    public static List<String> command(Class<?> program, String... options) {
        String classPath = Stream.of(program, EventLoop.class, KernelSocket.class, LoggerFactory.class)
                .map(one -> one.getProtectionDomain().getCodeSource().getLocation().toString())
                .map(location -> Path.of(URI.create(location)).toString())
                .distinct().collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(options));
        command.addFirst(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, program.getName()));
        return command;
    }
}
