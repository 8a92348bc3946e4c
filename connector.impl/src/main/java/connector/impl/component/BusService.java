// SPDX-License-Identifier: Apache-2.0
package connector.impl.component;

import connector.impl.bus.Bus;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.notify.Notifications;
import connector.impl.policy.RulePolicy;

/** The bus, for the components of this bundle. */
public interface BusService {

    /** {@return the bus} */
    Bus bus();

    /** {@return its ports} */
    Netlink netlink();

    /** {@return who may do what on it} */
    RulePolicy policy();

    /** {@return its notifications} */
    Notifications notifications();

    /**
     * To be called first in the deactivation of each component that takes users away: if this bundle is stopping,
     * nothing is announced any more. Clients see the end of the connector as such, not as that of each user.
     */
    void checkEnding();

    /**
     * Makes the identity of code of this platform.
     *
     * @param owner what to call it in listings
     * @return the identity: this process, and the user that it runs as
     */
    Identity identity(String owner);
}
