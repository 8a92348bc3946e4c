// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.io.IOException;

/** A gate cannot listen; the message says why and what to do. */
final class GateException extends IOException {

    private static final long serialVersionUID = 1;

    GateException(String message) {
        super(message);
    }

    GateException(String message, Throwable cause) {
        super(message, cause);
    }
}
