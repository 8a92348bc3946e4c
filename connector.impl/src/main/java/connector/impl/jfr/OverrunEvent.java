// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** {@code connector.Overrun}. */
@Name("connector.Overrun")
@Label("Overrun")
@Description("The receive queue of a port ran over: all that comes is dropped until its reader has caught up")
@Category("Kernel Connector")
@StackTrace(false)
final class OverrunEvent extends Event {

    @Label("Port")
    long portId;

    @Label("Owner")
    String owner;

    @Label("Process")
    long pid;

    @Label("Queued")
    @DataAmount
    long queuedBytes;
}
