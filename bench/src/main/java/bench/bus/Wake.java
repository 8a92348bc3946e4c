// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import bench.end.Driver;
import bench.end.Slice;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One message at a time to a receiver that has been idle for a while, on a thread that is not the sender's. */
final class Wake implements Driver {

    private static final long IDLE_NANOS = TimeUnit.MICROSECONDS.toNanos(300);
    private static final int MESSAGE_BYTES = 20;

    private final Queue queue;
    private int sent;

    Wake(Queue queue) {
        this.queue = queue;
    }

    @Override
    public Slice run(long nanos) throws Exception {
        // Virtual, whose messages no callback is ever run by.
        Callable<Slice> sends = () -> send(nanos);
        FutureTask<Slice> task = new FutureTask<>(sends);
        Thread.ofVirtual().start(task);
        return task.get();
    }

    private Slice send(long nanos) {
        long begin = System.nanoTime();
        long operations = 0;
        long waking = 0;
        while (System.nanoTime() - begin < nanos) {
            LockSupport.parkNanos(IDLE_NANOS);
            long from = System.nanoTime();
            queue.send(0, ++sent);
            while (queue.receiver().count() < sent) {
                Thread.onSpinWait();
            }
            waking += queue.receiver().arrived() - from;
            operations++;
        }
        queue.receiver().check();
        return new Slice(operations, operations * MESSAGE_BYTES, waking);
    }
}
