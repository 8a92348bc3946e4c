// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {

    @TempDir
    Path folder;

    @Test
    void shouldReplaceOnlyWhatWasMeasured() throws IOException {
        Path file = Files.writeString(folder.resolve("README.md"),
                "before\n<!-- figures: bench/run --readme writes them -->\n<!-- end of figures -->\nafter\n");

        Readme.write(file, List.of(figures("second", 1), figures("first", 2)), "a machine", List.of("first", "second"));
        Readme.write(file, List.of(figures("second", 3)), "a machine", List.of("first", "second"));

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).startsWith("before").endsWith("<!-- end of figures -->", "after");
        assertThat(lines.stream().filter(line -> line.startsWith("| first") || line.startsWith("| second")))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("| first | a : b | **2.000** |"),
                        second -> assertThat(second).startsWith("| second | a : b | **3.000** |"));
    }

    @Test
    void shouldSayWhatAFileLacks() throws IOException {
        Path file = Files.writeString(folder.resolve("README.md"), "nothing\n");

        assertThatThrownBy(() -> Readme.write(file, List.of(), "", List.of()))
                .isInstanceOf(IOException.class).hasMessageContaining("has no lines");
    }

    private static Figures figures(String name, double value) {
        return new Figures(name, "", "a : b", Spread.of(value), "stated", Double.NaN, "");
    }
}
