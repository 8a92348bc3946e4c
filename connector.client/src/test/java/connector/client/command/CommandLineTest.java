// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import connector.api.wire.CnTap;
import connector.client.Main;
import connector.client.line.Ids;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return Main.run(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldTakeOptionsAnywhere() throws UsageException {
        Options options = Options.parse("--json", "send", "-1.-1", "--socket=/a/b", "hello", "--timeout", "0.5", "--",
                "--json");

        assertThat(options.has(Option.JSON)).isTrue();
        assertThat(options.command()).isEqualTo("send");
        assertThat(options.arguments()).containsExactly("-1.-1", "hello", "--json");
        assertThat(options.socket()).isEqualTo(Path.of("/a/b"));
        assertThat(options.seconds(Option.TIMEOUT, null)).isEqualTo(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "list --what 1            | there is no option --what | cn help",
        "list --json=1            | option --json takes no value | cn help",
        "list --socket            | option --socket needs a value: --socket PATH | cn help",
        "list --count 5           | list has no option --count | cn help list",
        "list 5                   | list takes no arguments, not '5' | cn help list",
        "listen --count 0         | option --count: '0' is no number from 1 on | cn help listen",
        "listen --timeout x       | option --timeout: 'x' is no number of seconds, as 5 or 0.5 | cn help listen",
        "listen 1.x               | 'x': val is a number from 0 to 4294967295 | cn help listen",
        "monitor --interval -1s   | option --interval: '-1s' is no number of seconds | cn help monitor",
        "send                     | send needs an id | cn help send",
        "send 5                   | '5' is no id: write idx.val | cn help send",
        "send 5.x                 | 'x': val is a number from 0 to 4294967295 | cn help send",
        "send 4294967296.1        | '4294967296': idx is a number | cn help send",
        "send 0x-1.1              | '0x-1': idx is a number | cn help send",
        "send 1.0x+1              | '0x+1': val is a number | cn help send",
        "send 1.1 --port 0x-5     | '0x-5': option --port is a number | cn help send",
        "send 1.1 --hex abc       | 'abc' are no hexadecimal digits | cn help send",
        "send 1.1 --port -5       | '-5': option --port is a number | cn help send",
        "notify 5                 | '5' is no range of ids | cn help notify",
        "notify 9-5.*             | the range of idx ends before it begins | cn help notify",
        "stat users               | 'users' is neither bus, user, group, port, gate nor an id | cn help stat",
        "stat --count 3           | stat --count needs --interval | cn help stat",
        "top 1                    | top takes no arguments | cn help top",
        "capture                  | capture needs a file, as cn.pcapng, or - for standard output | cn help capture",
        "replay                   | replay needs one file | cn help replay",
        "replay a b               | replay needs one file | cn help replay",
        "replay a --speed fast    | option --speed: 'fast' is no factor, as 2 or 0.5, nor max | cn help replay",
        "replay a --speed 0       | option --speed: '0' is no factor | cn help replay",
        "bench 1.1 1.2            | bench takes one id, not '1.2' | cn help bench",
        "bench 1.1 --group 5      | bench takes an id or --group, not both | cn help bench",
        "bench --group 0          | option --group: 0 is no group | cn help bench",
        "bench --size 16385       | option --size: '16385' is no number from 0 to 16384 | cn help bench",
        "completion fish          | completion needs a shell, bash or zsh | cn help completion",
        "help fly                 | there is no command 'fly' | cn help",
        "fly                      | there is no command 'fly' | cn help"})
    void shouldSayWhatIsWrongWithTheCommandLine(String line, String complaint, String help) {
        assertThat(run(line.strip().split(" +"))).isEqualTo(2);
        assertThat(err()).startsWith("cn: ").contains(complaint).contains("'" + help);
        assertThat(out.size()).isZero();
    }

    @Test
    void shouldSayWhatToDoWhereNoPlatformIs() {
        assertThat(run("list", "--socket", "/nonexistent/gate.sock")).isEqualTo(3);
        assertThat(err()).startsWith("cn: socket failed: ENOENT: no platform at /nonexistent/gate.sock: start one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--json", "--socket /a"})
    void shouldMissACommand(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(err()).startsWith("cn: a command is missing, as 'cn list'\n'cn help' tells");
        assertThat(out.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "list --version", "--version --socket /nonexistent/gate.sock"})
    void shouldSayItsVersionWithoutAPlatform(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out()).startsWith("cn ");
        assertThat(err()).isEmpty();
    }

    @Test
    void shouldHelp() {
        for (List<String> line : List.of(List.of("help"), List.of("--help"), List.of("-h"))) {
            out.reset();
            assertThat(run(line.toArray(String[]::new))).isZero();
            assertThat(out()).contains("cn listen", "--json", "Exit status", "cn capture FILE");
        }
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void shouldHelpWithEachCommandInTheSameWayHoweverItIsAsked(Verb verb) {
        assertThat(run("help", verb.text())).isZero();
        String help = out();
        out.reset();
        assertThat(run(verb.text(), "--help")).isZero();
        assertThat(out()).isEqualTo(help);
        assertThat(help).startsWith("usage: cn " + verb.text()).contains("Exit status: 0 done");
        assertThat(help.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
        for (Option option : Option.values()) {
            assertThat(help.contains("  " + option.text())).as(option.text())
                    .isEqualTo(verb.options().contains(option));
        }
        assertThat(err()).isEmpty();
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

    @Test
    void shouldFailWhereWhatItPrintsCannotBeWrittenButNotWhereNobodyReadsOn() throws Exception {
        File full = new File("/dev/full");
        assumeTrue(full.exists(), "a device that is full");
        List<String> cn = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", placeOf(Main.class) + File.pathSeparator + placeOf(CnTap.class),
                Main.class.getName(), "completion", "bash");
        Process process = new ProcessBuilder(cn).redirectOutput(full).start();
        try (BufferedReader said = process.errorReader()) {
            assertThat(said.lines()).containsExactly("cn: the output is incomplete: No space left on device");
        }
        assertThat(process.waitFor()).isEqualTo(1);

        Process piped = new ProcessBuilder("bash", "-c", "'" + String.join("' '", cn)
                + "' | true; exit ${PIPESTATUS[0]}").redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertThat(piped.waitFor()).isZero();
    }

    private static Path placeOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
