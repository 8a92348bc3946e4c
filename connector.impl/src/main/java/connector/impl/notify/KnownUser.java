// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import connector.api.CbId;
import connector.impl.bus.Origin;
import connector.impl.bus.User;

/**
 * What is told of a user. A snapshot may wait for its reader for longer than its users stay, and must not keep their
 * callbacks, and the bundles that those are of.
 *
 * @param id its id
 * @param generation the how-manieth of its id it is
 * @param name for people
 * @param origin where it comes from
 */
record KnownUser(CbId id, long generation, String name, Origin origin) {

    /** This, its id, and where it comes from. */
    private static final int BYTES = 160;

    KnownUser(User user) {
        this(user.id(), user.generation(), user.name(), user.origin());
    }

    /** What it takes, in bytes, once its user has gone. */
    long bytes() {
        return BYTES + (long) name.length() * Character.BYTES;
    }
}
