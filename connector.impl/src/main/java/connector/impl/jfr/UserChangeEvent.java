// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;

/** An id whose user came or went. */
abstract class UserChangeEvent extends UserEvent {

    @Label("Reason")
    @Description("As in notifications: STARTED, UPDATED, STOPPED ...")
    String reason;
}
