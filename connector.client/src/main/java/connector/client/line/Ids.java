// SPDX-License-Identifier: Apache-2.0
package connector.client.line;

/** Reads ids and ranges of ids as people write them. */
public final class Ids {

    private static final long MAX = 0xFFFF_FFFFL;

    private Ids() {
    }

    /**
     * An id, or all vals of an idx.
     *
     * @param idx u32
     * @param val u32, or null for all
     */
    public record Id(int idx, Integer val) {

        /**
         * {@return whether an id is this one, or one of these}
         *
         * @param otherIdx u32
         * @param otherVal u32
         */
        public boolean matches(int otherIdx, int otherVal) {
            return idx == otherIdx && (val == null || val == otherVal);
        }
    }

    /**
     * Pairs of first and range, as {@code cn_notify_req} has them.
     *
     * @param idx of idx
     * @param val of val
     */
    @SuppressWarnings("ArrayRecordComponent") // Made here, read once, never compared.
    public record Ranges(int[] idx, int[] val) {
    }

    /**
     * Reads a number of 32 bits.
     *
     * @param text decimal or 0x, or -1
     * @param what it is, for the complaint
     * @return the number, unsigned
     * @throws UsageException it is none
     */
    public static int u32(String text, String what) throws UsageException {
        try {
            boolean hexadecimal = text.startsWith("0x") || text.startsWith("0X");
            if (hexadecimal && (text.startsWith("-", 2) || text.startsWith("+", 2))) {
                throw new NumberFormatException("a sign behind 0x");
            }
            long number = hexadecimal ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
            if (number == -1) {
                return -1;
            }
            if (number >= 0 && number <= MAX) {
                return (int) number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("'" + text + "': " + what + " is a number from 0 to 4294967295, decimal or 0x, or -1");
    }

    /**
     * Reads {@code 14.1110}.
     *
     * @param text idx, a dot, val
     * @return the id
     * @throws UsageException it is none
     */
    public static Id id(String text) throws UsageException {
        Id id = idOrGroup(text);
        if (id.val() == null) {
            throw new UsageException("'" + text + "' is no id: write idx.val, as 14.1110 or 0xe.0x456");
        }
        return id;
    }

    /**
     * Reads {@code 14.1110} or {@code 14}.
     *
     * @param text idx, and perhaps a dot and val
     * @return the id, without a val if there was none
     * @throws UsageException it is none
     */
    public static Id idOrGroup(String text) throws UsageException {
        int dot = text.indexOf('.');
        if (dot < 0) {
            return new Id(u32(text, "idx"), null);
        }
        return new Id(u32(text.substring(0, dot), "idx"), u32(text.substring(dot + 1), "val"));
    }

    /**
     * Reads {@code 5.6}, {@code 5.*}, {@code 1-10.1-3}; both ends are in.
     *
     * @param text ranges of idx and val with a dot between them
     * @return the ranges
     * @throws UsageException they are none
     */
    public static Ranges ranges(String text) throws UsageException {
        int dot = text.indexOf('.');
        if (dot < 0) {
            throw new UsageException("'" + text + "' is no range of ids: write idx.val, each n, first-last or *");
        }
        return new Ranges(range(text.substring(0, dot), "idx"), range(text.substring(dot + 1), "val"));
    }

    private static int[] range(String text, String what) throws UsageException {
        if (text.equals("*")) {
            // One range is u32 long at most, and so one short of all.
            return new int[] {0, -1, -1, 1};
        }
        int dash = text.indexOf('-', 1);
        if (dash < 0) {
            return new int[] {u32(text, what), 1};
        }
        long first = Integer.toUnsignedLong(u32(text.substring(0, dash), what));
        long last = Integer.toUnsignedLong(u32(text.substring(dash + 1), what));
        if (last < first) {
            throw new UsageException("'" + text + "': the range of " + what + " ends before it begins");
        }
        if (last - first == MAX) {
            return new int[] {0, -1, -1, 1};
        }
        return new int[] {(int) first, (int) (last - first + 1)};
    }
}
