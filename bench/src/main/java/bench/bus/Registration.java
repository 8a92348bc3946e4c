// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import bench.end.Driver;
import bench.end.Slice;
import connector.api.CbId;
import connector.api.CnCallback;
import connector.impl.session.Session;

/** addCallback and delCallback, of an id after the other, with so many others there. */
final class Registration implements Driver {

    private static final int BATCH = 100;
    /** Ids that come and go: so many that they are no more at hand than the others. */
    private static final int IDS = 1024;
    private static final int HEADER_BYTES = 20;

    private final Session session = new LocalBus().session();
    private final CnCallback callback = (msg, sender) -> { };
    private int next;

    Registration(int others) {
        for (int i = 0; i < others; i++) {
            LocalBus.check(session.addCallback(new CbId(2, i), "other", callback), "addCallback");
        }
    }

    @Override
    public Slice run(long nanos) {
        long begin = System.nanoTime();
        long operations = 0;
        do {
            for (int i = 0; i < BATCH; i++) {
                CbId id = new CbId(1, next++ % IDS);
                LocalBus.check(session.addCallback(id, "one", callback), "addCallback");
                session.delCallback(id);
            }
            operations += BATCH;
        } while (System.nanoTime() - begin < nanos);
        return new Slice(operations, operations * HEADER_BYTES, System.nanoTime() - begin);
    }
}
