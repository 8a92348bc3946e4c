// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import connector.api.CnMsg;
import connector.api.Sender;
import java.util.ArrayList;
import java.util.List;

/** A process at the gate, as the agent sees it. */
final class Client implements Sender {
    /** What it was sent. */
    final List<CnMsg> received = new ArrayList<>();

    /** Whether its port is. */
    boolean open = true;

    private final int portId;

    Client(int portId) {
        this.portId = portId;
    }

    @Override
    public int portId() {
        return portId;
    }

    @Override
    public boolean inPlatform() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public int uid() {
        return UNKNOWN;
    }

    @Override
    public int gid() {
        return UNKNOWN;
    }

    @Override
    public int pid() {
        return UNKNOWN;
    }

    @Override
    public int group() {
        return 0;
    }

    @Override
    public int send(CnMsg msg) {
        received.add(msg);
        return 0;
    }
}
