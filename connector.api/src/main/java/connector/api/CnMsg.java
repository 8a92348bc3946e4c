// SPDX-License-Identifier: Apache-2.0
package connector.api;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A message on the bus: {@code struct cn_msg} with its data.
 *
 * <p>On the wire it is a header of 20 bytes, {@code idx u32, val u32, seq u32, ack u32, len u16, flags u16}, in host
 * byte order, and {@code len} bytes of data. (The document this descends from draws len as u32; no kernel ever had it
 * so.) The data is bytes and nothing else: no class of a bundle crosses the bus.
 *
 * <p>{@code seq} is the sender's own number for the message. A reply carries the request's seq, and its ack + 1 modulo
 * 2<sup>32</sup>: {@link #reply(byte[])}. {@code flags} were always 0 in Linux; bit {@link #FLAG_EXTENDED} marks the
 * connector's extended notifications.
 *
 * <p>Any thread may use a message; nothing here blocks.
 */
public final class CnMsg {

    /** Most bytes of data that a message can carry: CONNECTOR_MAX_MSG_SIZE. */
    public static final int MAX_DATA = 16384;

    /** Bytes of {@code struct cn_msg} ahead of the data. */
    public static final int HEADER_BYTES = 20;

    /** The flag of a request for extended notifications, and of each such notification. */
    public static final int FLAG_EXTENDED = 0x0001;

    private static final byte[] NONE = {};
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final CbId id;
    private final int seq;
    private final int ack;
    private final int flags;
    private final byte[] data;

    private CnMsg(CbId id, int seq, int ack, int flags, byte[] data) {
        this.id = Objects.requireNonNull(id, "id");
        this.seq = seq;
        this.ack = ack;
        this.flags = flags;
        this.data = data;
    }

    /**
     * Makes a message with seq and ack 0.
     *
     * @param id whom it is for, or from whom
     * @param data its data, copied; at most {@link #MAX_DATA} bytes
     * @return the message
     * @throws IllegalArgumentException if the data is too long; the message names the length
     */
    public static CnMsg of(CbId id, byte... data) {
        return of(id, 0, 0, data);
    }

    /**
     * Makes a message.
     *
     * @param id whom it is for, or from whom
     * @param seq u32, the sender's number for it
     * @param ack u32
     * @param data its data, copied; at most {@link #MAX_DATA} bytes
     * @return the message
     * @throws IllegalArgumentException if the data is too long; the message names the length
     */
    public static CnMsg of(CbId id, int seq, int ack, byte... data) {
        checkLength(data.length);
        return new CnMsg(id, seq, ack, 0, data.length == 0 ? NONE : data.clone());
    }

    /**
     * Makes a message from what a buffer holds.
     *
     * @param id whom it is for, or from whom
     * @param seq u32, the sender's number for it
     * @param ack u32
     * @param data its data, from the position to the limit, copied; the position is left alone
     * @return the message
     * @throws IllegalArgumentException if more than {@link #MAX_DATA} bytes remain; the message names the length
     */
    public static CnMsg of(CbId id, int seq, int ack, ByteBuffer data) {
        checkLength(data.remaining());
        byte[] copy = new byte[data.remaining()];
        data.get(data.position(), copy);
        return new CnMsg(id, seq, ack, 0, copy);
    }

    /**
     * Makes a message whose data is text in UTF-8, without a NUL at its end.
     *
     * @param id whom it is for, or from whom
     * @param seq u32, the sender's number for it
     * @param ack u32
     * @param text its data; at most {@link #MAX_DATA} bytes in UTF-8
     * @return the message
     * @throws IllegalArgumentException if it is too long; the message names the length in bytes
     */
    public static CnMsg ofText(CbId id, int seq, int ack, String text) {
        return wrap(id, seq, ack, 0, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes a message that takes the caller's array over instead of copying it: the caller must not touch the array
     * again, for the message may be read by any number of threads, at any later time.
     *
     * @param id whom it is for, or from whom
     * @param seq u32, the sender's number for it
     * @param ack u32
     * @param flags u16, 0 to 65535
     * @param data its data, now the message's; at most {@link #MAX_DATA} bytes
     * @return the message
     * @throws IllegalArgumentException if the data is too long, or flags out of range; the message names the value
     */
    public static CnMsg wrap(CbId id, int seq, int ack, int flags, byte[] data) {
        checkLength(data.length);
        if ((flags & 0xffff) != flags) {
            throw new IllegalArgumentException("flags " + flags + " is not within 0 to 65535");
        }
        return new CnMsg(id, seq, ack, flags, data);
    }

    /**
     * Makes the reply to this message: same id and seq, ack + 1 modulo 2<sup>32</sup>.
     *
     * @param replyData the reply's data, copied; at most {@link #MAX_DATA} bytes
     * @return the reply
     * @throws IllegalArgumentException if the data is too long; the message names the length
     */
    public CnMsg reply(byte... replyData) {
        return of(id, seq, ack + 1, replyData);
    }

    /**
     * Tells whether this message answers a request by the documented rule: same seq, and the request's ack + 1.
     *
     * @param request the request
     * @return whether it does
     */
    public boolean isReplyTo(CnMsg request) {
        return seq == request.seq && ack == request.ack + 1;
    }

    /** {@return whom it is for or from whom} */
    public CbId id() {
        return id;
    }

    /** {@return the sender's number, u32 in the bits of an int} */
    public int seq() {
        return seq;
    }

    /** {@return the acknowledge number, u32 in the bits of an int} */
    public int ack() {
        return ack;
    }

    /** {@return the flags, 0 to 65535; always 0 in Linux} */
    public int flags() {
        return flags;
    }

    /** {@return the length of the data in bytes, 0 to {@link #MAX_DATA}} */
    public int length() {
        return data.length;
    }

    /** {@return the data, as a read-only buffer of its own position and limit, big endian as Java's buffers begin} */
    public ByteBuffer data() {
        return ByteBuffer.wrap(data).asReadOnlyBuffer();
    }

    /** {@return a copy of the data} */
    public byte[] toByteArray() {
        return data.length == 0 ? NONE : data.clone();
    }

    /**
     * {@return a number of 16 bits in the data, in host byte order, as a C structure has it; reading makes no garbage}
     *
     * @param offset of its first byte
     * @throws IndexOutOfBoundsException if the data ends before it does
     */
    public short getShort(int offset) {
        return (short) SHORT.get(data, offset);
    }

    /**
     * {@return a number of 32 bits in the data, in host byte order, as a C structure has it; reading makes no garbage}
     *
     * @param offset of its first byte
     * @throws IndexOutOfBoundsException if the data ends before it does
     */
    public int getInt(int offset) {
        return (int) INT.get(data, offset);
    }

    /**
     * {@return a number of 64 bits in the data, in host byte order, as a C structure has it; reading makes no garbage}
     *
     * @param offset of its first byte
     * @throws IndexOutOfBoundsException if the data ends before it does
     */
    public long getLong(int offset) {
        return (long) LONG.get(data, offset);
    }

    /**
     * Copies the data, which is how to read all of it without making garbage.
     *
     * @param target where to; {@link #length()} bytes from {@code offset} on are written
     * @param offset where in the target, in bytes
     * @return the number of bytes copied
     * @throws IndexOutOfBoundsException if it does not fit
     */
    public int copyTo(byte[] target, int offset) {
        System.arraycopy(data, 0, target, offset, data.length);
        return data.length;
    }

    /** {@return the data read as UTF-8, less one NUL at its end if there is one (C programs send it)} */
    public String text() {
        int length = data.length > 0 && data[data.length - 1] == 0 ? data.length - 1 : data.length;
        return new String(data, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CnMsg that && id.equals(that.id) && seq == that.seq && ack == that.ack
                && flags == that.flags && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return ((id.hashCode() * 31 + seq) * 31 + ack) * 31 + Arrays.hashCode(data);
    }

    /** {@return the header and the length, as {@code 1.1 seq 5 ack 0 len 12}: for logs} */
    @Override
    public String toString() {
        return id + " seq " + Integer.toUnsignedString(seq) + " ack " + Integer.toUnsignedString(ack) + " len "
                + data.length + (flags == 0 ? "" : " flags 0x" + Integer.toHexString(flags));
    }

    private static void checkLength(int length) {
        if (length > MAX_DATA) {
            throw new IllegalArgumentException(
                    "data of " + length + " bytes is longer than a message may carry, " + MAX_DATA);
        }
    }
}
