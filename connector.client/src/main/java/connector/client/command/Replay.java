// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.NetlinkErrno;
import connector.client.CnAnswer;
import connector.client.CnException;
import connector.client.CnSocket;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.pcapng.CaptureReader;
import connector.client.pcapng.CapturedMessage;
import connector.client.pcapng.CapturedMessages;
import connector.client.print.Json;
import connector.client.print.Output;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** {@code cn replay}: the messages of a capture, sent again. */
final class Replay implements Command {

    /** A longer pause is more likely a lie of the file than what somebody wants to wait for. */
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private static final double NANOS = 1e9;

    private Path file;
    private double speed;
    private Integer group;

    private long sent;
    private final Map<String, Long> refused = new TreeMap<>();

    @Override
    public void check(Options options) throws UsageException {
        if (options.arguments().size() != 1) {
            throw new UsageException("replay needs one file, as cn.pcapng");
        }
        file = Path.of(options.arguments().getFirst());
        speed = options.speed();
        group = options.has(Option.GROUP) ? options.u32(Option.GROUP, 0) : null;
    }

    /** Does something with each message of the file. */
    @FunctionalInterface
    private interface Step {
        void message(CapturedMessage message) throws IOException;
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws IOException {
        try {
            Timing timing = new Timing();
            CapturedMessages checked = forEach(message -> timing.due(message));
            output.remark("replaying " + Output.counted(checked.messages(), "message") + (checked.leftOut() == 0 ? ""
                    : ", leaving out " + Output.counted(checked.leftOut(), "frame")
                            + ": answers, replies to one port, and what only the platform says"));
            Timing again = new Timing();
            long started = System.nanoTime();
            forEach(message -> {
                Pause.until(started + again.due(message), socket);
                send(socket, message);
            });
            report(output, checked);
        } catch (CnException e) {
            throw e;
        } catch (IOException e) {
            throw FileException.reading(file.toString(), e);
        }
        return refused.isEmpty() ? DONE : FAILED;
    }

    private CapturedMessages forEach(Step step) throws IOException {
        try (CapturedMessages messages = new CapturedMessages(
                new CaptureReader(new BufferedInputStream(Files.newInputStream(file))))) {
            CapturedMessage message = messages.next();
            while (message != null) {
                step.message(message);
                message = messages.next();
            }
            return messages;
        }
    }

    private void send(CnSocket socket, CapturedMessage message) throws CnException {
        CnAnswer answer = socket.sendAcked(message.message(), 0, group == null ? message.message().group() : group);
        if (answer.isOk()) {
            sent++;
        } else {
            refused.merge(message.message().id() + ": " + answer, 1L, Long::sum);
        }
    }

    private void report(Output output, CapturedMessages file) {
        long refusals = refused.values().stream().mapToLong(Long::longValue).sum();
        if (output.isJson()) {
            Json reasons = new Json();
            refused.forEach(reasons::put);
            output.line(new Json().put("sent", sent).put("refused", refusals).put("left_out", file.leftOut())
                    .put("reasons", reasons).toString());
            return;
        }
        output.line("sent " + Output.counted(sent, "message") + (refusals == 0 ? "" : ", " + refusals + " more "
                + (refusals == 1 ? "was" : "were") + " refused"));
        refused.forEach((reason, count) -> output.line("  " + count + " of " + reason));
    }

    /** When which message is due. */
    private final class Timing {
        private Instant before;
        private long due;

        /** Nanoseconds after the first; a clock that was set back between two is no time. */
        long due(CapturedMessage message) throws CnException {
            Instant time = message.time();
            Duration gap = before == null || time.isBefore(before) ? Duration.ZERO : Duration.between(before, time);
            before = time;
            double pause = (gap.toSeconds() * NANOS + gap.toNanosPart()) / speed;
            if (pause > LONGEST_PAUSE.toNanos()) {
                throw new CnException("replay", NetlinkErrno.EINVAL, file + ": the packet at byte " + message.at()
                        + " comes " + Math.round(pause / NANOS)
                        + " s after the one before it: say --speed with a greater factor, or max");
            }
            due += (long) pause;
            return due;
        }
    }
}
