// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import connector.client.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script, in a real bash; the ids of a real platform are completed in connector.test. */
@Timeout(300)
class CompletionTest {

    @TempDir
    private Path directory;

    private static String script(String shell) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(Main.run(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, "completion", shell))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What bash offers for the last word of a line. */
    private List<String> complete(String line) throws Exception {
        Files.writeString(directory.resolve("cn.bash"), script("bash"));
        String[] words = line.split(" ", -1);
        StringBuilder bash = new StringBuilder(
                "set -u; source cn.bash; complete -p cn > /dev/null || exit 9; COMP_WORDS=(");
        for (String word : words) {
            bash.append('\'').append(word).append("' ");
        }
        bash.append("); COMP_CWORD=").append(words.length - 1)
                .append("; _cn; [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"");
        ProcessBuilder builder = new ProcessBuilder("bash", "--norc", "-c", bash.toString())
                .directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("CN_SOCKET", directory.resolve("none.sock").toString());
        Process process = builder.start();
        List<String> offers = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor()).as("status; %s", offers).isZero();
        return offers;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "cn li                       | list,listen",
        "cn --json sta               | stat",
        "cn --socket /a/gate.sock re | request,replay",
        "cn --count 5 ca             | capture",
        "cn list --                  | --json,--socket,--help",
        "cn listen --t               | --timeout",
        "cn stat gr                  | group",
        "cn help comp                | completion",
        "cn completion b             | bash",
        "cn replay x --speed m       | max",
        "cn listen --count           | --count",
        "cn listen --count 1         | -",
        "cn capture cn.b             | cn.bash",
        "cn capture x cn.b           | -",
        "cn top x                    | -"})
    void shouldOfferWhatFitsTheWordBeforeTheCursor(String line, String offers) throws Exception {
        assertThat(complete(line.strip())).containsExactlyInAnyOrder(
                offers == null ? new String[0] : offers.split(","));
    }

    @Test
    void shouldLeaveTheQuotingOfAFilesNameToTheShell() throws Exception {
        Files.createFile(directory.resolve("my capture; touch x.pcapng"));
        Files.createFile(directory.resolve("my *.pcapng"));
        // Names of their own, which readline quotes as it inserts them.
        assertThat(complete("cn replay my")).containsExactlyInAnyOrder("my capture; touch x.pcapng", "my *.pcapng");
        assertThat(complete("cn capture my")).hasSize(2);
        assertThat(complete("cn --socket my")).hasSize(2);
        assertThat(script("bash")).containsPattern("compopt -o filenames");
    }

    @Test
    void shouldOfferAllCommandsAndNoOthers() throws Exception {
        assertThat(complete("cn ")).contains("list", "monitor", "top").hasSize(Verb.values().length + 4);
    }

    @Test
    void shouldOfferNothingWhereNoPlatformTellsItsIds() throws Exception {
        assertThat(complete("cn send ")).isEmpty();
    }

    @Test
    void shouldWorkInZshToo() throws Exception {
        assumeTrue(Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "zsh"))), "zsh is not installed");
        Files.writeString(directory.resolve("cn.zsh"), script("zsh"));
        // As bashcompinit calls it.
        Process process = new ProcessBuilder("zsh", "-f", "-c", "source ./cn.zsh; print -r -- ${_comps[cn]};"
                + " emulate -L sh; setopt kshglob; COMP_WORDS=(cn help li); COMP_CWORD=2; _cn;"
                + " print -rl -- \"${COMPREPLY[@]}\"").directory(directory.toFile()).redirectErrorStream(true).start();

        // zsh's compgen gives all words: those that do not fit are left out by what shows them.
        assertThat(process.inputReader(StandardCharsets.UTF_8).lines())
                .startsWith("_bash_complete -F _cn").contains("list", "listen").doesNotContain("--json");
    }

    @Test
    void shouldBeAScriptThatParses() throws Exception {
        Path file = Files.writeString(directory.resolve("script"), script("bash"));
        assertThat(new ProcessBuilder("bash", "-n", file.toString()).inheritIO().start().waitFor()).isZero();
    }
}
