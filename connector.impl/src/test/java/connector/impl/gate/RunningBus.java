// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.NotifyEvent.Reason;
import connector.api.wire.GatePath;
import connector.impl.bus.Bus;
import connector.impl.bus.BusSettings;
import connector.impl.bus.Origin;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.notify.Notifications;
import connector.impl.policy.RulePolicy;
import connector.impl.session.Session;
import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;
import ksock.api.KernelSockets;

/** A bus and real kernel sockets, without a framework around them. */
public final class RunningBus implements AutoCloseable {

    public final KernelSockets sockets = ServiceLoader.load(KernelSockets.class).findFirst().orElseThrow();
    public final RulePolicy policy;
    public final Netlink netlink;
    public final Bus bus;
    public final Notifications notifications;
    private final int uid;
    /** What a bundle would have. */
    public final Session connector;

    public RunningBus() throws IOException {
        uid = (int) GatePath.uid();
        policy = new RulePolicy(uid);
        netlink = new Netlink(policy, new Counters());
        bus = new Bus(netlink, BusSettings.DEFAULT);
        notifications = new Notifications(netlink);
        bus.listen(notifications);
        connector = new Session(bus, inPlatform("test"), Origin.NONE, () -> Reason.WITHDRAWN);
    }

    int uid() {
        return uid;
    }

    public static Identity inPlatform(String owner) throws IOException {
        return new Identity(true, (int) GatePath.uid(), 0, (int) ProcessHandle.current().pid(), List.of(), owner);
    }

    @Override
    public void close() {
        connector.close();
        bus.close();
        netlink.close();
    }
}
