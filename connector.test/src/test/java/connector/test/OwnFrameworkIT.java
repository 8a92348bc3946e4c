// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.Connector;
import connector.api.runtime.ConnectorRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.inject.Inject;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SysSocket;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/** A framework with the bundles of the README's section "In your own framework" and no other of the platform's. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class OwnFrameworkIT {
    private static final Pattern SECTION = Pattern.compile("(?s)## In your own framework\n(.*?)\n## ");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d) \\| (.*?) \\|");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    @Inject
    private BundleContext context;

    @Inject
    private KernelSockets sockets;

    @Inject
    private Connector connector;

    @Inject
    private ConnectorRuntime runtime;

    @Configuration
    public Option[] framework() throws IOException {
        List<Option> bundles = new ArrayList<>();
        for (MatchResult row : rows()) {
            for (MatchResult name : NAME.matcher(row.group(2)).results().toList()) {
                bundles.add(bundle("reference:" + shipped(name.group(1)).toUri())
                        .startLevel(Integer.parseInt(row.group(1))));
            }
        }
        assertThat(bundles).hasSizeGreaterThan(5);
        return new Option[] {composite(bundles.toArray(Option[]::new)), Platform.testLibraries()};
    }

    @Test
    public void shouldHaveNeitherConfigurationNorShell() {
        assertThat(context.getBundles()).extracting(Bundle::getSymbolicName)
                .contains("connector.impl")
                .doesNotContain("org.apache.felix.configadmin", "org.apache.felix.gogo.runtime");
    }

    @Test
    public void shouldBringAMessageToAServiceThatABundleRegistersByItself() throws Exception {
        ServiceRegistration<CnCallback> hello = context.registerService(CnCallback.class,
                (msg, sender) -> sender.reply(msg, ("hello " + msg.text()).getBytes(UTF_8)),
                FrameworkUtil.asDictionary(Map.of("connector.idx", 14, "connector.val", 1, "connector.name", "hello")));
        try {
            // The whiteboard takes it up on a thread of its own.
            await("hello").atMost(Platform.PATIENCE).until(() -> Stream.of(runtime.getConnectorDTO().users)
                    .anyMatch(user -> "hello".equals(user.name)));
            assertThat(connector.request(new CbId(14, 1), "world".getBytes(UTF_8), Duration.ofSeconds(30)).text())
                    .isEqualTo("hello world");
        } finally {
            hello.unregister();
        }
    }

    @Test
    public void shouldMakeSocketsOfTheHost() throws Exception {
        try (KernelSocket socket = sockets.socket(SysSocket.AF_UNIX, SysSocket.SOCK_STREAM, 0)) {
            assertThat(socket.isOpen()).isTrue();
        }
    }

    private static List<MatchResult> rows() throws IOException {
        String readme = Files.readString(Path.of(System.getProperty("checkout"), "README.md"));
        String section = SECTION.matcher(readme).results().findFirst().orElseThrow().group(1);
        return ROW.matcher(section).results().toList();
    }

    private static Path shipped(String symbolicName) {
        try (Stream<Path> files = Files.list(Platform.BUNDLES)) {
            return files.filter(file -> Platform.symbolicName(file).equals(symbolicName)).findFirst()
                    .orElseThrow(() -> new AssertionError(symbolicName + " is not among what ships"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
