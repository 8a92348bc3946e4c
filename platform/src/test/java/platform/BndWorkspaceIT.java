// SPDX-License-Identifier: Apache-2.0
package platform;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.build.Project;
import aQute.bnd.build.Workspace;
import aQute.bnd.header.OSGiHeader;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Maven is the build; this keeps the other way to open the checkout, as a bnd workspace, from rotting. */
class BndWorkspaceIT {
    private static final Path CHECKOUT = Path.of(System.getProperty("checkout"));

    private static final Map<Project, File[]> BUILT = new HashMap<>();

    private static Workspace workspace;

    @BeforeAll
    static void openTheCheckoutAsWorkspace() throws Exception {
        workspace = new Workspace(CHECKOUT.toFile());
        workspace.setOffline(true);
        workspace.setProperty("maven.repo.local", System.getProperty("local.repository"));
        workspace.setProperty("javac", Path.of(System.getProperty("java.home"), "bin", "javac").toString());
        assertThat(workspace.check()).as("workspace: %s", workspace.getErrors()).isTrue();
    }

    @AfterAll
    static void close() {
        workspace.close();
    }

    @Test
    void shouldHaveTheFoldersWithABndFileAsProjects() throws Exception {
        assertThat(workspace.getAllProjects()).extracting(Project::getName).containsExactlyInAnyOrder(
                "ksock.api", "ksock.impl", "connector.api", "connector.impl", "agent.proc", "agent.cntest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ksock.api", "connector.api", "ksock.impl", "connector.impl", "agent.proc", "agent.cntest"})
    void shouldMakeTheSameBundleAsMaven(String name) throws Exception {
        Project project = workspace.getProject(name);
        for (Project needed : project.getDependson()) {
            build(needed);
        }
        File[] built = build(project);
        assertThat(built).as("bundles of %s", name).hasSize(1);
        Path mavens = CHECKOUT.resolve(Path.of(name, "target", name + ".jar"));
        try (Jar bnd = new Jar(built[0]); Jar maven = new Jar(mavens.toFile())) {
            assertThat(headers(bnd)).as("manifest of %s", name).isEqualTo(headers(maven));
            assertThat(content(bnd)).as("content of %s", name).isEqualTo(content(maven));
        }
    }

    @Test
    void shouldLetAResolverHaveTheBusWithoutSockets() throws Exception {
        try (Jar maven = new Jar(CHECKOUT.resolve("connector.impl/target/connector.impl.jar").toFile())) {
            String required = maven.getManifest().getMainAttributes().getValue("Require-Capability");
            assertThat(OSGiHeader.parseHeader(required).get("osgi.service"))
                    .containsEntry("filter:", "(objectClass=ksock.api.KernelSockets)")
                    .containsEntry("resolution:", "optional");
        }
    }

    private static File[] build(Project project) throws Exception {
        if (!BUILT.containsKey(project)) {
            project.clean();
            project.compile(false);
            BUILT.put(project, project.build());
            assertThat(project.check()).as("%s: %s", project, project.getErrors()).isTrue();
        }
        return BUILT.get(project);
    }

    /** Each header as its clauses, whose order says nothing. Private-Package is left out: the content says it. */
    private static Map<String, Set<String>> headers(Jar jar) throws Exception {
        Map<String, Set<String>> headers = new TreeMap<>();
        jar.getManifest().getMainAttributes().forEach((header, value) -> {
            Set<String> clauses = new TreeSet<>();
            OSGiHeader.parseHeader(value.toString()).forEach((clause, attributes) ->
                    clauses.add(Processor.removeDuplicateMarker(clause) + new TreeMap<>(attributes)));
            headers.put(header.toString(), clauses);
        });
        assertThat(headers).containsKeys("Bundle-SymbolicName", "Bundle-Version", "Require-Capability");
        headers.remove("Private-Package");
        return headers;
    }

    /** The names of what is inside. Only Maven's javac makes a class of a package-info without annotations. */
    private static Set<String> content(Jar jar) {
        Set<String> content = new TreeSet<>(jar.getResources().keySet());
        content.removeIf(path -> path.startsWith("META-INF/maven/") || path.endsWith("/package-info.class")
                || path.equals("META-INF/MANIFEST.MF"));
        return content;
    }
}
