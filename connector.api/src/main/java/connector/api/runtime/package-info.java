// SPDX-License-Identifier: Apache-2.0

/**
 * What the connector knows of itself, as one snapshot of DTOs: users, those that were refused and why, ports, groups,
 * subscriptions, gates, counters. Commands, inventory, health checks and the like render it; none asks elsewhere.
 *
 * <p>u32 numbers (idx, val, groups, port ids, uids) are longs here, 0 to 4294967295; counters run from the start of the
 * connector. {@code -1} is "not known".
 */
@Export
@Version("1.0.0")
package connector.api.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

