// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

/** A socket that is closed, and what it has behind it. */
public interface RecordedLife extends Recorded {

    /** {@return when it was made, as {@link System#nanoTime} has it} */
    long openedNanos();

    /** {@return bytes received} */
    long receivedBytes();

    /** {@return bytes sent} */
    long sentBytes();

    /** {@return whether nobody closed it, and it was closed when nobody could use it any more} */
    boolean forgotten();
}
