// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.NotifyEvent.Reason;

/**
 * Where a user comes from: what listings and notifications say of it, and by which an update can be told from a
 * restart.
 *
 * @param bundleId the bundle's id, or -1
 * @param bundle the bundle's symbolic name, or null
 * @param version the bundle's version, or null
 * @param modified when the bundle was last changed, as the framework says
 * @param wiring something that is another after each resolving of the bundle
 */
public record Origin(long bundleId, String bundle, String version, long modified, int wiring) {

    /** Of nowhere in particular. */
    public static final Origin NONE = new Origin(-1, null, null, 0, 0);

    /** Why this one arrives, given who had the id last. */
    Reason arrivalAfter(Origin last) {
        if (last == null || bundle == null) {
            return Reason.STARTED;
        }
        if (!bundle.equals(last.bundle)) {
            return Reason.TOOK_OVER;
        }
        if (modified != last.modified || bundleId != last.bundleId || !version.equals(last.version)) {
            return Reason.UPDATED;
        }
        return wiring == last.wiring ? Reason.STARTED : Reason.REFRESHED;
    }
}
