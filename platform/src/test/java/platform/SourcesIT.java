// SPDX-License-Identifier: Apache-2.0
package platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every source file is held to that no compiler looks at. */
class SourcesIT {
    private static final Path CHECKOUT = Path.of(System.getProperty("checkout"));
    private static final int COLUMNS = 120;
    private static final String LICENCE = "// SPDX-License-Identifier: Apache-2.0";

    private static List<Path> sources;

    @BeforeAll
    static void find() throws IOException {
        sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(CHECKOUT)) {
            for (Path module : modules.filter(path -> Files.isRegularFile(path.resolve("pom.xml"))).toList()) {
                try (Stream<Path> files = Files.walk(module.resolve("src"))) {
                    files.filter(file -> file.toString().matches(".*\\.(java|c|h)")).forEach(sources::add);
                }
            }
        }
        assertThat(sources).hasSizeGreaterThan(100);
    }

    @Test
    void shouldBeginWithTheLicence() throws IOException {
        assertThat(lines(SourcesIT::isJava, (number, line) -> number == 1 && !line.equals(LICENCE))).isEmpty();
    }

    @Test
    void shouldHaveNoLineThatIsTooLong() throws IOException {
        assertThat(lines(source -> true, (number, line) -> line.codePointCount(0, line.length()) > COLUMNS)).isEmpty();
    }

    @Test
    void shouldIndentBySpacesAndEndLinesWithNone() throws IOException {
        assertThat(lines(source -> true, (number, line) -> line.indexOf('\t') >= 0 || line.endsWith(" "))).isEmpty();
    }

    @Test
    void shouldImportTypesByName() throws IOException {
        assertThat(lines(SourcesIT::isJava, (number, line) -> line.matches("import (?!static ).*\\*;"))).isEmpty();
    }

    @Test
    void shouldDocumentEveryPackageThatShips() {
        assertThat(sources)
                .filteredOn(source -> isJava(source) && source.toString().contains("/src/main/"))
                .extracting(Path::getParent)
                .allMatch(folder -> Files.exists(folder.resolve("package-info.java")));
    }

    /** Where a line is wrong, as {@code file:number}. */
    private static List<String> lines(Predicate<Path> files, Wrong wrong) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            if (files.test(source)) {
                List<String> lines = Files.readAllLines(source);
                for (int i = 0; i < lines.size(); i++) {
                    if (wrong.test(i + 1, lines.get(i))) {
                        found.add(CHECKOUT.relativize(source) + ":" + (i + 1));
                    }
                }
            }
        }
        return found;
    }

    @FunctionalInterface
    private interface Wrong {
        boolean test(int number, String line);
    }

    private static boolean isJava(Path source) {
        return source.toString().endsWith(".java");
    }
}
