// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/** {@code ksock.SlowOperation}. */
@Name("ksock.SlowOperation")
@Label("Slow Operation")
@Description("A blocking call or a callback that took longer than the threshold")
@Threshold("20 ms")
final class SlowOperationEvent extends SocketEvent {

    @Label("Operation")
    @Description("The call, or 'callback' and the callback's name")
    String operation;
}
