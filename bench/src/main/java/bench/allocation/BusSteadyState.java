// SPDX-License-Identifier: Apache-2.0
package bench.allocation;

import bench.bus.LocalBus;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.ConnectorConstants;
import connector.api.ConnectorException;
import connector.impl.session.Session;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Messages, made beforehand, on the ways that they can take to a user. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BusSteadyState {

    private final CnMsg inline = CnMsg.of(LocalBus.id(1));
    private final CnMsg brought = CnMsg.of(LocalBus.id(2));
    private final CnMsg queued = CnMsg.of(LocalBus.id(3));
    private CnPort port;
    private boolean again;
    private long received;

    /**
     * Makes the users.
     *
     * @throws ConnectorException if there can be no port
     */
    @Setup
    public void open() throws ConnectorException {
        Session session = new LocalBus().session();
        CnCallback count = (msg, sender) -> received++;
        session.addCallback(inline.id(), "inline", count,
                Map.of(ConnectorConstants.DELIVERY, ConnectorConstants.DELIVERY_INLINE));
        session.addCallback(brought.id(), "brought", count);
        session.addCallback(queued.id(), "queued", (msg, sender) -> {
            received++;
            again = !again;
            if (again) {
                // To a mailbox that is busy with this very call: it goes by the queue.
                port.send(queued);
            }
        });
        port = session.openPort((msg, sender) -> { });
    }

    /**
     * To an inline user.
     *
     * @return how many there were so far
     */
    @Benchmark
    public long inline() {
        return send(inline);
    }

    /**
     * Brought to an idle mailbox.
     *
     * @return how many there were so far
     */
    @Benchmark
    public long brought() {
        return send(brought);
    }

    /**
     * Brought to an idle mailbox, and one more through its queue.
     *
     * @return how many there were so far
     */
    @Benchmark
    public long queued() {
        return send(queued);
    }

    private long send(CnMsg msg) {
        int errno = port.send(msg);
        if (errno != 0) {
            throw new IllegalStateException("send: errno " + errno);
        }
        return received;
    }
}
