// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import connector.api.CbId;
import connector.api.NotifyRequest;
import connector.impl.gate.AllocationFailures;
import connector.impl.netlink.Account;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Holdings;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.policy.RulePolicy;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Whether what a user has of subscriptions is what is counted, after one allocation has failed: a line that says it.
 * Loaded so that allocations of the connector can fail.
 */
public final class ShortSubscription implements IntFunction<String> {

    private static final int GROUP = 7;

    @Override
    public String apply(int allocation) {
        Account account = new Account(new Holdings(), 1 << 20, 1, 8);
        // A class whose first use fails for want of memory is lost to all.
        subscribe(new Notifications(new Netlink(new RulePolicy(1), new Counters())), account);
        Notifications notifications = new Notifications(new Netlink(new RulePolicy(1), new Counters()));
        long before = account.subscriptions();
        Predicate<Thread> here = Thread.currentThread()::equals;
        AllocationFailures.fail(allocation, here);
        try {
            subscribe(notifications, account);
        } catch (OutOfMemoryError e) {
            // What was asked for is not there, or not whole.
        }
        if (!AllocationFailures.end()) {
            return "none failed";
        }
        return account.subscriptions() - before - notifications.subscriptions().length + " too many";
    }

    private static void subscribe(Notifications notifications, Account account) {
        Identity who = Identity.ofProcess(1, 1, 77, List.of(), "short of memory");
        Port port = new Netlink(new RulePolicy(1), new Counters()).open(
                who, PortLimits.DEFAULT, account, readable -> { });
        NotifyRequest one = NotifyRequest.of(new CbId(1, 1));
        notifications.request(ControlMessages.request(NotifyRequest.ALL, 1, GROUP, true), 0, port, null);
        notifications.request(ControlMessages.request(one, 2, GROUP, false), 0, port, null);
        notifications.request(ControlMessages.request(one, 3, GROUP, false), 0, port, null);
    }
}
