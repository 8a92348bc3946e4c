// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.CnMsg;
import connector.api.Sender;

/**
 * A port as the sender of a message. It holds the port itself, not its id: a reply never reaches another port that got
 * the same id later.
 */
final class PortSender implements Sender {

    private final Port port;
    private final int group;

    PortSender(Port port, int group) {
        this.port = port;
        this.group = group;
    }

    Port port() {
        return port;
    }

    @Override
    public int portId() {
        return port.portId();
    }

    @Override
    public boolean inPlatform() {
        return port.identity().inPlatform();
    }

    @Override
    public boolean isOpen() {
        return !port.isClosed();
    }

    @Override
    public int uid() {
        return port.identity().uid();
    }

    @Override
    public int gid() {
        return port.identity().gid();
    }

    @Override
    public int pid() {
        return port.identity().pid();
    }

    @Override
    public int group() {
        return group;
    }

    @Override
    public int send(CnMsg msg) {
        return port.deliver(Frame.of(msg), null);
    }

    @Override
    public String toString() {
        return port.toString();
    }
}
