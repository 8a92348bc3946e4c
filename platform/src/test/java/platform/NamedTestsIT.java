// SPDX-License-Identifier: Apache-2.0
package platform;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The documentation says which test shows what. Those tests are of other packages and modules, where no compiler looks
 * whether they are still called so: this does.
 */
class NamedTestsIT {
    private static final Path CHECKOUT = Path.of(System.getProperty("checkout"));

    /** A test's class, with its package where it is of another module, and a method of it; or a method alone. */
    private static final Pattern TEST =
            Pattern.compile("((?:\\w+\\.)*[A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?|(should\\w+)");
    private static final Pattern CODE = Pattern.compile("\\{@code ([^}]*)}");
    private static final Pattern ROW = Pattern.compile("<tr><td>(.*?)</td>");
    private static final Pattern DISPLAY_NAME = Pattern.compile("@DisplayName\\(\"(.*?): ");

    @ParameterizedTest
    @ValueSource(strings = {
        "ksock.impl/src/test/java/ksock/impl/conformance", "connector.impl/src/test/java/connector/impl"})
    void shouldNameOnlyTestsThatExist(String list) throws IOException {
        List<Path> tests = tests();
        List<String> unknown = new ArrayList<>();
        List<MatchResult> names = names(documentation(list));
        List<Path> latest = List.of();
        for (MatchResult name : names) {
            if (name.group(1) != null) {
                latest = tests.stream().filter(test -> isCalled(test, name.group(1), list)).toList();
            }
            String method = name.group(2) != null ? name.group(2) : name.group(3);
            if (latest.isEmpty() || (method != null && latest.stream().noneMatch(test -> has(test, method)))) {
                unknown.add(name.group());
            }
        }
        assertThat(names).as("tests named in %s", list).hasSizeGreaterThan(10);
        assertThat(unknown).as("tests named in %s that are not there", list).isEmpty();
    }

    @Test
    void shouldHaveATestForEachDivergenceAndADivergenceForEachTest() throws IOException {
        Set<String> rows = ROW.matcher(documentation("ksock.api/src/main/java/ksock/api")).results()
                .map(row -> row.group(1).replaceAll("\\{@link java\\.lang\\.(\\w+)#(\\w+)}", "$1.$2")
                        .replaceAll("\\{@code ([^}]*)}", "$1"))
                .collect(toSet());
        Path tests = CHECKOUT.resolve("ksock.impl/src/test/java/ksock/impl/conformance/DivergenceTest.java");
        Set<String> tested = DISPLAY_NAME.matcher(Files.readString(tests)).results().map(name -> name.group(1))
                .collect(toSet());
        assertThat(rows).hasSizeGreaterThan(10);
        assertThat(tested).isEqualTo(rows);
    }

    /** The tests that a text names, in its order; a method alone is of the class before it. */
    private static List<MatchResult> names(String text) {
        return CODE.matcher(text).results().flatMap(code -> Stream.of(code.group(1).split(", ")))
                .map(TEST::matcher).filter(Matcher::matches).map(Matcher::toMatchResult).toList();
    }

    /** A short name is of the list's own module, or of those in the framework. */
    private static boolean isCalled(Path test, String name, String list) {
        boolean near = test.startsWith(CHECKOUT.resolve(list.substring(0, list.indexOf('/')))) || name.endsWith("IT");
        return test.endsWith(Path.of(name.replace('.', '/') + ".java"))
                && (near || test.toString().endsWith("/java/" + name.replace('.', '/') + ".java"));
    }

    /** A package's documentation, as one line. */
    private static String documentation(String folder) throws IOException {
        String text = Files.readString(CHECKOUT.resolve(folder).resolve("package-info.java"));
        return text.replaceAll("\\s*\\R \\*\\s*", " ");
    }

    private static List<Path> tests() throws IOException {
        try (Stream<Path> modules = Files.list(CHECKOUT)) {
            List<Path> tests = new ArrayList<>();
            for (Path module : modules.filter(path -> Files.isDirectory(path.resolve("src/test/java"))).toList()) {
                try (Stream<Path> files = Files.walk(module.resolve("src/test/java"))) {
                    files.forEach(tests::add);
                }
            }
            return tests;
        }
    }

    private static boolean has(Path test, String method) {
        try {
            return Pattern.compile("\\bvoid " + method + "\\(").matcher(Files.readString(test)).find();
        } catch (IOException e) {
            throw new AssertionError(test.toString(), e);
        }
    }
}
