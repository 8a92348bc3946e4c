// SPDX-License-Identifier: Apache-2.0
package connector.api;

/**
 * A range of idx or of val in a notification request: {@code struct cn_notify_req {u32 first; u32 range;}}.
 *
 * <p>Half-open, as Linux' code had it (its comment said otherwise): {@code first <= x < first + range}. The sum is
 * taken in 64 bits, so that {@code {0xffffffff, 1}} is the one number 0xffffffff, where Linux wrapped around and
 * matched nothing. A range of 0 matches nothing.
 *
 * @param first u32, the first number of the range
 * @param range u32, how many numbers it spans
 */
public record NotifyRange(int first, int range) {

    /** All but 0xffffffff: as much as one range can span. */
    public static final NotifyRange ALL = new NotifyRange(0, -1);

    /**
     * Makes the range of one number.
     *
     * @param number u32
     * @return the range
     */
    public static NotifyRange only(int number) {
        return new NotifyRange(number, 1);
    }

    /**
     * Tells whether a number is within.
     *
     * @param number u32
     * @return whether {@code first <= number < first + range}, all unsigned, without wrap-around
     */
    public boolean covers(int number) {
        long distance = Integer.toUnsignedLong(number) - Integer.toUnsignedLong(first);
        return distance >= 0 && distance < Integer.toUnsignedLong(range);
    }

    /** {@return the range as first and last number, like {@code 10-19}} */
    @Override
    public String toString() {
        if (range == 0) {
            return "none";
        }
        long last = Integer.toUnsignedLong(first) + Integer.toUnsignedLong(range) - 1;
        String text = Integer.toUnsignedString(first);
        return range == 1 ? text : text + '-' + last;
    }
}
