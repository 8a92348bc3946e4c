// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace();

    @BeforeEach
    void begin() {
        pace.begin();
    }

    @Test
    void shouldLookMoreAndMoreSeldomWhileTheLeaderGetsOn() {
        long[] pauses = new long[6];
        for (int i = 0; i < pauses.length; i++) {
            pace.gotOn();
            pauses[i] = TimeUnit.NANOSECONDS.toMillis(pace.nanos());
        }
        assertThat(pauses).containsExactly(1, 2, 4, 8, 8, 8);
    }

    @Test
    void shouldLookAgainSoonWhenTheLeaderMayBeHeldUp() {
        slowDown();
        pace.suspects();
        assertThat(pace.nanos()).isEqualTo(Pace.SHORTEST_NANOS);
    }

    @Test
    void shouldSleepSoonAfterTheLeaderCameToRest() {
        slowDown();
        int looks = 0;
        while (!pace.maySleep()) {
            pace.rested();
            looks++;
        }
        assertThat(looks).isEqualTo(3);
    }

    @Test
    void shouldNotSleepWhileTheLeaderRestsOnlyNowAndThen() {
        for (int i = 0; i < 100; i++) {
            pace.rested();
            pace.rested();
            assertThat(pace.maySleep()).isFalse();
            pace.gotOn();
        }
    }

    @Test
    void shouldLookSoonAfterTheLeaderIsBackAtWork() {
        slowDown();
        pace.begin();
        pace.gotOn();
        assertThat(pace.nanos()).isEqualTo(Pace.SHORTEST_NANOS);
        assertThat(pace.maySleep()).isFalse();
    }

    @Test
    void shouldLookOftenForAboutASecondAfterAHoldUp() {
        slowDown();
        pace.beWary();
        pace.begin();
        long nanos = 0;
        for (pace.gotOn(); pace.nanos() == Pace.SHORTEST_NANOS; pace.gotOn()) {
            nanos += pace.nanos();
        }
        assertThat(TimeUnit.NANOSECONDS.toMillis(nanos)).isEqualTo(1000);
        slowDown();
    }

    private void slowDown() {
        for (int i = 0; i < 5; i++) {
            pace.gotOn();
        }
        assertThat(pace.nanos()).isEqualTo(Pace.LONGEST_NANOS);
    }
}
