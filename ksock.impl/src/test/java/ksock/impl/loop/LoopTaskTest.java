// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What runs on the loop beside its events: tasks, timers, and what of these throws. */
@Timeout(300)
class LoopTaskTest {

    private final EventLoop loop = new EventLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void shouldRunEachTaskOnceOnItsOwnThreads() throws Exception {
        ConcurrentLinkedQueue<Integer> ran = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Boolean> where = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            loop.execute(new TestTask(() -> {
                ran.add(number);
                where.add(EventLoop.onLoopThread());
            }));
        }
        await().until(() -> where.size() == 1000);
        // Not their order: one that is held up loses the loop to the next.
        assertThat(ran).hasSize(1000).doesNotHaveDuplicates();
        assertThat(where).doesNotContain(false);
        assertThat(EventLoop.onLoopThread()).isFalse();
    }

    @Test
    void shouldRunTimersWhenTheyAreDueTheEarliestFirst() throws Exception {
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        long start = System.nanoTime();
        loop.schedule(new TestTask(() -> ran.add("late")), TimeUnit.MILLISECONDS.toNanos(60));
        loop.schedule(new TestTask(() -> ran.add("early")), TimeUnit.MILLISECONDS.toNanos(20));

        assertThat(ran.poll(60, TimeUnit.SECONDS)).isEqualTo("early");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(ran.poll(60, TimeUnit.SECONDS)).isEqualTo("late");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(60));
    }

    @Test
    void shouldSurviveHandlersAndTasksThatThrow() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            DescriptorPair.send(pair.far, 1);
            AtomicInteger calls = new AtomicInteger();
            Registration registration = loop.register(pair.near, new Handler() {
                @Override
                public void ready(int events) {
                    calls.incrementAndGet();
                    throw new AssertionError("thrown by the test");
                }

                @Override
                public void lost(int errno) {
                    // The test closes its registration.
                }
            });
            await().untilAsserted(() -> assertThat(calls.get()).isEqualTo(1));
            loop.execute(new TestTask(() -> {
                throw new IllegalStateException("thrown by the test");
            }));
            DescriptorPair.send(pair.far, 1);
            await().untilAsserted(() -> assertThat(calls.get()).isEqualTo(2));
            registration.close();
        }
    }
}
