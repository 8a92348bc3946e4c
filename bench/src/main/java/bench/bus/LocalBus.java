// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import connector.api.CbId;
import connector.api.NotifyEvent.Reason;
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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A bus without a framework around it, otherwise whole. */
public final class LocalBus {

    /** Whom messages are for. */
    static final CbId ID = new CbId(0x123, 0x456);

    private final Bus bus;
    /** Whose processes a gate lets send: those of the user who measures. */
    private final int uid;

    /** Makes it. */
    public LocalBus() {
        uid = ownUid();
        Netlink netlink = new Netlink(new RulePolicy(uid), new Counters());
        bus = new Bus(netlink, BusSettings.DEFAULT);
        bus.listen(new Notifications(netlink));
    }

    /**
     * The bus as a bundle has it.
     *
     * @return a session of its own
     */
    public Session session() {
        return new Session(bus, new Identity(true, uid, uid, (int) ProcessHandle.current().pid(), List.of(), "bench"),
                Origin.NONE, () -> Reason.WITHDRAWN);
    }

    /**
     * Makes an id.
     *
     * @param val its val
     * @return the id
     */
    public static CbId id(int val) {
        return new CbId(ID.idx(), val);
    }

    /**
     * Its ports.
     *
     * @return where a gate can be opened on it
     */
    public Netlink netlink() {
        return bus.netlink();
    }

    private static int ownUid() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void check(int errno, String what) {
        if (errno != 0) {
            throw new IllegalStateException(what + ": errno " + errno);
        }
    }
}
