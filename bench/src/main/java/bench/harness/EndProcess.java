// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import bench.end.Slice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An end that runs, pinned to its cores. Not thread-safe. */
final class EndProcess implements AutoCloseable {

    /** Ten thousand connections take a while on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String GONE = "";

    private final List<String> command;
    private final Process process;
    private final Writer input;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final String address;
    /** Its own and those that it has begun. */
    private final List<Long> pids = new ArrayList<>();

    EndProcess(List<String> command, String cores) throws IOException, InterruptedException {
        this.command = command;
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cores));
        pinned.addAll(command);
        process = new ProcessBuilder(pinned).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        input = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(this::readAnswers);
        try {
            address = answer("ready", PATIENCE);
            pids.add(process.pid());
            process.descendants().forEach(begun -> pids.add(begun.pid()));
        } catch (IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    private void readAnswers() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().filter(line -> !line.isEmpty()).forEach(answers::add);
        } catch (IOException | UncheckedIOException e) {
            // As good as its end, which is what the empty answer says.
        }
        answers.add(GONE);
    }

    private String answer(String keyword, Duration patience) throws IOException, InterruptedException {
        String line = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null) {
            throw new IOException("no '" + keyword + "' within " + patience.toSeconds() + " s from " + command);
        }
        if (line.equals(GONE)) {
            throw new IOException("ended with status " + process.waitFor() + " instead of '" + keyword + "': "
                    + command);
        }
        if (!line.startsWith(keyword + " ")) {
            throw new IOException("'" + line + "' instead of '" + keyword + "' from " + command);
        }
        return line.substring(keyword.length() + 1);
    }

    /** Where it can be reached. */
    String address() {
        return address;
    }

    /** Has it work for about so long. */
    Slice run(Duration length) throws IOException, InterruptedException {
        input.write("run " + length.toMillis() + "\n");
        input.flush();
        String[] done = answer("done", length.plus(PATIENCE)).split(" ", -1);
        return new Slice(Long.parseLong(done[0]), Long.parseLong(done[1]), Long.parseLong(done[2]),
                done.length == 3 ? 0 : Long.parseLong(done[3]));
    }

    /** The processor time that all threads have used, in nanoseconds, by the scheduler's account. */
    long processorNanos() throws IOException {
        long nanos = 0;
        try {
            for (long pid : pids) {
                nanos += processorNanos(pid);
            }
        } catch (NoSuchFileException e) {
            // A thread that ended meanwhile, or a kernel without the account: the ratio then says so by being NaN.
            return -1;
        }
        return nanos;
    }

    private static long processorNanos(long pid) throws IOException {
        long nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                String account = Files.readString(thread.resolve("schedstat"));
                nanos += Long.parseLong(account.substring(0, account.indexOf(' ')));
            }
        }
        return nanos;
    }

    @Override
    public void close() {
        try {
            input.close();
            if (process.waitFor(5, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // It has closed its input: it is ending.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
