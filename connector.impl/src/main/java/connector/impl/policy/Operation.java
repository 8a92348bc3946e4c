// SPDX-License-Identifier: Apache-2.0
package connector.impl.policy;

import java.util.Locale;

/** What a rule can allow or deny. */
enum Operation {

    /** Send to the user with an id. */
    SEND,
    /** Send to a group. */
    MULTICAST,
    /** Send to another port. */
    UNICAST,
    /** Join a group. */
    LISTEN,
    /** Take a port id of its own choice, other than its process id. */
    BIND,
    /** Know of an id, and of its coming and going. */
    NOTIFY,
    /** Be told of the messages of an id that pass on the bus. */
    MONITOR;

    /** {@return its name in configuration and listings} */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
