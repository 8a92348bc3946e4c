// SPDX-License-Identifier: Apache-2.0
package connector.client.pcapng;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a capture, block by block, whoever wrote it. Packets of other link types than netlink are skipped and counted.
 * Not safe for use by several threads at once.
 */
public final class CaptureReader implements Closeable {

    /** The longest block that is kept in memory: more than any packet of ours, and what others allow for one. */
    private static final int MAX_BLOCK = 1 << 20;
    private static final int PCAP_MICROSECONDS = 0xA1B2C3D4;
    private static final int PCAP_NANOSECONDS = 0xA1B23C4D;
    private static final int GZIP = 0x1F8B;

    private final InputStream in;
    private final List<Interface> interfaces = new ArrayList<>();
    private ByteOrder order = ByteOrder.nativeOrder();
    private long at;
    private long block;
    private long skipped;
    private boolean begun;

    /**
     * Reads from a stream.
     *
     * @param in buffered; closed with this
     */
    public CaptureReader(InputStream in) {
        this.in = in;
    }

    /**
     * Reads the next netlink packet.
     *
     * @return the packet, whose frames are the caller's; null at the end of the file
     * @throws CaptureException this is no pcapng file, or it contradicts itself
     * @throws IOException it cannot be read
     */
    public CapturedPacket next() throws IOException {
        while (true) {
            block = at;
            byte[] head = in.readNBytes(Pcapng.BODY);
            at += head.length;
            if (head.length == 0 && begun) {
                return null;
            }
            ByteBuffer header = ByteBuffer.wrap(head).order(order);
            if (!begun) {
                checkMagic(head);
            }
            if (head.length < Pcapng.BODY) {
                throw truncated();
            }
            int type = header.getInt(0);
            if (type == Pcapng.SECTION_HEADER) {
                section(header);
                begun = true;
                continue;
            }
            CapturedPacket packet = block(type, length(header.getInt(Integer.BYTES)));
            if (packet != null) {
                return packet;
            }
        }
    }

