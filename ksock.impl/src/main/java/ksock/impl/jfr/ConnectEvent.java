// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** {@code ksock.Connect}. */
@Name("ksock.Connect")
@Label("Connect")
@Description("A connect, from the call to its outcome: for one in progress, when a callback, a call or close "
        + "finds it out")
final class ConnectEvent extends SocketEvent {
}
