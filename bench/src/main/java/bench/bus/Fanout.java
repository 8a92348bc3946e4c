// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import bench.end.Driver;
import bench.end.Slice;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.ConnectorException;
import connector.impl.session.Session;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One message to a group of many ports, the next when all have received it. An operation is one port's message. */
final class Fanout implements Driver {

    private static final int GROUP = 5;
    private static final int LENGTH = 20;
    private static final byte[] DATA = new byte[20];

    private final Session session = new LocalBus().session();
    private final int subscribers;
    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private volatile Thread sender = Thread.currentThread();

    Fanout(int subscribers) throws ConnectorException {
        this.subscribers = subscribers;
        for (int i = 0; i < subscribers; i++) {
            CnPort port = session.openPort((msg, from) -> received());
            LocalBus.check(port.addMembership(GROUP), "addMembership");
        }
    }

    private void received() {
        if (received.incrementAndGet() == rounds.get() * subscribers) {
            LockSupport.unpark(sender);
        }
    }

    @Override
    public Slice run(long nanos) {
        sender = Thread.currentThread();
        long begin = System.nanoTime();
        long operations = 0;
        do {
            int round = (int) rounds.incrementAndGet();
            LocalBus.check(session.netlinkSend(CnMsg.of(LocalBus.ID, round, 0, DATA), GROUP), "netlinkSend");
            while (received.get() < rounds.get() * subscribers) {
                LockSupport.park(this);
            }
            operations += subscribers;
        } while (System.nanoTime() - begin < nanos);
        return new Slice(operations, operations * (LENGTH + DATA.length), System.nanoTime() - begin);
    }
}
