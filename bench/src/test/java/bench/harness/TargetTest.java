// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetTest {

    @Test
    void shouldHoldTimesAgainstAnUpperBound() {
        Target target = Target.timeAtMost("ksock", "C", 1.05);

        assertThat(target.ratio(21, 20)).isEqualTo(1.05);
        assertThat(target.verdict(Spread.of(1.05))).isEqualTo("at most 1.05: met");
        assertThat(target.verdict(Spread.of(1.06))).isEqualTo("at most 1.05: NOT met");
    }

    @Test
    void shouldHoldRatesAgainstALowerBound() {
        Target target = Target.rateAtLeast("ksock", "C", 0.97);

        assertThat(target.ratio(20, 10)).as("twice the time is half the rate").isEqualTo(0.5);
        assertThat(target.verdict(Spread.of(0.97))).isEqualTo("at least 0.97: met");
        assertThat(target.verdict(Spread.of(0.96))).isEqualTo("at least 0.97: NOT met");
    }

    @Test
    void shouldOnlyStateWhatHasNoBound() {
        assertThat(Target.rate("Netty", "C").verdict(Spread.of(0.1))).isEqualTo("stated");
    }

    @Test
    void shouldDecideNothingWhereTheMiddleHalfLiesOnBothSides() {
        assertThat(Target.rateAtLeast("ksock", "C", 1).verdict(Spread.of(0.5, 0.6, 1.2, 1.4)))
                .isEqualTo("at least 1.00: undecided");
    }
}
