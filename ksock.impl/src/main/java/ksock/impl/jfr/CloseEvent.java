// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;

/** {@code ksock.Close}. */
@Name("ksock.Close")
@Label("Close")
@Description("A socket that was closed. The duration is from close to the descriptor given back: it includes the wait "
        + "for calls and callbacks to come out")
final class CloseEvent extends SocketEvent {

    @Label("Open For")
    @Description("How long the socket lived")
    @Timespan(Timespan.MILLISECONDS)
    long openMs;

    @Label("Received")
    @DataAmount
    long receivedBytes;

    @Label("Sent")
    @DataAmount
    long sentBytes;

    @Label("Forgotten")
    @Description("Whether nobody closed it, and it was closed when nobody could use it any more")
    boolean forgotten;
}
