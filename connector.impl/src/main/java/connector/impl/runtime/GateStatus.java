// SPDX-License-Identifier: Apache-2.0
package connector.impl.runtime;

import connector.api.runtime.GateDTO;

/** A gate's part in the snapshot: each gate registers one as a service of this bundle. */
public interface GateStatus {

    /** {@return a snapshot of the gate} */
    GateDTO toDTO();
}
