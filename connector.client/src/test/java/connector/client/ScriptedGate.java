// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.FrameDecoder;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The other end of a real socket, which says what a test tells it to, so that also what no gate does can be seen: half
 * frames, garbage, silence. It takes one connection.
 */
final class ScriptedGate implements AutoCloseable {

    private final ServerSocketChannel listener;
    private final Path path;
    private final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
    private volatile SocketChannel client;
    private volatile boolean answering = true;
    private final Thread thread = new Thread(this::serve, "scripted-gate");

    ScriptedGate(Path directory) throws IOException {
        path = directory.resolve("gate.sock");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(path));
        thread.start();
    }

    Path path() {
        return path;
    }

    /** From now on nothing is answered by itself. */
    void answerNothing() {
        answering = false;
    }

    byte[] nextFrame() throws InterruptedException {
        byte[] frame = frames.poll(60, TimeUnit.SECONDS);
        if (frame == null) {
            throw new AssertionError("no frame came within 10 seconds");
        }
        return frame;
    }

    boolean hasFrame() {
        return !frames.isEmpty();
    }

    void write(byte[]... pieces) throws IOException {
        for (byte[] piece : pieces) {
            ByteBuffer bytes = ByteBuffer.wrap(piece);
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        }
    }

    void hangUp() throws IOException {
        client.close();
    }

    private void serve() {
        try {
            client = listener.accept();
            FrameDecoder decoder = new FrameDecoder(NlMsgHdr.MAX_LENGTH);
            ByteBuffer in = NlMsgHdr.buffer(1 << 16);
            while (client.read(in) >= 0) {
                in.flip();
                while (decoder.next(in) == FrameDecoder.Step.FRAME) {
                    byte[] frame = new byte[decoder.length()];
                    decoder.buffer().get(decoder.offset(), frame);
                    if (answering && (NlMsgHdr.seq(NlMsgHdr.buffer(frame), 0) != 0)) {
                        write(NlMsgErr.frame(NlMsgHdr.buffer(frame), 0, 1, 0, null, NlMsgErr.NO_OFFSET, null));
                    }
                    frames.add(frame);
                }
                in.clear();
            }
        } catch (IOException e) {
            // The test has closed one end or the other.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        if (client != null) {
            client.close();
        }
        try {
            thread.join(60_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
