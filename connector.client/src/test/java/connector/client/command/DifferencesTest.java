// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import connector.api.wire.CnStat;
import connector.api.wire.CnStat.Attribute;
import connector.client.CnStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DifferencesTest {

    private static final long SECOND = 1_000_000_000;

    private final Differences differences = new Differences();

    private static CnStatistics bus(long timeNs) {
        return new CnStatistics(CnStat.BUS, -1, -1, timeNs, new TreeMap<>());
    }

    private static CnStatistics user(long delivered, long queued) {
        return new CnStatistics(CnStat.USER, 14, 1, 0, new TreeMap<>(Map.of(
                Attribute.DELIVERED.type(), delivered, Attribute.QUEUED.type(), queued)));
    }

    @Test
    void shouldTellWhatCameBetweenTwoLooksByThePlatformsClock() {
        differences.next(List.of(bus(5 * SECOND), user(100, 3)));
        assertThat(differences.isThere()).isFalse();
        assertThat(differences.of(user(100, 3), Attribute.DELIVERED.type())).as("the first look").isZero();

        CnStatistics later = user(150, 7);
        differences.next(List.of(bus(7 * SECOND), later));
        assertThat(differences.of(later, Attribute.DELIVERED.type())).isEqualTo(50);
        assertThat(differences.of(later, Attribute.QUEUED.type())).as("no counter").isZero();
        assertThat(differences.perSecond(later, Attribute.DELIVERED)).isCloseTo(25, within(1e-9));
    }

    @Test
    void shouldCountAllOfWhatIsNewOrBeganAgain() {
        differences.next(List.of(bus(SECOND), user(100, 0)));
        CnStatistics again = user(4, 0);
        CnStatistics other = new CnStatistics(CnStat.USER, 15, 1, 0, new TreeMap<>(Map.of(
                Attribute.DELIVERED.type(), 9L)));
        differences.next(List.of(bus(2 * SECOND), again, other));

        assertThat(differences.of(again, Attribute.DELIVERED.type())).as("a new user of the id").isEqualTo(4);
        assertThat(differences.of(other, Attribute.DELIVERED.type())).as("an id that was not there").isEqualTo(9);
    }
}
