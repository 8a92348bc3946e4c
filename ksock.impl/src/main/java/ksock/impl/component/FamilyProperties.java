// SPDX-License-Identifier: Apache-2.0
package ksock.impl.component;

import java.util.Map;
import ksock.api.family.SocketFamily;
import ksock.impl.socket.FamilyEntry;
import org.osgi.framework.Constants;

/** Reads the service properties of a family. */
final class FamilyProperties {

    private FamilyProperties() {
    }

    /** What the family is registered for; null if its properties do not say so. */
    static FamilyEntry entry(SocketFamily family, Map<String, Object> properties) {
        Object protocol = properties.getOrDefault(SocketFamily.PROTOCOL, FamilyEntry.ALL);
        if (properties.get(SocketFamily.NAME) instanceof String name && !name.isEmpty()
                && properties.get(SocketFamily.DOMAIN) instanceof Integer domain
                && protocol instanceof Integer number) {
            int ranking = properties.get(Constants.SERVICE_RANKING) instanceof Integer rank ? rank : 0;
            long id = (Long) properties.get(Constants.SERVICE_ID);
            return new FamilyEntry(family, name, domain, number, ranking, id);
        }
        return null;
    }
}
