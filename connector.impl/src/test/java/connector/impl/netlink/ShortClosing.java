// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.impl.gate.AllocationFailures;
import connector.impl.policy.RulePolicy;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * What is left of a port that is closed while one allocation fails, after the next tick: a line that says it. Loaded so
 * that allocations of the connector can fail.
 */
public final class ShortClosing implements IntFunction<String> {

    private static final int GROUPS = 3;
    private static final int ID = 2;

    @Override
    public String apply(int allocation) {
        Netlink netlink = new Netlink(new RulePolicy(1), new Counters());
        Account account = new Account(new Holdings(), 1 << 20, GROUPS, 1);
        Identity who = Identity.ofProcess(1, 1, 77, List.of(), "short of memory");
        Port other = netlink.open(who, PortLimits.DEFAULT, readable -> { });
        other.bind(1, 0b111);
        Port port = netlink.open(who, PortLimits.DEFAULT, account, readable -> { });
        port.bind(ID, 0b111);
        port.tap(true);
        Frame frame = Frame.of(CnMsg.of(new CbId(1, 1)));
        for (int group = 1; group <= GROUPS; group++) {
            netlink.multicast(frame, other, 0, group, null);
        }
        long queued = account.queuedBytes();
        Predicate<Thread> here = Thread.currentThread()::equals;
        AllocationFailures.fail(allocation, here);
        try {
            port.close();
        } catch (OutOfMemoryError e) {
            // Who closes can do no more.
        }
        if (!AllocationFailures.end()) {
            return "none failed";
        }
        netlink.wakeLeft();
        int members = netlink.groups().stream().mapToInt(group -> group.members).sum();
        Port next = netlink.open(who, PortLimits.DEFAULT, readable -> { });
        return (queued > 0 ? account.queuedBytes() : "no") + " bytes, " + account.memberships() + " memberships, "
                + (members - GROUPS) + " members, tap " + port.isTap() + ", " + (netlink.ports().size() - 2)
                + " ports, its id gives " + next.bind(ID, 0);
    }
}