    /** {@return how many packets there were so far that are not netlink's} */
    public long skipped() {
        return skipped;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Gives null for all but packets of netlink. */
    private CapturedPacket block(int type, long length) throws IOException {
        long bodyLength = length - Pcapng.BLOCK_OVERHEAD;
        boolean known = type == Pcapng.INTERFACE_DESCRIPTION || type == Pcapng.ENHANCED_PACKET;
        if (!known) {
            skip(bodyLength);
            checkTrailer(length);
            return null;
        }
        if (bodyLength > MAX_BLOCK) {
            throw wrong("a block of " + length + " bytes, more than a packet can have");
        }
        ByteBuffer body = read((int) bodyLength);
        checkTrailer(length);
        if (type == Pcapng.INTERFACE_DESCRIPTION) {
            interfaces.add(description(body));
            return null;
        }
        return packet(body);
    }

    private void checkMagic(byte[] head) throws CaptureException {
        int first = head.length < Integer.BYTES ? 0 : ByteBuffer.wrap(head).getInt();
        if (first == Pcapng.SECTION_HEADER) {
            return;
        }
        int other = Integer.reverseBytes(first);
        if (first == PCAP_MICROSECONDS || first == PCAP_NANOSECONDS
                || other == PCAP_MICROSECONDS || other == PCAP_NANOSECONDS) {
            throw wrong("this is a pcap file: make it a pcapng one with 'editcap -F pcapng FROM TO'");
        }
        if (first >>> Short.SIZE == GZIP) {
            throw wrong("this is compressed: uncompress it with gunzip");
        }
        throw wrong(head.length == 0 ? "the file is empty" : "this is no pcapng file: it begins with "
                + String.format("%08x", first) + " instead of 0a0d0d0a");
    }

    private void section(ByteBuffer header) throws IOException {
        ByteBuffer magic = read(Integer.BYTES);
        order = ByteOrder.LITTLE_ENDIAN;
        if (magic.order(order).getInt(0) != Pcapng.BYTE_ORDER_MAGIC) {
            order = ByteOrder.BIG_ENDIAN;
            if (magic.order(order).getInt(0) != Pcapng.BYTE_ORDER_MAGIC) {
                throw wrong("the section's byte-order magic is neither 1a2b3c4d nor 4d3c2b1a");
            }
        }
        long length = length(header.order(order).getInt(Integer.BYTES));
        if (length < Pcapng.BLOCK_OVERHEAD + Pcapng.SECTION_BODY) {
            throw wrong("a section header of " + length + " bytes, less than one has");
        }
        int major = Short.toUnsignedInt(read(Integer.BYTES).order(order).getShort(0));
        if (major != Pcapng.MAJOR) {
            throw wrong("version " + major + " of the format, of which only " + Pcapng.MAJOR + " is known");
        }
        skip(length - Pcapng.BLOCK_OVERHEAD - 2 * Integer.BYTES);
        checkTrailer(length);
        interfaces.clear();
    }

    private Interface description(ByteBuffer body) throws CaptureException {
        if (body.limit() < Pcapng.INTERFACE_BODY) {
            throw wrong("an interface description of " + body.limit() + " bytes, less than one has");
        }
        int linkType = Short.toUnsignedInt(body.getShort(0));
        int resolution = 6;
        long offset = 0;
        int option = Pcapng.INTERFACE_BODY;
        while (body.limit() - option >= Integer.BYTES) {
            int code = Short.toUnsignedInt(body.getShort(option));
            int length = optionLength(body, option);
            if (code == Pcapng.OPT_ENDOFOPT) {
                break;
            }
            if (code == Pcapng.IF_TSRESOL && length == 1) {
                resolution = Byte.toUnsignedInt(body.get(option + Integer.BYTES));
            } else if (code == Pcapng.IF_TSOFFSET && length == Long.BYTES) {
                offset = body.getLong(option + Integer.BYTES);
            }
            option += Integer.BYTES + Pcapng.align(length);
        }
        return Interface.of(linkType, resolution, offset);
    }

    private CapturedPacket packet(ByteBuffer body) throws CaptureException {
        if (body.limit() < Pcapng.PACKET_BODY) {
            throw wrong("a packet block of " + body.limit() + " bytes, less than one has");
        }
        int number = body.getInt(0);
        if (number < 0 || number >= interfaces.size()) {
            throw wrong("a packet of interface " + Integer.toUnsignedString(number) + ", of which "
                    + interfaces.size() + " are described");
        }
        int captured = body.getInt(12);
        if (captured < 0 || captured > body.limit() - Pcapng.PACKET_BODY) {
            throw wrong("a packet of " + Integer.toUnsignedString(captured) + " bytes in a block that has room for "
                    + (body.limit() - Pcapng.PACKET_BODY));
        }
        Interface from = interfaces.get(number);
        if (from.linkType() != Pcapng.LINKTYPE_NETLINK) {
            skipped++;
            return null;
        }
        if (body.getInt(16) != captured) {
            throw wrong("a packet of which " + captured + " bytes of " + Integer.toUnsignedString(body.getInt(16))
                    + " were captured: a part of one cannot be understood");
        }
        if (captured < Pcapng.COOKED_SIZE) {
            throw wrong("a netlink packet of " + captured + " bytes, less than its header has");
        }
        int family = Short.toUnsignedInt(body.duplicate().order(ByteOrder.BIG_ENDIAN)
                .getShort(Pcapng.PACKET_BODY + Pcapng.COOKED_FAMILY));
        ByteBuffer frames = body.slice(Pcapng.PACKET_BODY + Pcapng.COOKED_SIZE, captured - Pcapng.COOKED_SIZE)
                .order(order);
        long ticks = Integer.toUnsignedLong(body.getInt(4)) << Integer.SIZE | Integer.toUnsignedLong(body.getInt(8));
        return new CapturedPacket(from.time(ticks), family, frames, dropCount(body, captured), block);
    }

    private long dropCount(ByteBuffer body, int captured) throws CaptureException {
        int option = Pcapng.PACKET_BODY + Pcapng.align(captured);
        while (body.limit() - option >= Integer.BYTES) {
            int code = Short.toUnsignedInt(body.getShort(option));
            int length = optionLength(body, option);
            if (code == Pcapng.EPB_DROPCOUNT && length == Long.BYTES) {
                return body.getLong(option + Integer.BYTES);
            }
            if (code == Pcapng.OPT_ENDOFOPT) {
                break;
            }
            option += Integer.BYTES + Pcapng.align(length);
        }
        return 0;
    }

    private int optionLength(ByteBuffer body, int option) throws CaptureException {
        int length = Short.toUnsignedInt(body.getShort(option + Short.BYTES));
        if (length > body.limit() - option - Integer.BYTES) {
            throw wrong("an option of " + length + " bytes that does not end in its block");
        }
        return length;
    }

    private long length(int claimed) throws CaptureException {
        long length = Integer.toUnsignedLong(claimed);
        if (length < Pcapng.BLOCK_OVERHEAD || length % Integer.BYTES != 0) {
            throw wrong("a block of " + length + " bytes: it has at least 12, and a multiple of 4");
        }
        return length;
    }

    private void checkTrailer(long length) throws IOException {
        long said = Integer.toUnsignedLong(read(Integer.BYTES).getInt(0));
        if (said != length) {
            throw wrong("a block of " + length + " bytes that says " + said + " at its end");
        }
    }

    private ByteBuffer read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        at += bytes.length;
        if (bytes.length < count) {
            throw truncated();
        }
        return ByteBuffer.wrap(bytes).order(order);
    }

    private void skip(long count) throws IOException {
        try {
            in.skipNBytes(count);
        } catch (EOFException e) {
            throw truncated();
        }
        at += count;
    }

    private CaptureException truncated() {
        return wrong("the file ends in the middle of a block: whoever wrote it was cut short");
    }

    private CaptureException wrong(String what) {
        return new CaptureException(block, what);
    }

    /** Where packets come from: how their times are counted. */
    private record Interface(int linkType, long unitsPerSecond, long offset) {

        private static final int BINARY = 0x80;
        private static final int MAX_DECIMAL = 18;
        private static final int MAX_BINARY = 62;
        private static final long NANOS = 1_000_000_000;

        static Interface of(int linkType, int resolution, long offset) {
            int exponent = resolution & ~BINARY;
            long units = 1;
            if ((resolution & BINARY) != 0) {
                units = 1L << Math.min(exponent, MAX_BINARY);
            } else {
                for (int i = 0; i < Math.min(exponent, MAX_DECIMAL); i++) {
                    units *= 10;
                }
            }
            return new Interface(linkType, units, offset);
        }

        Instant time(long ticks) {
            long seconds = Long.divideUnsigned(ticks, unitsPerSecond);
            long rest = Long.remainderUnsigned(ticks, unitsPerSecond);
            long nanos = NANOS % unitsPerSecond == 0
                    ? rest * (NANOS / unitsPerSecond)
                    : (long) ((double) rest / unitsPerSecond * NANOS);
            return epoch(seconds).plusNanos(nanos);
        }

        /** A time beyond what can be told is as late as can be: only differences matter, and those are bounded. */
        private Instant epoch(long seconds) {
            long limit = Instant.MAX.getEpochSecond() / 2;
            return Instant.ofEpochSecond(Math.clamp(seconds, -limit, limit) + Math.clamp(offset, -limit, limit));
        }
    }
}
