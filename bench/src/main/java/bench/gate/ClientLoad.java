// SPDX-License-Identifier: Apache-2.0
package bench.gate;

import bench.end.Driver;
import bench.end.Slice;
import connector.api.wire.NlMsgHdr;
import connector.client.CnMessage;
import connector.client.CnSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sends lists of numbered messages through {@code CnSocket}. */
final class ClientLoad implements Driver {

    private static final int BATCH = 64;
    private static final int FRAME = 56;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CnSocket socket;
    private long count;
    private int questions;

    ClientLoad(String path) throws IOException {
        socket = CnSocket.socket(Path.of(path));
    }

    @Override
    public Slice run(long nanos) throws IOException {
        long begin = System.nanoTime();
        long operations = 0;
        do {
            List<CnMessage> batch = new ArrayList<>(BATCH);
            for (int i = 0; i < BATCH; i++) {
                batch.add(new CnMessage(GateServer.IDX, GateServer.COUNTER, 0, 0, GateServer.data(count++)));
            }
            socket.send(batch);
            operations += BATCH;
        } while (System.nanoTime() - begin < nanos);
        CnMessage answer = socket.request(
                new CnMessage(GateServer.IDX, GateServer.COUNTER, ++questions, 1, GateServer.data(0)), PATIENCE);
        long arrived = NlMsgHdr.buffer(answer.data()).getLong(0);
        if (arrived != count) {
            throw new IllegalStateException(arrived + " messages arrived of " + count);
        }
        return new Slice(operations, FRAME * operations, System.nanoTime() - begin);
    }
}
