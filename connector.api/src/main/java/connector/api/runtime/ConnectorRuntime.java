// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The service that tells about the connector. Its property {@code service.changecount} grows whenever a user comes or
 * goes or is refused.
 */
@ProviderType
public interface ConnectorRuntime {

    /**
     * Takes a snapshot. Each user, port and group is consistent in itself; the bus is not held up for the whole.
     *
     * @return the snapshot, the caller's to keep
     */
    ConnectorDTO getConnectorDTO();
}
