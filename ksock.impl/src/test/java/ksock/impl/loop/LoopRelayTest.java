// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static ksock.impl.libc.LinuxConst.EPOLLIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop goes from hand to hand: handlers that take long, descriptors that come and go, and no event lost. */
@Timeout(300)
class LoopRelayTest {

    private final EventLoop loop = new EventLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void shouldKeepServingOthersWhileHandlersBlock() throws Exception {
        int stuck = 20;
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(stuck);
        List<DescriptorPair> pairs = new ArrayList<>();
        List<Registration> registrations = new ArrayList<>();
        for (int i = 0; i < stuck; i++) {
            DescriptorPair pair = new DescriptorPair();
            pairs.add(pair);
            DescriptorPair.send(pair.far, 1);
            registrations.add(loop.register(pair.near, new Handler() {
                @Override
                public void ready(int events) {
                    blocked.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }

                @Override
                public void lost(int errno) {
                    // The test closes its registrations.
                }
            }));
        }
        assertThat(blocked.await(60, TimeUnit.SECONDS)).as("each has a thread of its own").isTrue();

        try (DescriptorPair pair = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Registration registration = loop.register(pair.near, recorder);
            DescriptorPair.send(pair.far, 1);
            assertThat(recorder.next()).isEqualTo(EPOLLIN);
            registration.close();
        }

        release.countDown();
        await().untilAsserted(() -> assertThat(loop.threads()).isLessThanOrEqualTo(4));
        registrations.forEach(Registration::close);
        pairs.forEach(DescriptorPair::close);
    }

    @Test
    void shouldKeepServingOthersWhileItsVeryFirstTaskBlocks() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        for (int round = 0; round < 20; round++) {
            try (EventLoop fresh = new EventLoop()) {
                CountDownLatch second = new CountDownLatch(1);
                fresh.execute(new TestTask(() -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
                fresh.execute(new TestTask(second::countDown));
                assertThat(second.await(60, TimeUnit.SECONDS)).as("the second task, round %d", round).isTrue();
            }
        }
        release.countDown();
    }

    @Test
    void shouldDeliverEveryEventOnceWhileTheLoopChangesHands() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int descriptors = 50;
        AtomicInteger[] delivered = new AtomicInteger[descriptors];
        List<DescriptorPair> pairs = new ArrayList<>();
        List<Registration> registrations = new ArrayList<>();
        boolean[] slow = new boolean[descriptors];
        for (int i = 0; i < descriptors; i++) {
            AtomicInteger count = new AtomicInteger();
            delivered[i] = count;
            slow[i] = random.nextInt(4) == 0;
            long pause = slow[i] ? TimeUnit.MICROSECONDS.toNanos(500 + random.nextInt(4000)) : 0;
            DescriptorPair pair = new DescriptorPair();
            pairs.add(pair);
            registrations.add(loop.register(pair.near, new Handler() {
                @Override
                public void ready(int events) {
                    long until = System.nanoTime() + pause;
                    while (pause > 0 && System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    count.addAndGet((int) DescriptorPair.drain(pair.near));
                }

                @Override
                public void lost(int errno) {
                    // The test closes its registrations.
                }
            }));
        }
        int[] sent = new int[descriptors];
        for (int i = 0; i < 3000; i++) {
            int to = random.nextInt(descriptors);
            sent[to] += (int) DescriptorPair.send(pairs.get(to).far, 1);
        }
        for (int i = 0; i < descriptors; i++) {
            int index = i;
            await().untilAsserted(() -> assertThat(delivered[index].get()).as("seed " + seed).isEqualTo(sent[index]));
        }
        registrations.forEach(Registration::close);
        pairs.forEach(DescriptorPair::close);
    }

    @Test
    void shouldNeverReachAnotherSocketThatHasTheNumberNow() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AtomicInteger wrong = new AtomicInteger();
        AtomicLong right = new AtomicLong();
        for (int i = 0; i < 5000; i++) {
            DescriptorPair pair = new DescriptorPair();
            boolean expectsData = random.nextBoolean();
            Registration registration = loop.register(pair.near, new Handler() {
                @Override
                public void ready(int events) {
                    if (!expectsData) {
                        wrong.incrementAndGet();
                    } else {
                        right.incrementAndGet();
                    }
                }

                @Override
                public void lost(int errno) {
                    wrong.incrementAndGet();
                }
            });
            if (expectsData) {
                DescriptorPair.send(pair.far, 1);
            }
            for (int spin = random.nextInt(200); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            registration.close();
            pair.close();
        }
        Recorder.settle(loop);
        assertThat(wrong.get()).as("seed " + seed).isZero();
        assertThat(right.get()).isPositive();
    }
}
