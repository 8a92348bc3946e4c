// SPDX-License-Identifier: Apache-2.0
package connector.impl.policy;

import connector.api.CbId;
import java.util.ArrayList;
import java.util.List;

/** A set of u32 numbers, written as {@code 5, 7, 100-199, 0x10} or {@code *}. Immutable. */
final class NumberSet {

    /** All of them. */
    static final NumberSet ALL = new NumberSet("*", new int[] {0}, new int[] {-1});

    private static final long MAX = 0xffff_ffffL;

    private final String text;
    // Bits of u32 each, in pairs.
    private final int[] first;
    private final int[] last;

    private NumberSet(String text, int[] first, int[] last) {
        this.text = text;
        this.first = first;
        this.last = last;
    }

    /**
     * Reads a set.
     *
     * @param text as above
     * @return the set
     * @throws IllegalArgumentException which part is no number or range, and what one is
     */
    static NumberSet parse(String text) {
        List<Integer> firsts = new ArrayList<>();
        List<Integer> lasts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String range = part.strip();
            if (range.equals("*")) {
                firsts.add(0);
                lasts.add(-1);
                continue;
            }
            int dash = range.indexOf('-', 1);
            long from = number(dash < 0 ? range : range.substring(0, dash), range);
            long to = dash < 0 ? from : number(range.substring(dash + 1), range);
            if (to < from) {
                throw new IllegalArgumentException("'" + range + "' ends before it begins");
            }
            firsts.add((int) from);
            lasts.add((int) to);
        }
        return new NumberSet(text.strip(), ints(firsts), ints(lasts));
    }

    private static long number(String text, String whole) {
        try {
            // As everywhere on the bus, -1 is the greatest number: {-1, -1} is the connector itself.
            return Integer.toUnsignedLong(CbId.parseU32(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + whole + "' is no number from 0 to " + MAX
                    + ", decimal or 0x, no range of them as 100-199, and not *", e);
        }
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    boolean contains(int number) {
        for (int i = 0; i < first.length; i++) {
            if (Integer.compareUnsigned(number, first[i]) >= 0 && Integer.compareUnsigned(number, last[i]) <= 0) {
                return true;
            }
        }
        return false;
    }

    /** {@return whether one of its ranges is all there are; several that are all together do not count} */
    boolean isAll() {
        for (int i = 0; i < first.length; i++) {
            if (first[i] == 0 && last[i] == -1) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return text;
    }
}
