// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java that the documentation shows is Java: it compiles against what ships. */
class ReadmeIT {
    private static final Path CHECKOUT = Path.of(System.getProperty("checkout"));

    private static final Pattern WHOLE_FILE = Pattern.compile("(\\w+)\\.java <<'END'\n(.*?)\nEND\n", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("```java\n(@\\w+.*?class (\\w+).*?)```", Pattern.DOTALL);
    private static final Pattern STATEMENTS = Pattern.compile("```java\n((?!@).*?)```", Pattern.DOTALL);

    /** What an excerpt may take for imported. */
    private static final String IMPORTS = Stream.of(
                    "module java.base", "static java.nio.charset.StandardCharsets.UTF_8",
                    "static ksock.api.SysSocket.*", "ksock.api.*", "ksock.api.typed.*", "connector.api.*",
                    "connector.client.*", "org.osgi.framework.*", "org.osgi.service.component.annotations.*",
                    "org.slf4j.*")
            .map(name -> "import " + name + ";\n").collect(joining());

    @TempDir
    Path folder;

    @Test
    void shouldShowJavaThatCompiles() throws IOException {
        String readme = Files.readString(CHECKOUT.resolve("README.md"));
        String client = Files.readString(CHECKOUT.resolve("connector.client/README.md"));
        List<Path> sources = new ArrayList<>();
        for (MatchResult file : WHOLE_FILE.matcher(readme).results().toList()) {
            sources.add(source(file.group(1), file.group(2)));
        }
        for (MatchResult type : CLASS.matcher(readme).results().toList()) {
            sources.add(source(type.group(2), IMPORTS + type.group(1)));
        }
        assertThat(sources).as("an agent, and a component with sockets").hasSize(2);
        for (MatchResult statements : STATEMENTS.matcher(readme + client).results().toList()) {
            String name = "Excerpt" + sources.size();
            sources.add(source(name, IMPORTS + "class " + name + " {\n"
                    + "void excerpt(BundleContext context) throws Exception {\n" + statements.group(1) + "}\n}\n"));
        }
        assertThat(sources).as("a service, and two clients").hasSize(5);
        assertThat(errors(sources)).isEmpty();
    }

    private Path source(String name, String text) throws IOException {
        return Files.writeString(Files.createTempDirectory(folder, name).resolve(name + ".java"), text);
    }

    private List<String> errors(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
        try (var files = compiler.getStandardFileManager(told, null, null)) {
            compiler.getTask(null, files, told,
                    List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")), null,
                    files.getJavaFileObjectsFromPaths(sources)).call();
        }
        return told.getDiagnostics().stream().filter(said -> said.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString).toList();
    }
}
