// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.impl.gate.AllocationFailures;
import connector.impl.policy.RulePolicy;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * What becomes of a port's memberships while one allocation fails: a line that says what is wrong, or that nothing is.
 * Loaded so that allocations of the connector can fail.
 */
public final class ShortMembership implements IntFunction<String> {

    private static final int GROUPS = 5;

    @Override
    public String apply(int allocation) {
        Netlink netlink = new Netlink(new RulePolicy(1), new Counters());
        Account account = new Account(new Holdings(), 1 << 20, GROUPS, 1);
        Identity who = Identity.ofProcess(1, 1, 77, List.of(), "short of memory");
        Port other = netlink.open(who, PortLimits.DEFAULT, readable -> { });
        other.bind(1, 0b1);
        Port port = netlink.open(who, PortLimits.DEFAULT, account, readable -> { });
        Frame frame = Frame.of(CnMsg.of(new CbId(1, 1)));
        Predicate<Thread> here = Thread.currentThread()::equals;
        AllocationFailures.fail(allocation, here);
        // From here on nothing is made in this method.
        try {
            port.bind(2, 0b0111);
            port.bind(2, 0b1010);
            port.addMembership(GROUPS);
        } catch (OutOfMemoryError e) {
            // What was asked for is not there, or only a part of it is.
        }
        if (!AllocationFailures.end()) {
            return "none failed";
        }
        int[] said = port.memberships();
        int[] found = new int[said.length];
        int count = 0;
        for (int group = 1; group <= GROUPS; group++) {
            netlink.multicast(frame, other, 0, group, null);
            if (port.receive() != null) {
                found = Arrays.copyOf(found, Math.max(found.length, count + 1));
                found[count++] = group;
            }
        }
        long tooMany = account.memberships() - said.length;
        port.close();
        other.close();
        return (Arrays.equals(said, found) ? "as it says" : Arrays.toString(said) + " is " + Arrays.toString(found))
                + ", " + tooMany + " too many, then " + account.memberships() + ", " + netlink.groups().size()
                + " groups left";
    }
}
