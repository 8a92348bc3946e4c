// SPDX-License-Identifier: Apache-2.0
package connector.impl.component;

import static org.assertj.core.api.Assertions.assertThat;

import connector.impl.bus.BusSettings;
import connector.impl.notify.Matcher;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void shouldHaveDefaultsForWhatIsNotConfigured() {
        assertThat(Settings.with(new BusSettings(1, 100, 2), Map.of())).isEqualTo(Settings.DEFAULT)
                .isEqualTo(BusSettings.DEFAULT);
    }

    @Test
    void shouldTakeNumbersAndText() {
        assertThat(Settings.with(Settings.DEFAULT, Map.of("departure.bound.ms", 20L, "stuck.ms", "300", "drainers", 8)))
                .isEqualTo(new BusSettings(20, 300, 8));
    }

    @Test
    void shouldKeepTheOldValueInPlaceOfABadOne() {
        BusSettings before = new BusSettings(20, 300, 8);
        assertThat(Settings.with(before, Map.of("departure.bound.ms", -1, "stuck.ms", "soon", "drainers", 100_000)))
                .isEqualTo(before);
    }

    @Test
    void shouldKnowTheTwoMatchersAndKeepTheOldOneInPlaceOfAnother() {
        assertThat(Settings.matcher(Matcher.DOCUMENTED, Map.of("compat.matcher", " 2.6 ")))
                .isEqualTo(Matcher.LINUX_2_6);
        assertThat(Settings.matcher(Matcher.LINUX_2_6, Map.of())).isEqualTo(Matcher.DOCUMENTED);
        assertThat(Settings.matcher(Matcher.LINUX_2_6, Map.of("compat.matcher", 2.4))).isEqualTo(Matcher.LINUX_2_6);
    }
}
