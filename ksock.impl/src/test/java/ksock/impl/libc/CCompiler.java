// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The machine's C compiler, where there is one. */
public final class CCompiler {

    private static final Path SOURCES = Path.of("src/test/c");

    private CCompiler() {
    }

    /**
     * Builds a source of this module's.
     *
     * @param source its name
     * @param target what to make
     * @param options of the compiler
     * @return the target; null if there is no compiler
     */
    public static Path build(String source, Path target, String... options) throws IOException, InterruptedException {
        return build(SOURCES.resolve(source), target, options);
    }

    /**
     * Builds a source from anywhere.
     *
     * @param source its path
     * @param target what to make
     * @param options of the compiler
     * @return the target; null if there is no compiler
     */
    static Path build(Path source, Path target, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("cc", "-O1"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", target.toString(), source.toString()));
        Process compiler;
        try {
            compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return null;
        }
        String said = new String(compiler.getInputStream().readAllBytes(), US_ASCII);
        if (compiler.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + said);
        }
        return target;
    }
}
