// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.NetlinkErrno;
import java.io.IOException;

/** What went wrong on a {@link CnSocket}: an operation, an errno, and in words what it was and what to do. */
public class CnException extends IOException {

    private static final long serialVersionUID = 1;

    private final String operation;
    private final int errno;

    /**
     * Makes an error.
     *
     * @param operation the call that failed, as {@code "bind"}
     * @param errno a positive errno
     * @param detail what was wrong and what to do, or null
     */
    public CnException(String operation, int errno, String detail) {
        this(operation, errno, detail, null);
    }

    /**
     * Makes an error.
     *
     * @param operation the call that failed, as {@code "bind"}
     * @param errno a positive errno
     * @param detail what was wrong and what to do, or null
     * @param cause what the JDK threw, or null
     */
    public CnException(String operation, int errno, String detail, Throwable cause) {
        super(operation + " failed: " + NetlinkErrno.name(errno) + (detail == null ? "" : ": " + detail), cause);
        this.operation = operation;
        this.errno = errno;
    }

    /** {@return the call that failed} */
    public String operation() {
        return operation;
    }

    /** {@return the positive errno, one of {@link NetlinkErrno}} */
    public int errno() {
        return errno;
    }
}
