// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static ksock.impl.libc.LinuxConst.EPOLLHUP;
import static ksock.impl.libc.LinuxConst.EPOLLIN;
import static ksock.impl.libc.LinuxConst.EPOLLOUT;
import static ksock.impl.libc.LinuxConst.EPOLLRDHUP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class EventLoopTest {

    private final EventLoop loop = new EventLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    /** Keeps what it is told. */
    private static final class Recorder implements Handler {

        final BlockingQueue<Integer> events = new LinkedBlockingQueue<>();
        final BlockingQueue<Integer> losses = new LinkedBlockingQueue<>();

        @Override
        public void ready(int ready) {
            events.add(ready);
        }

        @Override
        public void lost(int errno) {
            losses.add(errno);
        }

        int next() throws InterruptedException {
            Integer next = events.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("an event").isNotNull();
            return next;
        }
    }

    private static Task task(Runnable body) {
        return new Task() {
            @Override
            protected void run() {
                body.run();
            }
        };
    }

    /** Returns when everything that was ready before has been delivered: what becomes ready now comes behind it. */
    private void settle() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (DescriptorPair behind = new DescriptorPair()) {
                DescriptorPair.send(behind.far, 1);
                Recorder recorder = new Recorder();
                Registration registration = loop.register(behind.near, recorder);
                recorder.next();
                registration.close();
            }
        }
    }

    @Test
    void shouldReportWhatIsReadyAtRegistration() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            DescriptorPair.send(pair.far, 3);
            Recorder recorder = new Recorder();

            Registration registration = loop.register(pair.near, recorder);

            assertThat(recorder.next() & EPOLLIN).isEqualTo(EPOLLIN);
            registration.close();
        }
    }

    @Test
    void shouldReportEachArrivalOnceAndAgainOnRequest() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Registration registration = loop.register(pair.near, recorder);

            DescriptorPair.send(pair.far, 1);
            assertThat(recorder.next()).isEqualTo(EPOLLIN);
            DescriptorPair.send(pair.far, 1);
            assertThat(recorder.next()).isEqualTo(EPOLLIN);
            settle();
            assertThat(recorder.events).isEmpty();

            assertThat(registration.rearm()).isZero();
            assertThat(recorder.next()).isEqualTo(EPOLLIN);

            DescriptorPair.drain(pair.near);
            registration.rearm();
            settle();
            assertThat(recorder.events).isEmpty();
            registration.close();
        }
    }

    @Test
    void shouldReportRoomOnlyWhenArmedAndThenOnce() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Registration registration = loop.register(pair.near, recorder);
            settle();
            assertThat(recorder.events).isEmpty();

            DescriptorPair.fill(pair.near);
            assertThat(registration.armWrite()).isZero();
            settle();
            assertThat(recorder.events).isEmpty();
            DescriptorPair.drain(pair.far);
            assertThat(recorder.next()).isEqualTo(EPOLLOUT);

            DescriptorPair.fill(pair.near);
            DescriptorPair.drain(pair.far);
            settle();
            assertThat(recorder.events).isEmpty();

            registration.armWrite();
            assertThat(recorder.next()).isEqualTo(EPOLLOUT);
            registration.close();
        }
    }

    @Test
    void shouldNotRepeatArrivalsWhenWritingIsArmed() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Registration registration = loop.register(pair.near, recorder);
            DescriptorPair.send(pair.far, 1);
            assertThat(recorder.next()).isEqualTo(EPOLLIN);

            registration.armWrite();

            assertThat(recorder.next()).as("room, and not the byte that is still there").isNotEqualTo(EPOLLIN);
            settle();
            assertThat(recorder.events).isEmpty();
            registration.close();
        }
    }

    @Test
    void shouldReportTheEndOfThePeer() throws Exception {
        DescriptorPair pair = new DescriptorPair();
        Recorder recorder = new Recorder();
        Registration registration = loop.register(pair.near, recorder);

        DescriptorPair.close(pair.far);

        assertThat(recorder.next()).isEqualTo(EPOLLIN | EPOLLHUP | EPOLLRDHUP);
        registration.close();
        DescriptorPair.close(pair.near);
    }

    @Test
    void shouldReportNothingAfterClose() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Registration registration = loop.register(pair.near, recorder);
            registration.close();
            registration.close();

            DescriptorPair.send(pair.far, 1);
            registration.armWrite();
            registration.rearm();
            settle();

            assertThat(recorder.events).isEmpty();
        }
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
                fresh.execute(task(() -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
                fresh.execute(task(second::countDown));
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
        settle();
        assertThat(wrong.get()).as("seed " + seed).isZero();
        assertThat(right.get()).isPositive();
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
            loop.execute(task(() -> {
                throw new IllegalStateException("thrown by the test");
            }));
            DescriptorPair.send(pair.far, 1);
            await().untilAsserted(() -> assertThat(calls.get()).isEqualTo(2));
            registration.close();
        }
    }

    @Test
    void shouldRunEachTaskOnceOnItsOwnThreads() throws Exception {
        ConcurrentLinkedQueue<Integer> ran = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Boolean> where = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            loop.execute(task(() -> {
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
        loop.schedule(task(() -> ran.add("late")), TimeUnit.MILLISECONDS.toNanos(60));
        loop.schedule(task(() -> ran.add("early")), TimeUnit.MILLISECONDS.toNanos(20));

        assertThat(ran.poll(60, TimeUnit.SECONDS)).isEqualTo("early");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(ran.poll(60, TimeUnit.SECONDS)).isEqualTo("late");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(60));
    }

    @Test
    void shouldTellEachHandlerThatItIsLostWhenTheLoopEnds() throws Exception {
        try (DescriptorPair pair = new DescriptorPair(); DescriptorPair other = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Recorder gone = new Recorder();
            Registration registration = loop.register(pair.near, recorder);
            loop.register(other.near, gone).close();

            loop.close();
            loop.close();

            assertThat(recorder.losses).containsExactly(Errno.ECANCELED.number());
            assertThat(gone.losses).isEmpty();
            registration.armWrite();
            registration.rearm();
            registration.close();
            assertThatThrownBy(() -> loop.register(pair.near, recorder)).isInstanceOfSatisfying(
                    KernelSocketException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECANCELED));
            assertThatThrownBy(() -> loop.execute(task(() -> { }))).isInstanceOf(KernelSocketException.class);
        }
    }

    @Test
    void shouldTellEachHandlerThatItIsLostWhenTheLoopDies() throws Exception {
        assertThat(ChildProgram.run(DeathProgram.class)).isEqualTo(Errno.ECANCELED.number() + " ECANCELED");
    }

    @Test
    void shouldSayWhyADescriptorCannotBeWatched() {
        assertThatThrownBy(() -> loop.register(-1, new Recorder())).isInstanceOfSatisfying(KernelSocketException.class,
                e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    }

    @Test
    void shouldLeaveNoDescriptorAndNoThreadBehind() throws Exception {
        try (EventLoop warmUp = new EventLoop()) {
            warmUp.execute(task(() -> { }));
        }
        long before = settledEpolls();
        List<EventLoop> loops = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            EventLoop one = new EventLoop();
            loops.add(one);
            one.execute(task(() -> { }));
        }
        assertThat(epolls()).isGreaterThanOrEqualTo(before + 20);
        loops.forEach(EventLoop::close);
        await().untilAsserted(() -> assertThat(epolls()).isLessThanOrEqualTo(before));
        await().untilAsserted(() -> assertThat(loops).allMatch(one -> one.threads() == 0));
    }

    @Test
    void shouldLeaveNothingBehindWhenItEndsAsItBegins() throws Exception {
        long before = settledEpolls();
        for (int i = 0; i < 500; i++) {
            try (EventLoop one = new EventLoop()) {
                one.execute(task(() -> { }));
            }
        }
        await().untilAsserted(() -> assertThat(epolls()).isLessThanOrEqualTo(before));
    }

    @Test
    void shouldAllocateNothingInSteadyState() throws Exception {
        // In a virtual machine of its own: what other tests did to the compiler's profiles shows as garbage of the JDK's.
        long turns = AllocationProgram.TURNS;
        assertThat(Long.parseLong(ChildProgram.run(AllocationProgram.class))).isLessThan(turns * 8L);
    }

    /** As many as there are when the loops of earlier tests have closed theirs. */
    private static long settledEpolls() {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(200, TimeUnit.MILLISECONDS).until(() -> {
            long now = epolls();
            return last.getAndSet(now) == now;
        });
        return last.get();
    }

    private static long epolls() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(fd -> {
                try {
                    return Files.readSymbolicLink(fd).toString().equals("anon_inode:[eventpoll]");
                } catch (IOException e) {
                    return false;
                }
            }).count();
        }
    }
}
