// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.io.IOException;

/**
 * A socket call failed: the operation, the error number, and what the call was about.
 *
 * <p>The one exception type of this API. Its message reads
 * {@code "connect([::1]:7) failed: ECONNREFUSED (111) Connection refused"}. It is an
 * {@link IOException}, so that code which only passes errors on needs no other clause.
 *
 * <p>A call that merely cannot go on now is no error: see {@link KernelSocket#WOULD_BLOCK} and
 * {@link KernelSocket#IN_PROGRESS}.
 *
 * <p>Immutable; any thread.
 */
public final class KernelSocketException extends IOException {

    private static final long serialVersionUID = 1L;

    /** As {@link #operation()} gives it. */
    private final String operation;
    /** As {@link #number()} gives it. */
    private final int number;
    /** As {@link #detail()} gives it. */
    private final String detail;

    /**
     * An error of a number that may have no name.
     *
     * @param operation the call that failed, without prefix: {@code "bind"}, {@code "recv"}
     * @param number the error number, positive
     * @param detail the offending value or its circumstances, empty if there is nothing to add
     */
    public KernelSocketException(String operation, int number, String detail) {
        super(message(operation, number, detail));
        this.operation = operation;
        this.number = number;
        this.detail = detail;
    }

    /**
     * An error by its name.
     *
     * @param operation the call that failed, without prefix: {@code "bind"}, {@code "recv"}
     * @param errno the error
     * @param detail the offending value or its circumstances, empty if there is nothing to add
     */
    public KernelSocketException(String operation, Errno errno, String detail) {
        this(operation, errno.number(), detail);
    }

    /**
     * The call that failed.
     *
     * @return its name, without prefix
     */
    public String operation() {
        return operation;
    }

    /**
     * Why it failed.
     *
     * @return the error's constant, {@link Errno#UNKNOWN} if {@link #number()} has no name
     */
    public Errno errno() {
        return Errno.of(number);
    }

    /**
     * The error number, known to {@link Errno} or not.
     *
     * @return a positive number
     */
    public int number() {
        return number;
    }

    /**
     * The offending value, or the circumstances.
     *
     * @return the detail, empty if there is none
     */
    public String detail() {
        return detail;
    }

    private static String message(String operation, int number, String detail) {
        Errno errno = Errno.of(number);
        return operation + '(' + detail + ") failed: " + errno + " (" + number + ") " + errno.text();
    }
}
