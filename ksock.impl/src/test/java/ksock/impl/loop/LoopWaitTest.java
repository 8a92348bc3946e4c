// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class LoopWaitTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop = new EventLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void shouldBeAnyWaitOutsideALoop() {
        LoopWait wait = new LoopWait();
        assertThat(wait.next(SECOND)).isEqualTo(SECOND);
        assertThat(wait.next(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldKeepTheLoopForAMomentOnly() throws Exception {
        BlockingQueue<Long> pauses = new LinkedBlockingQueue<>();
        loop.execute(new TestTask(() -> {
            LoopWait wait = new LoopWait();
            pauses.add(wait.next(SECOND));
            pauses.add(wait.next(SECOND));
            pauses.add(new LoopWait().next(1_000));
        }));
        assertThat(pauses.poll(60, TimeUnit.SECONDS)).isEqualTo(200_000);
        assertThat(pauses.poll(60, TimeUnit.SECONDS)).isEqualTo(SECOND);
        assertThat(pauses.poll(60, TimeUnit.SECONDS)).isEqualTo(1_000);
    }

    /** Who only looks at the leader needs a millisecond and more; told so, the watcher needs none. */
    @Test
    void shouldGiveTheLoopAwayBeforeAnybodyLooks() throws Exception {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 2_000 && best >= Pace.SHORTEST_NANOS; round++) {
            AtomicLong given = new AtomicLong();
            AtomicLong taken = new AtomicLong();
            loop.execute(new TestTask(() -> {
                LoopWait wait = new LoopWait();
                wait.next(SECOND);
                given.set(System.nanoTime());
                wait.next(SECOND);
                spinUntilSet(taken);
            }));
            loop.execute(new TestTask(() -> taken.set(System.nanoTime())));
            spinUntilSet(taken);
            best = Math.min(best, taken.get() - given.get());
        }
        assertThat(best).as("nanoseconds until another thread leads").isLessThan(Pace.SHORTEST_NANOS);
    }

    private static void spinUntilSet(AtomicLong time) {
        while (time.get() == 0) {
            Thread.onSpinWait();
        }
    }
}
