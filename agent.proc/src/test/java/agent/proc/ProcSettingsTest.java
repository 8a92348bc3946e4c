// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcSettingsTest {

    @Test
    void shouldHaveDefaultsForWhatIsNotSaid() {
        ProcSettings before = new ProcSettings(8192, false);
        assertThat(before.with(Map.of())).isEqualTo(ProcSettings.DEFAULT);
        assertThat(before.with(Map.of("receive.buffer.bytes", 4096))).isEqualTo(new ProcSettings(4096, true));
    }

    @ParameterizedTest
    @CsvSource({"receive.buffer.bytes, many", "receive.buffer.bytes, 4095", "receive.buffer.bytes, 1073741825",
            "receive.buffer.bytes, ''"})
    void shouldKeepTheBufferForABadValue(String name, String value) {
        ProcSettings before = new ProcSettings(8192, false);
        assertThat(before.with(Map.of(name, value, "names", "FALSE"))).isEqualTo(before);
    }

    @Test
    void shouldKeepWhetherThereAreNamesForABadValue() {
        ProcSettings before = new ProcSettings(8192, false);
        assertThat(before.with(Map.of("receive.buffer.bytes", " 8192 ", "names", "ture"))).isEqualTo(before);
        assertThat(before.with(Map.of("receive.buffer.bytes", "9000", "names", true)))
                .isEqualTo(new ProcSettings(9000, true));
    }

    @Test
    void shouldNameTheKeysThatThereAreNot() {
        assertThat(ProcSettings.unknown(Set.of("names", "colour", "adress", "service.pid", "component.id",
                "felix.fileinstall.filename", ".private"))).containsExactly("adress", "colour");
    }
}
