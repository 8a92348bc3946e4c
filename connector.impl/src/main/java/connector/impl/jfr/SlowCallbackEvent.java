// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/** {@code connector.SlowCallback}. */
@Name("connector.SlowCallback")
@Label("Slow Callback")
@Description("A call of a user that took longer than the threshold")
@Threshold("20 ms")
final class SlowCallbackEvent extends UserEvent {
}
