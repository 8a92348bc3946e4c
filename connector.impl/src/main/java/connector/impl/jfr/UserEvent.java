// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import connector.impl.jfr.BusEvents.RecordedUser;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;

/** An id and a user of it. */
@Category("Kernel Connector")
@StackTrace(false)
abstract class UserEvent extends Event {

    @Label("Idx")
    long idx;

    @Label("Val")
    long val;

    @Label("Name")
    String name;

    @Label("Bundle")
    String bundle;

    @Label("Bundle Version")
    String version;

    @Label("Generation")
    @Description("The how-manieth user of its id it is")
    long generation;

    final void tell(RecordedUser user) {
        idx = user.idx();
        val = user.val();
        name = user.name();
        bundle = user.bundle();
        version = user.version();
        generation = user.generation();
    }
}
