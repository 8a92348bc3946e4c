// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** {@code connector.HoldoverExpired}. */
@Name("connector.HoldoverExpired")
@Label("Holdover Expired")
@Description("An id was kept for its next user, and nobody took it over in time")
final class HoldoverExpiredEvent extends UserEvent {

    @Label("Abandoned")
    @Description("Messages that were kept for the next user, and are dropped")
    int abandoned;
}
