// SPDX-License-Identifier: Apache-2.0
package connector.test.agents.kept;

import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.propertytypes.ConnectorUser;
import java.nio.charset.StandardCharsets;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Replies with its bundle's version. What comes while it is away is kept for whoever comes next. */
@Component
@ConnectorUser(idx = Kept.IDX, val = Kept.VAL, name = "kept", holdover = 20_000)
public final class Kept implements CnCallback {
    public static final int IDX = 0xED;
    public static final int VAL = 1;

    private final byte[] version;

    /** Made by DS. */
    @Activate
    public Kept(BundleContext context) {
        version = context.getBundle().getVersion().toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void callback(CnMsg msg, Sender sender) {
        sender.reply(msg, version);
    }
}
