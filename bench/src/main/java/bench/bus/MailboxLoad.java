// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import bench.end.Driver;
import bench.end.Slice;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.LockSupport;

/** Senders that send all the time. A turn ends when all has been received. */
final class MailboxLoad implements Driver {

    private static final int BATCH = 100;
    private static final int MESSAGE_BYTES = 20;
    private static final long WAIT_NANOS = 20_000;

    private final Queue queue;
    private final int[] sent;
    private final CyclicBarrier begin;
    private final CyclicBarrier end;
    private volatile long deadline;

    MailboxLoad(Queue queue, int senders, boolean virtual) {
        this.queue = queue;
        sent = new int[senders];
        begin = new CyclicBarrier(senders + 1);
        end = new CyclicBarrier(senders + 1);
        // They stay, for the kernel's account of processor time forgets threads that have ended.
        for (int i = 0; i < senders; i++) {
            int sender = i;
            (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(() -> sendTurns(sender));
        }
    }

    private void sendTurns(int sender) {
        try {
            while (true) {
                begin.await();
                while (System.nanoTime() - deadline < 0) {
                    for (int i = 0; i < BATCH; i++) {
                        queue.send(sender, ++sent[sender]);
                    }
                }
                end.await();
            }
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    @Override
    public Slice run(long nanos) throws Exception {
        long before = queue.receiver().count();
        long from = System.nanoTime();
        deadline = from + nanos;
        begin.await();
        end.await();
        long all = 0;
        for (int number : sent) {
            all += number;
        }
        while (queue.receiver().count() < all) {
            LockSupport.parkNanos(WAIT_NANOS);
        }
        long took = System.nanoTime() - from;
        queue.receiver().check();
        return new Slice(all - before, (all - before) * MESSAGE_BYTES, took);
    }
}
