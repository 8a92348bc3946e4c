// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** The clock of System.nanoTime may stand anywhere, and run over. */
    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MAX_VALUE - 10, Long.MIN_VALUE})
    void shouldGiveOneSecondsWorthAtOnceAndThenAsManyAsTimeBrings(long begin) {
        Rate rate = new Rate(10, begin);
        assertThat(taken(rate, begin)).isEqualTo(10);
        assertThat(taken(rate, begin + SECOND / 10 - 1)).isZero();
        assertThat(taken(rate, begin + SECOND / 10)).isEqualTo(1);
        assertThat(taken(rate, begin + SECOND / 2)).isEqualTo(4);
        assertThat(taken(rate, begin + 100 * SECOND)).as("no more than the bucket holds").isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE})
    void shouldNotLimitAnybodyAtZero(long now) {
        assertThat(taken(new Rate(0, now), now)).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MAX_VALUE - 10, Long.MIN_VALUE})
    void shouldShareOneSecondWithAnotherRateByWhatAMessageTakesOfIt(long begin) {
        AtomicLong fullAt = new AtomicLong(begin);
        Rate ten = new Rate(10, fullAt);
        Rate hundred = new Rate(100, fullAt);
        assertThat(new Rate(0, fullAt).take(begin)).as("takes nothing").isTrue();
        assertThat(taken(hundred, begin)).isEqualTo(100);
        assertThat(taken(ten, begin)).isZero();
        assertThat(taken(ten, begin + SECOND / 2)).isEqualTo(5);
        assertThat(taken(hundred, begin + SECOND / 2)).isZero();
        assertThat(fullAt.get() - begin).as("full again a second later").isEqualTo(SECOND + SECOND / 2);
    }

    private static int taken(Rate rate, long now) {
        int taken = 0;
        while (taken < 1000 && rate.take(now)) {
            taken++;
        }
        return taken;
    }
}
