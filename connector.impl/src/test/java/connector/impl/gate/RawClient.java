// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.wire.FrameDecoder;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A connection that can say anything. */
final class RawClient implements AutoCloseable {

    private final SocketChannel channel;
    private final FrameDecoder decoder = new FrameDecoder(NlMsgHdr.MAX_SKIPPED_LENGTH);
    private final ByteBuffer in = NlMsgHdr.buffer(1 << 16).limit(0);

    RawClient(Path gate) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(gate));
    }

    RawClient write(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        return this;
    }

    /** {@return a frame of a header alone, whatever it claims} */
    static byte[] header(int length, int type, int flags, int seq) {
        byte[] header = new byte[NlMsgHdr.SIZE];
        NlMsgHdr.put(NlMsgHdr.buffer(header), length, type, flags, seq, 0x66666666);
        return header;
    }

    /** {@return the next frame, or null at end of file} */
    byte[] read() throws IOException {
        while (true) {
            if (decoder.next(in) == FrameDecoder.Step.FRAME) {
                byte[] frame = new byte[decoder.length()];
                decoder.buffer().get(decoder.offset(), frame);
                return frame;
            }
            in.clear();
            int count = channel.read(in);
            in.flip();
            if (count < 0) {
                return null;
            }
        }
    }

    /** {@return the errno of the next frame, which has to be an answer with that number} */
    int readErrno(int seq) throws IOException {
        byte[] frame = read();
        if (frame == null) {
            throw new AssertionError("end of file instead of the answer to " + seq);
        }
        ByteBuffer answer = NlMsgHdr.buffer(frame);
        if (NlMsgHdr.type(answer, 0) != NlMsgHdr.NLMSG_ERROR || NlMsgHdr.seq(answer, 0) != seq) {
            throw new AssertionError("type " + NlMsgHdr.type(answer, 0) + " with number " + NlMsgHdr.seq(answer, 0)
                    + " instead of the answer to " + seq);
        }
        return NlMsgErr.errno(answer, 0);
    }

    void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
