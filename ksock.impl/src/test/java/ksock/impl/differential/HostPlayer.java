// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import ksock.impl.libc.CCompiler;

/** Plays sequences on libc, in a process of its own. */
final class HostPlayer implements AutoCloseable {

    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    /**
     * Starts the program.
     *
     * @param program what {@link #build} made
     * @param directory where its UNIX sockets go
     */
    HostPlayer(Path program, Path directory) throws IOException {
        process = new ProcessBuilder(program.toString(), directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        in = process.outputWriter(US_ASCII);
        out = process.inputReader(US_ASCII);
    }

    /**
     * Builds the program with the machine's C compiler.
     *
     * @param directory where to
     * @return the program; null if there is no compiler
     */
    static Path build(Path directory) throws IOException, InterruptedException {
        return CCompiler.build("player.c", directory.resolve("player"));
    }

    /** For each line two: the answer to it, and what the sockets are then ready for. */
    List<String> observe(List<String> lines) throws IOException {
        List<String> watched = new ArrayList<>();
        watched.add("watch");
        watched.addAll(lines);
        return play(watched);
    }

    /** The answer to each line. */
    List<String> play(List<String> lines) throws IOException {
        for (String line : lines) {
            in.write(line);
            in.write('\n');
        }
        in.write("end\n");
        in.flush();
        List<String> answers = new ArrayList<>();
        for (String answer = out.readLine(); !"end".equals(answer); answer = out.readLine()) {
            if (answer == null) {
                throw new IOException("the player has ended after " + answers + " of " + lines);
            }
            answers.add(answer.strip());
        }
        return answers;
    }

    @Override
    public void close() throws IOException {
        in.close();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
