// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The peers in C, compiled by the machine's own compiler when they are to run. */
final class Peers {

    private static final String NONE = "no C compiler";

    private final Path binaries;
    private final String compiler;

    private Peers(Path binaries, String compiler) {
        this.binaries = binaries;
        this.compiler = compiler;
    }

    /**
     * Compiles them all.
     *
     * @param home the module's folder
     * @return the peers; {@link #available()} says whether there is a compiler
     * @throws IOException if a source does not compile
     * @throws InterruptedException if interrupted
     */
    public static Peers compile(Path home) throws IOException, InterruptedException {
        String command = System.getenv().getOrDefault("CC", "cc");
        Path binaries = home.resolve("target/peers").toAbsolutePath();
        String version;
        try {
            version = output(List.of(command, "--version")).lines().findFirst().orElse(command);
        } catch (IOException e) {
            return new Peers(binaries, NONE);
        }
        Files.createDirectories(binaries);
        try (DirectoryStream<Path> sources = Files.newDirectoryStream(home.resolve("src/main/c"), "*.c")) {
            for (Path source : sources) {
                String name = source.getFileName().toString();
                output(List.of(command, "-O2", "-pthread", "-Wall", "-Wextra", "-o",
                        binaries.resolve(name.substring(0, name.length() - 2)).toString(), source.toString()));
            }
        }
        return new Peers(binaries, version);
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with status " + status + ":\n" + output);
        }
        return output;
    }

    /**
     * Whether they can be run.
     *
     * @return false if there is no compiler
     */
    public boolean available() {
        return !compiler.equals(NONE);
    }

    /** The compiler's name and version. */
    String compiler() {
        return compiler;
    }

    /** The program of a source file's name. */
    String program(String name) {
        return binaries.resolve(name).toString();
    }
}
