// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;

/** A process at a gate. */
@Category("Kernel Connector")
@StackTrace(false)
abstract class ClientEvent extends Event {

    @Label("Gate")
    String gate;

    @Label("User Id")
    long uid;

    @Label("Process")
    long pid;
}
