// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.runtime.GateDTO;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A gate that takes one client at a time, and says what it has; for who has loaded it by a loader of its own. */
public final class OneClientGate implements Supplier<String>, AutoCloseable {

    private final RunningBus platform = new RunningBus();
    private final Gate gate;

    /** Opens it. */
    public OneClientGate(Path path) throws IOException {
        gate = Gate.open(GateSettings.at(path).limits(1, ClientLimits.DEFAULT, UserLimits.DEFAULT.clients(1)),
                platform.sockets, platform.netlink);
    }

    @Override
    public String get() {
        GateDTO now = gate.toDTO();
        return now.clients + " clients, " + now.users.length + " users, " + platform.netlink.ports().size() + " ports";
    }

    @Override
    public void close() {
        gate.close();
        platform.close();
    }
}
