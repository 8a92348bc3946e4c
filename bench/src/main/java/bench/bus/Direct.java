// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import bench.end.Driver;
import bench.end.Slice;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.ConnectorConstants;
import connector.api.ConnectorException;
import connector.impl.session.Session;
import java.util.Map;

/** A message that runs on its sender's thread: to an inline user, or brought to an idle mailbox. */
final class Direct implements Driver {

    private static final int BATCH = 1000;
    private static final int MESSAGE_BYTES = 20;

    private final CnMsg message = CnMsg.of(LocalBus.ID);
    private final CnPort port;
    private long received;

    Direct(String kind) throws ConnectorException {
        Session session = new LocalBus().session();
        LocalBus.check(session.addCallback(LocalBus.ID, "receiver", (msg, sender) -> received++,
                Map.of(ConnectorConstants.DELIVERY, kind.equals("inline") ? ConnectorConstants.DELIVERY_INLINE
                        : ConnectorConstants.DELIVERY_MAILBOX)), "addCallback");
        port = session.openPort((msg, sender) -> { });
    }

    @Override
    public Slice run(long nanos) {
        long before = received;
        long begin = System.nanoTime();
        long operations = 0;
        do {
            for (int i = 0; i < BATCH; i++) {
                LocalBus.check(port.send(message), "send");
            }
            operations += BATCH;
        } while (System.nanoTime() - begin < nanos);
        long took = System.nanoTime() - begin;
        if (received - before != operations) {
            throw new IllegalStateException(received - before + " of " + operations + " messages were received");
        }
        return new Slice(operations, operations * MESSAGE_BYTES, took);
    }
}
