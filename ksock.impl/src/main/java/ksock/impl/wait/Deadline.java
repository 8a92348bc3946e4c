// SPDX-License-Identifier: Apache-2.0
package ksock.impl.wait;

/** Points in time on the clock of {@link System#nanoTime}, and the spans until them, in nanoseconds. */
public final class Deadline {

    /** As a span: without end. */
    public static final long FOREVER = Long.MAX_VALUE;

    private Deadline() {
    }

    /**
     * The point in time after a span, to be given to {@link #remaining} with the same span.
     *
     * @param span in nanoseconds, {@link #FOREVER} for none
     * @return the point, meaningless if the span is without end
     */
    public static long after(long span) {
        return span == FOREVER ? 0 : System.nanoTime() + span;
    }

    /**
     * What is left.
     *
     * @param deadline of {@link #after}
     * @param span the span it was made of
     * @return in nanoseconds, 0 or less when it has passed, {@link #FOREVER} if it never does
     */
    public static long remaining(long deadline, long span) {
        return span == FOREVER ? FOREVER : deadline - System.nanoTime();
    }
}
