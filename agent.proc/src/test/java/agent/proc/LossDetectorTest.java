// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LossDetectorTest {

    private final LossDetector losses = new LossDetector();

    @Test
    void shouldNotMissWhatCameBeforeTheFirstEvent() {
        assertThat(losses.next(0, 7940)).isZero();
        assertThat(losses.next(0, 7941)).isZero();
    }

    @Test
    void shouldCountAGap() {
        losses.next(0, 10);

        assertThat(losses.next(0, 14)).isEqualTo(3);
        assertThat(losses.next(0, 15)).isZero();
    }

    @Test
    void shouldCountEachProcessorByItself() {
        losses.next(0, 7940);
        losses.next(1, 8012);

        assertThat(losses.next(1, 8013)).isZero();
        assertThat(losses.next(0, 7942)).isEqualTo(1);
        assertThat(losses.next(700, 1)).isZero();
        assertThat(losses.next(700, 3)).isEqualTo(1);
    }

    @Test
    void shouldGoOnWhenTheNumbersWrap() {
        losses.next(0, 0xffffffff);

        assertThat(losses.next(0, 0)).isZero();
        assertThat(losses.next(0, 3)).isEqualTo(2);
    }

    @Test
    void shouldIgnoreWhatIsNoProcessor() {
        losses.next(-1, 1);

        assertThat(losses.next(-1, 100)).isZero();
        assertThat(losses.next(Integer.MAX_VALUE, 5)).isZero();
        assertThat(losses.next(Integer.MAX_VALUE, 500)).isZero();
    }
}
