// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Prints how many bytes the loop's leader allocates in {@link #TURNS} turns, once the compiler has seen enough. */
final class AllocationProgram {

    static final int TURNS = 5_000;

    private AllocationProgram() {
    }

    @SuppressWarnings("SystemOut") // what it is for
    public static void main(String[] args) throws Exception {
        try (DescriptorPair pair = new DescriptorPair(); EventLoop loop = new EventLoop()) {
            AtomicLong leader = new AtomicLong();
            AtomicLong received = new AtomicLong();
            Registration registration = loop.register(pair.near, new Handler() {
                @Override
                public void ready(int events) {
                    leader.setPlain(Thread.currentThread().threadId());
                    received.addAndGet(DescriptorPair.drain(pair.near));
                }

                @Override
                public void lost(int errno) {
                    // The program closes its registration.
                }
            });
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long sent = pingPong(pair.far, received, 0, 30_000);
            // On a busy machine the compiler may take its time, and the leader may change meanwhile.
            long least = Long.MAX_VALUE;
            long start = System.nanoTime();
            while (least >= TURNS && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
                long thread = leader.get();
                long before = threads.getThreadAllocatedBytes(thread);
                sent = pingPong(pair.far, received, sent, TURNS);
                long allocated = threads.getThreadAllocatedBytes(thread) - before;
                if (leader.get() == thread) {
                    least = Math.min(least, allocated);
                }
            }
            System.out.println(least);
            registration.close();
        }
    }

    private static long pingPong(int far, AtomicLong received, long from, int turns) {
        long sent = from;
        for (int i = 0; i < turns; i++) {
            sent += DescriptorPair.send(far, 1);
            while (received.get() < sent) {
                Thread.onSpinWait();
            }
        }
        return sent;
    }
}
