// SPDX-License-Identifier: Apache-2.0
package connector.api;

import java.util.Objects;

/**
 * The address of a connector user: {@code struct cb_id {u32 idx; u32 val;}}.
 *
 * <p>Both halves are unsigned 32-bit numbers whose bits are carried in an {@code int}: {@code new CbId(-1, -1)} is
 * {@code {0xffffffff, 0xffffffff}}. They are printed unsigned, compared unsigned, and equal by bits. {@code idx} is
 * also the number of the multicast group to which a send with group 0 goes. A user with {@code idx} 0 may register,
 * but its group-0 send is ESRCH, as in Linux: there is no group 0.
 *
 * @param idx u32 in the bits of an int; the kind of user, and its group
 * @param val u32 in the bits of an int; the instance
 */
public record CbId(int idx, int val) implements Comparable<CbId> {

    /** The connector's own id {-1, -1}, to which notification requests are sent. Nobody else can register it. */
    public static final CbId CONNECTOR = new CbId(-1, -1);

    private static final long U32_MAX = 0xffff_ffffL;

    /**
     * Makes an id of numbers as people write them.
     *
     * @param idx 0 to 4294967295
     * @param val 0 to 4294967295
     * @return the id
     * @throws IllegalArgumentException if either is out of range; the message names which, and its value
     */
    public static CbId of(long idx, long val) {
        return new CbId(u32("idx", idx), u32("val", val));
    }

    /**
     * Reads an id from text: two numbers, decimal or hexadecimal with 0x, with a full stop or a colon between them:
     * {@code 1.1}, {@code 0x123.0x456}, {@code 1:1}. {@code -1} is taken for 4294967295, as the field writes it.
     *
     * @param text the text
     * @return the id
     * @throws IllegalArgumentException if it is anything else; the message quotes the text
     */
    public static CbId parse(String text) {
        Objects.requireNonNull(text, "text");
        int middle = text.indexOf('.');
        if (middle < 0) {
            middle = text.indexOf(':');
        }
        if (middle < 0) {
            throw new IllegalArgumentException(
                    "cb_id '" + text + "' is not idx.val: two numbers, like 1.1 or 0x123.0x456");
        }
        try {
            return new CbId(parseU32(text.substring(0, middle)), parseU32(text.substring(middle + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cb_id '" + text + "': " + e.getMessage(), e);
        }
    }

    /**
     * Reads one unsigned 32-bit number from text: decimal, hexadecimal with 0x, or {@code -1} for 4294967295.
     *
     * @param text the text; white space around it is ignored
     * @return the number's bits
     * @throws IllegalArgumentException if it is not a number, or does not fit 32 bits; the message quotes the text
     */
    public static int parseU32(String text) {
        String digits = text.strip();
        if ("-1".equals(digits)) {
            return -1;
        }
        try {
            if (digits.startsWith("0x") || digits.startsWith("0X")) {
                if (digits.startsWith("+", 2)) {
                    throw new NumberFormatException("a sign behind 0x");
                }
                return Integer.parseUnsignedInt(digits, 2, digits.length(), 16);
            }
            return Integer.parseUnsignedInt(digits);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an unsigned 32-bit number, decimal or 0x hexadecimal", e);
        }
    }

    /** {@return idx as 0 to 4294967295} */
    public long unsignedIdx() {
        return Integer.toUnsignedLong(idx);
    }

    /** {@return val as 0 to 4294967295} */
    public long unsignedVal() {
        return Integer.toUnsignedLong(val);
    }

    /** Orders by idx, then by val, both unsigned. */
    @Override
    public int compareTo(CbId other) {
        int order = Integer.compareUnsigned(idx, other.idx);
        return order != 0 ? order : Integer.compareUnsigned(val, other.val);
    }

    /** {@return the id in hexadecimal as the kernel's tools print it, like {@code 0x123.0x456}} */
    public String toHexString() {
        return "0x" + Integer.toHexString(idx) + ".0x" + Integer.toHexString(val);
    }

    /** {@return the id in unsigned decimal, like {@code 291.1110}; {@link #parse} reads it back} */
    @Override
    public String toString() {
        return Integer.toUnsignedString(idx) + '.' + Integer.toUnsignedString(val);
    }

    // The record's own hash is 31 * idx + val, which puts a run of vals of neighbouring idxs into the same buckets.
    @Override
    public int hashCode() {
        int mixed = (idx * 0x9E3779B9) ^ val;
        return mixed ^ (mixed >>> 15);
    }

    private static int u32(String what, long value) {
        if (value < 0 || value > U32_MAX) {
            throw new IllegalArgumentException(what + " " + value + " is not within 0 to 4294967295");
        }
        return (int) value;
    }
}
