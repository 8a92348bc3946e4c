// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.NlMsgOverrun;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnOverrunException;
import connector.client.CnReceived;
import connector.client.CnSocket;
import connector.client.CnTapped;
import connector.client.FrameObserver;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.pcapng.CaptureWriter;
import connector.client.print.Json;
import connector.client.print.Output;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code cn capture}: what comes, to a file, byte by byte as it came. */
final class Capture implements Command {

    /** How long a packet may be in memory alone. */
    private static final Duration FLUSH = Duration.ofMillis(200);

    private String file;
    private Hearing hearing;

    @Override
    public void check(Options options) throws UsageException {
        List<String> words = options.arguments();
        if (words.isEmpty()) {
            throw new UsageException("capture needs a file, as cn.pcapng, or - for standard output");
        }
        file = words.getFirst();
        if (isStandardOutput() && options.has(Option.JSON)) {
            throw new UsageException("capture - has standard output for the capture, and none for --json");
        }
        hearing = new Hearing(words.subList(1, words.size()), options);
        Receiving.check(options);
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws IOException, UsageException {
        String gate = options.socket() == null ? "connector" : options.socket().toString();
        try (CaptureWriter writer = new CaptureWriter(open(), "cn", gate, Instant.now())) {
            Frames frames = new Frames(writer);
            socket.observe(frames);
            hearing.begin(socket, output, "capturing to " + file + ":");
            try {
                return new Receiving(socket, options, output).run(received -> {
                    frames.check();
                    return counts(socket, received);
                }, (CnOverrunException overrun) -> { }, FLUSH.toNanos(), frames::flush);
            } finally {
                socket.observe(null);
                frames.check();
                if (output.isJson()) {
                    output.line(new Json().put("file", file).put("packets", writer.packets())
                            .put("lost", writer.lostInAll()).toString());
                } else {
                    output.remark(Output.counted(writer.packets(), "packet") + " captured, "
                            + Output.counted(writer.lostInAll(), "message") + " lost");
                }
            }
        } catch (CnException | FileException e) {
            throw e;
        } catch (IOException e) {
            throw FileException.writing(file, e);
        }
    }

    private boolean counts(CnSocket socket, CnReceived received) throws CnException {
        return switch (received) {
            case CnTapped tapped -> hearing.wants(tapped);
            case CnMessage message -> hearing.everybody().see(socket, message) == null && !hearing.isEverything()
                    && hearing.wants(message);
        };
    }

    private boolean isStandardOutput() {
        return file.equals("-");
    }

    private WritableByteChannel open() throws IOException {
        return isStandardOutput() ? new FileOutputStream(FileDescriptor.out).getChannel()
                : FileChannel.open(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Puts the frames of a message into one packet: the one that tells of it, and its own. */
    private final class Frames implements FrameObserver {

        private final CaptureWriter writer;
        private final ByteBuffer packet = NlMsgHdr.buffer(NlMsgHdr.MAX_SKIPPED_LENGTH + GateControl.MAX_LENGTH);
        // Guarded by this: frames come from whichever thread reads, flushes from this command's own.
        private boolean afterTap;
        private IOException failure;

        Frames(CaptureWriter writer) {
            this.writer = writer;
        }

        @Override
        public synchronized void frame(ByteBuffer frame) {
            int at = frame.position();
            if (afterTap) {
                afterTap = false;
                CnTapped tapped = CnTapped.of(packet, frame);
                if (hearing.wants(tapped)) {
                    write(tapped.time(), tapped.isToConnector(), frame);
                } else {
                    packet.clear();
                }
                return;
            }
            switch (NlMsgHdr.type(frame, at)) {
                case GateControl.FROM -> put(packet.clear(), frame);
                case GateControl.TAP -> {
                    put(packet.clear(), frame);
                    afterTap = true;
                }
                case NlMsgHdr.NLMSG_OVERRUN -> {
                    writer.lost(NlMsgOverrun.lost(frame, at));
                    write(Instant.now(), false, frame);
                }
                default -> {
                    if (hearing.everybody().wants(CnMsgHdr.idx(frame, at + NlMsgHdr.SIZE),
                            CnMsgHdr.val(frame, at + NlMsgHdr.SIZE))) {
                        write(Instant.now(), false, frame);
                    } else {
                        packet.clear();
                    }
                }
            }
        }

        private static void put(ByteBuffer packet, ByteBuffer frame) {
            packet.put(frame.duplicate());
            NlMsgHdr.pad(packet);
        }

        private void write(Instant time, boolean toPlatform, ByteBuffer frame) {
            put(packet, frame);
            packet.flip();
            try {
                if (failure == null) {
                    writer.packet(time, toPlatform, packet);
                }
            } catch (IOException e) {
                failure = e;
            } finally {
                packet.clear();
            }
        }

        synchronized void check() throws FileException {
            if (failure != null) {
                throw FileException.writing(file, failure);
            }
        }

        synchronized void flush() throws FileException {
            check();
            try {
                writer.flush();
            } catch (IOException e) {
                throw FileException.writing(file, e);
            }
        }
    }
}
