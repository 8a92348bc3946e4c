// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainersTest {

    @Test
    void shouldRunTasksAsSoonAsTheHostGivesThreadsAgain() {
        AtomicBoolean none = new AtomicBoolean(true);
        AtomicInteger ran = new AtomicInteger();
        try (Drainers drainers = new Drainers(8, name -> task -> {
            if (none.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return Thread.ofPlatform().daemon().name(name).unstarted(task);
        })) {
            for (int i = 0; i < 20; i++) {
                assertThat(drainers.execute(ran::incrementAndGet)).isTrue();
            }
            long before = drainers.now();
            await().atMost(Duration.ofSeconds(10)).until(() -> drainers.now() > before + 200);
            assertThat(drainers.threads()).isZero();
            assertThat(ran).hasValue(0);
            none.set(false);
            await().atMost(Duration.ofSeconds(10)).until(() -> ran.get() == 20);
            assertThat(drainers.threads()).isPositive();
        }
    }

    @Test
    void shouldTickOnWhenLookingForWhatWasLeftFails() {
        AtomicInteger looked = new AtomicInteger();
        try (Drainers drainers = new Drainers(8)) {
            drainers.search(() -> { }, () -> {
                looked.incrementAndGet();
                throw new IllegalStateException("on purpose");
            });
            await().atMost(Duration.ofSeconds(10)).until(() -> looked.get() > 2);
        }
    }
}
