// SPDX-License-Identifier: Apache-2.0
package connector.client.line;

/** The command line makes no sense; the message says what of it. */
public final class UsageException extends Exception {

    private static final long serialVersionUID = 1;

    /**
     * Makes one.
     *
     * @param message what makes no sense, and how it would
     */
    public UsageException(String message) {
        super(message);
    }
}
