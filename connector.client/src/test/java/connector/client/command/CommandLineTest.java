// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.client.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return Main.run(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), arguments);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldTakeOptionsAnywhere() throws UsageException {
        Options options = Options.parse("--json", "send", "-1.-1", "--socket=/a/b", "hello", "--timeout", "0.5", "--",
                "--json");

        assertThat(options.isJson()).isTrue();
        assertThat(options.command()).isEqualTo("send");
        assertThat(options.arguments()).containsExactly("-1.-1", "hello", "--json");
        assertThat(options.socket()).isEqualTo(Path.of("/a/b"));
        assertThat(options.timeout()).isEqualTo(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "list --what 1      | there is no option --what",
        "list --count       | option --count needs a value",
        "list --count 0     | '0' is no number from 1 on",
        "list --timeout x   | 'x' is no number of seconds",
        "send               | send needs an id",
        "send 5             | '5' is no id: write idx.val",
        "send 5.x           | 'x': val is a number from 0 to 4294967295",
        "send 4294967296.1  | '4294967296': idx is a number",
        "send 1.1 --hex abc | 'abc' are no hexadecimal digits",
        "notify 5           | '5' is no range of ids",
        "notify 9-5.*       | the range of idx ends before it begins",
        "fly                | there is no command 'fly'"})
    void shouldSayWhatIsWrongWithTheCommandLine(String line, String complaint) {
        assertThat(run(line.strip().split(" +"))).isEqualTo(2);
        assertThat(err()).contains(complaint).contains("cn help");
        assertThat(out.size()).isZero();
    }

    @Test
    void shouldSayWhatToDoWhereNoPlatformIs() {
        assertThat(run("list", "--socket", "/nonexistent/gate.sock")).isEqualTo(3);
        assertThat(err()).startsWith("cn: socket failed: ENOENT: no platform at /nonexistent/gate.sock: start one");
    }

    @Test
    void shouldHelp() {
        for (List<String> line : List.of(List.<String>of(), List.of("help"), List.of("list", "-h"))) {
            out.reset();
            assertThat(run(line.toArray(String[]::new))).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("cn listen", "--json", "Exit code");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "5.6, '5,1', '6,1'",
        "0x123-0x12c.*, '291,10', '0,-1,-1,1'",
        "*.-1, '0,-1,-1,1', '-1,1'",
        "0-4294967295.1-3, '0,-1,-1,1', '1,3'"})
    void shouldReadRangesWithBothEndsIn(String text, String idx, String val) throws UsageException {
        Ids.Ranges ranges = Ids.ranges(text);

        assertThat(ranges.idx()).containsExactly(numbers(idx));
        assertThat(ranges.val()).containsExactly(numbers(val));
    }

    private static int[] numbers(String list) {
        return List.of(list.split(",")).stream().mapToInt(Integer::parseInt).toArray();
    }

    @Test
    void shouldRefuseWhatIsNoNumber() {
        assertThatThrownBy(() -> Ids.id("1.2.3")).isInstanceOf(UsageException.class).hasMessageContaining("'2.3'");
    }
}
