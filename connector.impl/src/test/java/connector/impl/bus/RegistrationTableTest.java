// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegistrationTableTest {

    private final RegistrationTable table = new RegistrationTable();

    @Test
    void shouldKnowTheLeastAndTheGreatestIds() {
        for (CbId id : List.of(new CbId(0, 0), new CbId(0, -1), new CbId(-1, 0), new CbId(-1, -2))) {
            assertThat(table.get(id)).isNull();
            Registration registration = new Registration(id);
            table.add(registration);
            assertThat(table.get(id)).isSameAs(registration);
        }
        assertThat(table.get(CbId.CONNECTOR)).isNull();
        assertThat(table.stream()).hasSize(4);
    }

    @Test
    void shouldHoldManyIdxsOfOneVal() {
        IntStream.range(0, 100_000).forEach(idx -> table.add(new Registration(new CbId(idx, 1))));
        assertThat(IntStream.range(0, 100_000)).allMatch(idx -> table.get(new CbId(idx, 1)).id().idx() == idx);
        assertThat(IntStream.range(0, 100_000)).allMatch(idx -> table.get(new CbId(idx, 2)) == null);
    }

    /** The same as a map, whatever the ids: in runs, scattered, the same val under many idxs. */
    @RepeatedTest(4)
    void shouldAgreeWithAMap() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Map<CbId, Registration> map = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            CbId id = switch (random.nextInt(4)) {
                case 0 -> new CbId(1, random.nextInt(3000));
                case 1 -> new CbId(random.nextInt(3000), 1);
                case 2 -> new CbId(random.nextInt(64) << 26, random.nextInt(64) << 20);
                default -> new CbId(-1 - random.nextInt(40), -2 - random.nextInt(40));
            };
            assertThat(table.get(id)).as("seed %d", seed).isSameAs(map.get(id));
            if (map.containsKey(id)) {
                table.remove(map.remove(id));
            } else {
                Registration registration = new Registration(id);
                map.put(id, registration);
                table.add(registration);
            }
        }
        assertThat(table.stream()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(map.values());
    }

    @Test
    void shouldAlwaysFindWhatStaysWhileOthersComeAndGo() throws Exception {
        int staying = 1000;
        List<Registration> stay = IntStream.range(0, staying).mapToObj(i -> new Registration(new CbId(i, i))).toList();
        stay.forEach(table::add);
        AtomicBoolean ended = new AtomicBoolean();
        List<CbId> missed = new ArrayList<>();
        Thread reader = Thread.ofPlatform().start(() -> {
            for (int i = 0; !ended.get(); i = (i + 1) % staying) {
                if (table.get(new CbId(i, i)) != stay.get(i)) {
                    missed.add(new CbId(i, i));
                }
            }
        });
        for (int round = 0; round < 20; round++) {
            int idx = 5000 + round;
            List<Registration> others = IntStream.range(0, 2000).mapToObj(val -> new Registration(new CbId(idx, val)))
                    .toList();
            others.forEach(table::add);
            others.forEach(table::remove);
        }
        ended.set(true);
        reader.join();
        assertThat(missed).isEmpty();
        assertThat(table.stream()).containsExactlyInAnyOrderElementsOf(stay);
    }
}
