// SPDX-License-Identifier: Apache-2.0
package connector.test;

import connector.api.CnCallback;
import connector.api.ConnectorConstants;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/** Services that want to be users of the bus, from the bundle of the tests. */
final class Users {
    private Users() {}

    /** One with whatever stands for its ids; null for none. */
    static ServiceRegistration<CnCallback> register(BundleContext context, CnCallback callback, String name, Object idx,
            Object val, Map<String, ?> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put(ConnectorConstants.NAME, name);
        if (idx != null) {
            properties.put(ConnectorConstants.IDX, idx);
        }
        if (val != null) {
            properties.put(ConnectorConstants.VAL, val);
        }
        return context.registerService(CnCallback.class, callback, FrameworkUtil.asDictionary(properties));
    }
}
