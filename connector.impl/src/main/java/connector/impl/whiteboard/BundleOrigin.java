// SPDX-License-Identifier: Apache-2.0
package connector.impl.whiteboard;

import connector.api.NotifyEvent.Reason;
import connector.impl.bus.Origin;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** What the bus wants to know of a bundle. */
public final class BundleOrigin {

    private BundleOrigin() {
    }

    /**
     * Makes the origin of what a bundle brings.
     *
     * @param bundle the bundle
     * @return its origin
     */
    public static Origin of(Bundle bundle) {
        return new Origin(bundle.getBundleId(), name(bundle), bundle.getVersion().toString(), bundle.getLastModified(),
                System.identityHashCode(bundle.adapt(BundleWiring.class)));
    }

    /**
     * Says why something of a bundle goes.
     *
     * @param bundle the bundle
     * @return WITHDRAWN if the bundle runs on, STOPPED if it stops
     */
    public static Reason departure(Bundle bundle) {
        return (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) != 0 ? Reason.WITHDRAWN : Reason.STOPPED;
    }

    /**
     * {@return its symbolic name, or what there is instead}
     *
     * @param bundle the bundle
     */
    public static String name(Bundle bundle) {
        return bundle.getSymbolicName() == null ? "bundle " + bundle.getBundleId() : bundle.getSymbolicName();
    }
}
