// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

/** Reads ids and ranges of ids as people write them. */
final class Ids {

    private static final long MAX = 0xFFFF_FFFFL;

    private Ids() {
    }

    /** An id, or all vals of an idx. */
    record Id(int idx, Integer val) {

        boolean matches(int otherIdx, int otherVal) {
            return idx == otherIdx && (val == null || val == otherVal);
        }
    }

    /** Pairs of first and range, as {@code cn_notify_req} has them. */
    @SuppressWarnings("ArrayRecordComponent") // Made here, read once, never compared.
    record Ranges(int[] idx, int[] val) {
    }

    static int u32(String text, String what) throws UsageException {
        try {
            long number = text.startsWith("0x") || text.startsWith("0X")
                    ? Long.parseLong(text.substring(2), 16)
                    : Long.parseLong(text);
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

    static Id id(String text) throws UsageException {
        Id id = idOrGroup(text);
        if (id.val() == null) {
            throw new UsageException("'" + text + "' is no id: write idx.val, as 14.1110 or 0xe.0x456");
        }
        return id;
    }

    static Id idOrGroup(String text) throws UsageException {
        int dot = text.indexOf('.');
        if (dot < 0) {
            return new Id(u32(text, "idx"), null);
        }
        return new Id(u32(text.substring(0, dot), "idx"), u32(text.substring(dot + 1), "val"));
    }

    /** Reads {@code 5.6}, {@code 5.*}, {@code 1-10.1-3}; both ends are in. */
    static Ranges ranges(String text) throws UsageException {
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
