// SPDX-License-Identifier: Apache-2.0
package connector.test.agents.incompatible;

import connector.api.CnCallback;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** A user in a bundle that brings a {@code connector.api} of its own. */
public final class Activator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        context.registerService(CnCallback.class, (msg, sender) -> { }, FrameworkUtil.asDictionary(Map.of(
                "connector.idx", 0xEE, "connector.val", 1, "connector.name", "stranger")));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework unregisters.
    }
}
