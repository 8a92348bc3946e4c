// SPDX-License-Identifier: Apache-2.0
package connector.impl.session;

import connector.api.CnMsg;
import connector.api.Sender;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Port;

/** Who sent a datagram to a bundle's port, whence it can be answered: from that port. */
final class Correspondent implements Sender {

    private final PlatformPort own;
    private final Port ownPort;
    private final Port source;
    private final int group;

    Correspondent(PlatformPort own, Port ownPort, Datagram datagram) {
        this.own = own;
        this.ownPort = ownPort;
        this.source = datagram.source();
        this.group = datagram.group();
    }

    @Override
    public int portId() {
        return source == null ? 0 : source.portId();
    }

    @Override
    public boolean inPlatform() {
        return source == null || source.identity().inPlatform();
    }

    @Override
    public boolean isOpen() {
        return source == null || !source.isClosed();
    }

    @Override
    public int uid() {
        return source == null ? UNKNOWN : source.identity().uid();
    }

    @Override
    public int gid() {
        return source == null ? UNKNOWN : source.identity().gid();
    }

    @Override
    public int pid() {
        return source == null ? UNKNOWN : source.identity().pid();
    }

    @Override
    public int group() {
        return group;
    }

    @Override
    public int send(CnMsg msg) {
        return source == null ? own.send(msg) : source.deliver(Frame.of(msg), ownPort);
    }

    @Override
    public String toString() {
        return source == null ? "the connector" : source.toString();
    }
}
