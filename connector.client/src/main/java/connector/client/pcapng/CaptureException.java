// SPDX-License-Identifier: Apache-2.0
package connector.client.pcapng;

import java.io.IOException;

/** A file is no capture, or not what it says of itself; the message tells where in it and what. */
public final class CaptureException extends IOException {

    private static final long serialVersionUID = 1;

    CaptureException(long at, String what) {
        super("at byte " + at + ": " + what);
    }
}
