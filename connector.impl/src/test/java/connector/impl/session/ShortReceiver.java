// SPDX-License-Identifier: Apache-2.0
package connector.impl.session;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.ConnectorException;
import connector.api.NotifyEvent.Reason;
import connector.impl.bus.Bus;
import connector.impl.bus.BusSettings;
import connector.impl.bus.Origin;
import connector.impl.gate.AllocationFailures;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.notify.Notifications;
import connector.impl.policy.RulePolicy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Whether a bundle's port goes on receiving after one allocation has failed on the thread that reads it: a line that
 * says it. Loaded so that allocations of the connector can fail.
 */
public final class ShortReceiver implements IntFunction<String> {

    private static final CbId ID = new CbId(1, 1);
    /** More than are received in one turn. */
    private static final int MESSAGES = 66;
    private static final int LAST = -1;

    @Override
    public String apply(int allocation) {
        Netlink netlink = new Netlink(new RulePolicy(1), new Counters());
        Bus bus = new Bus(netlink, BusSettings.DEFAULT);
        bus.listen(new Notifications(netlink));
        Session session = new Session(bus, new Identity(true, 1, 1, 1, List.of(), "short of memory"), Origin.NONE,
                () -> Reason.WITHDRAWN);
        CountDownLatch sent = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        try {
            CnPort port = session.openPort((msg, sender) -> {
                sent.await();
                if (msg.seq() == LAST) {
                    last.countDown();
                }
            });
            for (int seq = 0; seq < MESSAGES; seq++) {
                session.netlinkSend(CnMsg.of(ID, seq, 0), port.portId(), 0);
            }
            AllocationFailures.fail(allocation, thread -> thread.getName().startsWith("connector-drainer"));
            sent.countDown();
            boolean received = false;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!received && System.nanoTime() - end < 0) {
                session.netlinkSend(CnMsg.of(ID, LAST, 0), port.portId(), 0);
                received = last.await(1, TimeUnit.MILLISECONDS);
            }
            boolean failed = AllocationFailures.end();
            return !received ? "nothing more" : failed ? "goes on" : "none failed";
        } catch (ConnectorException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            AllocationFailures.end();
            bus.close();
        }
    }
}
