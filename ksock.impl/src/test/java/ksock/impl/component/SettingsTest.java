// SPDX-License-Identifier: Apache-2.0
package ksock.impl.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @Test
    void shouldHaveItsDefaultsWithoutConfiguration() {
        assertThat(Settings.DEFAULT.with(Map.of())).isEqualTo(new Settings(5_000, 1_024));
    }

    @Test
    void shouldTakeNumbersInAnyForm() {
        assertThat(Settings.DEFAULT.with(Map.of("close.wait.ms", " 250 ", "callback.threads", 8L)))
                .isEqualTo(new Settings(250, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "0", "600001", "1.5", "99999999999999999999"})
    void shouldKeepTheOldValueWhereTheNewOneIsBad(String bad) {
        Settings now = new Settings(300, 16);
        assertThat(now.with(Map.of("close.wait.ms", bad, "callback.threads", "20"))).isEqualTo(new Settings(300, 20));
    }

    @Test
    void shouldGoBackToTheDefaultWhenASettingIsTakenOut() {
        assertThat(new Settings(300, 16).with(Map.of("callback.threads", 16))).isEqualTo(new Settings(5_000, 16));
    }

    @Test
    void shouldNameTheKeysThatThereAreNot() {
        assertThat(Settings.unknown(Set.of("close.wait.ms", "colour", "adress", "service.pid", "component.id",
                "felix.fileinstall.filename", ".private"))).containsExactly("adress", "colour");
    }
}
