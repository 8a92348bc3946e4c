// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** {@code connector.MessageLost}. */
@Name("connector.MessageLost")
@Label("Message Lost")
@Description("A message to a user was lost, by its mailbox")
@Category("Kernel Connector")
@StackTrace(false)
final class MessageLostEvent extends Event {

    @Label("Idx")
    long idx;

    @Label("Val")
    long val;

    @Label("How")
    @Description("DROPPED on arrival, DROPPED_OLDEST for a newer one, WAITED_IN_VAIN for room, "
            + "ABANDONED after holdover")
    String how;
}
