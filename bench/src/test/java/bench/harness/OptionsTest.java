// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    private static final List<String> ALL = List.of("echo-1", "echo-100", "cycles");

    @Test
    void shouldMeasureEverythingInTenPairsWithoutArguments() {
        Options options = Options.parse();

        assertThat(options.turns().pairs()).isEqualTo(10);
        assertThat(options.wants("echo-100", ALL)).isTrue();
    }

    @Test
    void shouldTakeNamesByTheirBeginning() {
        Options options = Options.parse("echo", "--pairs", "20", "--cores", "2,3");

        assertThat(options.turns().pairs()).isEqualTo(20);
        assertThat(options.cores()).isEqualTo(List.of(2, 3));
        assertThat(options.wants("echo-100", ALL)).isTrue();
        assertThat(options.wants("cycles", ALL)).isFalse();
    }

    @Test
    void shouldMeanOneAloneByItsWholeName() {
        Options options = Options.parse("echo-1");

        assertThat(ALL.stream().filter(name -> options.wants(name, ALL))).containsExactly("echo-1");
    }

    @ParameterizedTest
    @CsvSource({
        "--pairs 0, '--pairs takes a positive number, not ''0'''",
        "--pairs many, '--pairs takes a positive number, not ''many'''",
        "--pairs, --pairs takes a value",
        "--cores 1, '--cores takes two cores, as in 0,1, not ''1'''",
        "--fast, no such option: --fast"})
    void shouldSayWhatIsWrong(String arguments, String message) {
        assertThatThrownBy(() -> Options.parse(arguments.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
