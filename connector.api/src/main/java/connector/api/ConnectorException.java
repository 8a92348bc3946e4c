// SPDX-License-Identifier: Apache-2.0
package connector.api;

import java.io.IOException;

/**
 * A failed request or a port that could not be opened, with its errno. Sends do not throw it: they return the errno,
 * for ESRCH is normal life.
 */
public class ConnectorException extends IOException {

    private static final long serialVersionUID = 1L;

    /** As {@link #errno()} gives it. */
    private final int errno;

    /**
     * Makes the exception.
     *
     * @param errno the error number, positive, of {@code connector.api.wire.NetlinkErrno}
     * @param message what failed and why, the errno's name included
     */
    public ConnectorException(int errno, String message) {
        super(message);
        this.errno = errno;
    }

    /** {@return the error number, positive} */
    public int errno() {
        return errno;
    }
}
