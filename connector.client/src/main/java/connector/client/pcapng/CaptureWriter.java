// SPDX-License-Identifier: Apache-2.0
package connector.client.pcapng;

import connector.api.wire.NlMsgHdr;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Writes a capture. What was given to it is a complete file up to the last packet after each {@link #flush}, and also
 * without {@link #close}, which adds the statistics. Not safe for use by several threads at once.
 */
public final class CaptureWriter implements Closeable {

    private static final int CAPACITY = 256 * 1024;
    private static final long NANOS = 1_000_000_000;

    private final WritableByteChannel out;
    private final ByteBuffer buffer = ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder());
    private final long started;
    private int block;
    private long packets;
    private long lost;
    private long lostAhead;
    private long latest;
    private boolean closed;

    /**
     * Begins a file.
     *
     * @param out an empty one; closed with this
     * @param application what makes it, as {@code "cn"}
     * @param interfaceName what it is a capture of, as the path of a gate
     * @param start when it begins
     * @throws IOException if it cannot be written
     */
    public CaptureWriter(WritableByteChannel out, String application, String interfaceName, Instant start)
            throws IOException {
        this.out = out;
        started = nanos(start);
        latest = started;
        begin(Pcapng.SECTION_HEADER);
        // The length of the section is not known.
        buffer.putInt(Pcapng.BYTE_ORDER_MAGIC).putShort((short) Pcapng.MAJOR).putShort((short) 0).putLong(-1);
        option(Pcapng.SHB_OS, System.getProperty("os.name") + " " + System.getProperty("os.version"));
        option(Pcapng.SHB_USERAPPL, application);
        endOfOptions();
        end();
        begin(Pcapng.INTERFACE_DESCRIPTION);
        buffer.putShort((short) Pcapng.LINKTYPE_NETLINK).putShort((short) 0).putInt(0);
        option(Pcapng.IF_NAME, interfaceName);
        header(Pcapng.IF_TSRESOL, 1);
        buffer.put((byte) Pcapng.NANOSECONDS);
        pad();
        endOfOptions();
        end();
        flush();
    }

    /**
     * Says that messages were lost ahead of the next packet.
     *
     * @param count how many
     */
    public void lost(long count) {
        lost += count;
        lostAhead += count;
    }

    /**
     * Writes a packet.
     *
     * @param time when its frames came
     * @param toPlatform whether they are for the platform, rather than from it or from one process to others
     * @param frames one or more, in native order, from position to limit, each padded to 4; used up
     * @throws IOException if it cannot be written
     */
    public void packet(Instant time, boolean toPlatform, ByteBuffer frames) throws IOException {
        int length = Pcapng.COOKED_SIZE + frames.remaining();
        int needed = 2 * Pcapng.BLOCK_OVERHEAD + Pcapng.PACKET_BODY + Pcapng.align(length) + NlMsgHdr.SIZE;
        if (buffer.remaining() < needed) {
            flush();
        }
        latest = nanos(time);
        begin(Pcapng.ENHANCED_PACKET);
        buffer.putInt(0);
        time(latest);
        buffer.putInt(length).putInt(length);
        cooked(toPlatform ? Pcapng.PACKET_KERNEL : Pcapng.PACKET_USER);
        buffer.put(frames);
        pad();
        if (lostAhead > 0) {
            header(Pcapng.EPB_DROPCOUNT, Long.BYTES);
            buffer.putLong(lostAhead);
            endOfOptions();
            lostAhead = 0;
        }
        end();
        packets++;
    }

    /** {@return how many packets there are} */
    public long packets() {
        return packets;
    }

    /** {@return how many messages were lost} */
    public long lostInAll() {
        return lost;
    }

    /**
     * Hands what is gathered to the system.
     *
     * @throws IOException if it cannot be written
     */
    public void flush() throws IOException {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        } finally {
            buffer.compact();
        }
    }

    /** Ends the file with the statistics, and closes what it is written to. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            flush();
            begin(Pcapng.INTERFACE_STATISTICS);
            buffer.putInt(0);
            time(latest);
            header(Pcapng.ISB_STARTTIME, Long.BYTES);
            time(started);
            header(Pcapng.ISB_ENDTIME, Long.BYTES);
            time(latest);
            header(Pcapng.ISB_IFRECV, Long.BYTES);
            buffer.putLong(packets);
            header(Pcapng.ISB_IFDROP, Long.BYTES);
            buffer.putLong(lost);
            endOfOptions();
            end();
            flush();
        }
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * NANOS + time.getNano();
    }

    private void begin(int type) {
        block = buffer.position();
        buffer.putInt(type).putInt(0);
    }

    private void end() {
        int length = buffer.position() + Integer.BYTES - block;
        buffer.putInt(block + Integer.BYTES, length).putInt(length);
    }

    /** The high half comes first, whatever the byte order. */
    private void time(long nanos) {
        buffer.putInt((int) (nanos >>> Integer.SIZE)).putInt((int) nanos);
    }

    private void cooked(int packetType) {
        buffer.order(ByteOrder.BIG_ENDIAN)
                .putShort((short) packetType).putShort((short) Pcapng.ARPHRD_NETLINK).putShort((short) 0)
                .putLong(0).putShort((short) Pcapng.NETLINK_CONNECTOR)
                .order(ByteOrder.nativeOrder());
    }

    private void option(int code, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        header(code, utf8.length);
        buffer.put(utf8);
        pad();
    }

    private void header(int code, int length) {
        buffer.putShort((short) code).putShort((short) length);
    }

    private void endOfOptions() {
        header(Pcapng.OPT_ENDOFOPT, 0);
    }

    private void pad() {
        while ((buffer.position() - block) % Integer.BYTES != 0) {
            buffer.put((byte) 0);
        }
    }
}
