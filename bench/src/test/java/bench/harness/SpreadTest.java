// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void shouldInterpolateBetweenNeighbours() {
        assertThat(Spread.of(4, 1, 3, 2)).isEqualTo(new Spread(4, 1, 1.75, 2.5, 3.25, 4));
    }

    @Test
    void shouldTakeOneValueForAll() {
        assertThat(Spread.of(7)).isEqualTo(new Spread(1, 7, 7, 7, 7, 7));
    }

    @Test
    void shouldRefuseNothing() {
        assertThatThrownBy(Spread::of).isInstanceOf(IllegalArgumentException.class);
    }
}
