// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.ConnectorConstants;

/** What a full mailbox does. */
enum Overflow {
    DROP_NEWEST(ConnectorConstants.OVERFLOW_DROP_NEWEST),
    DROP_OLDEST(ConnectorConstants.OVERFLOW_DROP_OLDEST),
    WAIT(ConnectorConstants.OVERFLOW_WAIT),
    EAGAIN(ConnectorConstants.OVERFLOW_EAGAIN);

    private final String text;

    Overflow(String text) {
        this.text = text;
    }

    /** The word in service properties. */
    String text() {
        return text;
    }
}
