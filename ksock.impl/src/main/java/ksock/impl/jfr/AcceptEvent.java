// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** {@code ksock.Accept}. */
@Name("ksock.Accept")
@Label("Accept")
@Description("A connection that was accepted, or an accept that failed, whose socket is the listener. The duration is "
        + "the call's, its wait for a connection included")
final class AcceptEvent extends SocketEvent {

    @Label("Listener")
    @Description("The number of the socket that listens")
    long listenerId;
}
