// SPDX-License-Identifier: Apache-2.0
package connector.test.agents.identity;

import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.propertytypes.ConnectorUser;
import java.nio.charset.StandardCharsets;
import org.osgi.service.component.annotations.Component;

/** Tells a sender who it is. */
@Component
@ConnectorUser(idx = Identity.IDX, val = Identity.VAL, name = "identity")
public final class Identity implements CnCallback {
    public static final int IDX = 0xEC;
    public static final int VAL = 2;

    @Override
    public void callback(CnMsg msg, Sender sender) {
        String text = "uid " + sender.uid() + " pid " + sender.pid() + " inside " + sender.inPlatform();
        sender.reply(msg, text.getBytes(StandardCharsets.UTF_8));
    }
}
