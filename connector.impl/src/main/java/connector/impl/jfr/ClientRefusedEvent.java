// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** {@code connector.ClientRefused}. */
@Name("connector.ClientRefused")
@Label("Client Refused")
@Description("A process was refused by a gate")
final class ClientRefusedEvent extends ClientEvent {

    @Label("Reason")
    final String reason;

    ClientRefusedEvent(String reason) {
        this.reason = reason;
    }
}
