// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** {@code connector.ClientConnected}. */
@Name("connector.ClientConnected")
@Label("Client Connected")
@Description("A process has connected to a gate")
final class ClientConnectedEvent extends ClientEvent {
}
