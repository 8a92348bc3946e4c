// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

/** The command line makes no sense; the message says what of it. */
public final class UsageException extends Exception {

    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
