// SPDX-License-Identifier: Apache-2.0
package connector.test.agents.echo;

import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.propertytypes.ConnectorUser;
import org.osgi.service.component.annotations.Component;

/** Replies with what it is sent. */
@Component
@ConnectorUser(idx = Echo.IDX, val = Echo.VAL, name = "echo")
public final class Echo implements CnCallback {
    public static final int IDX = 0xEC;
    public static final int VAL = 1;

    @Override
    public void callback(CnMsg msg, Sender sender) {
        sender.reply(msg, msg.toByteArray());
    }
}
