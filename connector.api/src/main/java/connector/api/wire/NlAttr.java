// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * {@code struct nlattr}: one attribute of a list (type, length, value). Who does not know a type skips it.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  | nla_len (header and value)    |           nla_type            |  0
 *  +-------------------------------+-------------------------------+
 *  |              value ..., then padding to 4                     |  4
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * Strings are UTF-8 and end with a NUL, which the length counts. Numbers of 64 bits may stand at any multiple of 4.
 */
public final class NlAttr {

    /** Length of an attribute's header, in bytes. */
    public static final int SIZE = 4;

    private NlAttr() {
    }

    /**
     * {@return what {@link #putString} will take, in bytes, padding included}
     *
     * @param text a string to be written
     */
    public static int sizeOf(String text) {
        return NlMsgHdr.align(SIZE + text.getBytes(StandardCharsets.UTF_8).length + 1);
    }

    /**
     * Writes a string at the buffer's position, and its padding.
     *
     * @param frame in native order
     * @param type 0 to 0xFFFF
     * @param text without NUL
     */
    public static void putString(ByteBuffer frame, int type, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int length = SIZE + utf8.length + 1;
        frame.putShort((short) length).putShort((short) type).put(utf8);
        zero(frame, NlMsgHdr.align(length) - SIZE - utf8.length);
    }

    /**
     * Writes a number of 32 bits at the buffer's position: 8 bytes.
     *
     * @param frame in native order
     * @param type 0 to 0xFFFF
     * @param number the value
     */
    public static void putInt(ByteBuffer frame, int type, int number) {
        frame.putShort((short) (SIZE + 4)).putShort((short) type).putInt(number);
    }

    /**
     * Writes a number of 64 bits at the buffer's position: 12 bytes.
     *
     * @param frame in native order
     * @param type 0 to 0xFFFF
     * @param number the value
     */
    public static void putLong(ByteBuffer frame, int type, long number) {
        frame.putShort((short) (SIZE + 8)).putShort((short) type).putLong(number);
    }

    /**
     * Writes bytes at the buffer's position, and their padding.
     *
     * @param frame in native order
     * @param type 0 to 0xFFFF
     * @param value the bytes
     */
    public static void putBytes(ByteBuffer frame, int type, byte[] value) {
        int length = SIZE + value.length;
        frame.putShort((short) length).putShort((short) type).put(value);
        zero(frame, NlMsgHdr.align(length) - length);
    }

    /**
     * Finds the first attribute of a type.
     *
     * @param frame in native order
     * @param from where the list begins
     * @param to where it ends
     * @param type 0 to 0xFFFF
     * @return the offset of the attribute's header, or -1 when there is none before the end or before the first
     *     attribute whose length is false
     */
    public static int find(ByteBuffer frame, int from, int to, int type) {
        int at = from;
        while (to - at >= SIZE) {
            int length = Short.toUnsignedInt(frame.getShort(at));
            if (length < SIZE || length > to - at) {
                return -1;
            }
            if (Short.toUnsignedInt(frame.getShort(at + 2)) == type) {
                return at;
            }
            at += NlMsgHdr.align(length);
        }
        return -1;
    }

    /**
     * {@return the first such attribute as a string, or null where there is none}
     *
     * @param frame in native order
     * @param from where the list begins
     * @param to where it ends
     * @param type 0 to 0xFFFF
     */
    public static String string(ByteBuffer frame, int from, int to, int type) {
        byte[] value = bytes(frame, from, to, type);
        if (value == null) {
            return null;
        }
        int end = 0;
        while (end < value.length && value[end] != 0) {
            end++;
        }
        return new String(value, 0, end, StandardCharsets.UTF_8);
    }

    /**
     * {@return the first such attribute as a number, one of 4 bytes taken as unsigned}
     *
     * @param frame in native order
     * @param from where the list begins
     * @param to where it ends
     * @param type 0 to 0xFFFF
     * @param otherwise what to answer where there is no such attribute of 4 or 8 bytes
     */
    public static long number(ByteBuffer frame, int from, int to, int type, long otherwise) {
        int at = find(frame, from, to, type);
        if (at < 0) {
            return otherwise;
        }
        return switch (Short.toUnsignedInt(frame.getShort(at)) - SIZE) {
            case 4 -> Integer.toUnsignedLong(frame.getInt(at + SIZE));
            case 8 -> frame.getLong(at + SIZE);
            default -> otherwise;
        };
    }

    /**
     * {@return a copy of the first such attribute's value, or null where there is none}
     *
     * @param frame in native order
     * @param from where the list begins
     * @param to where it ends
     * @param type 0 to 0xFFFF
     */
    public static byte[] bytes(ByteBuffer frame, int from, int to, int type) {
        int at = find(frame, from, to, type);
        if (at < 0) {
            return null;
        }
        byte[] value = new byte[Short.toUnsignedInt(frame.getShort(at)) - SIZE];
        frame.get(at + SIZE, value);
        return value;
    }

    /** Cuts a text to so many bytes of UTF-8, or some less. */
    static String cut(String text, int bytes) {
        String cut = text;
        while (cut.getBytes(StandardCharsets.UTF_8).length > bytes) {
            cut = cut.substring(0, cut.offsetByCodePoints(0, cut.codePointCount(0, cut.length()) * 3 / 4));
        }
        return cut;
    }

    private static void zero(ByteBuffer frame, int count) {
        for (int i = 0; i < count; i++) {
            frame.put((byte) 0);
        }
    }
}
