// SPDX-License-Identifier: Apache-2.0
package ksock.impl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class ChangeCountTest {

    private final Queue<Runnable> later = new ArrayDeque<>();
    private final List<Long> published = new ArrayList<>();
    private final ChangeCount changes = new ChangeCount(later::add, published::add);

    @Test
    void shouldPublishManyChangesAsOne() {
        for (int i = 0; i < 1000; i++) {
            changes.run();
        }
        assertThat(later).hasSize(1);
        later.remove().run();
        assertThat(published).containsExactly(1000L);
    }

    @Test
    void shouldPublishWhatComesAfterwards() {
        changes.run();
        later.remove().run();
        changes.run();
        later.remove().run();
        assertThat(published).containsExactly(1L, 2L);
        assertThat(later).isEmpty();
    }

    @Test
    void shouldPublishWithTheNextChangeWhatNobodyCouldTakeUp() {
        boolean[] refuses = {true};
        ChangeCount counted = new ChangeCount(task -> {
            if (refuses[0]) {
                throw new RejectedExecutionException("no thread");
            }
            later.add(task);
        }, published::add);

        counted.run();
        refuses[0] = false;
        counted.run();

        assertThat(later).hasSize(1);
        later.remove().run();
        assertThat(published).containsExactly(2L);
    }
}
