// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.runtime.ConnectorRuntime;
import connector.api.runtime.GateDTO;
import connector.api.runtime.PolicyRuleDTO;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.condition.Condition;

/** Gates and their policy, as an operator configures them: by files in a watched folder. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class GateConfigurationIT {

    @Inject
    private BundleContext context;

    @Inject
    private ConnectorRuntime runtime;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    private static Path configure(String file, String... lines) throws IOException {
        return Files.writeString(Platform.WATCHED_FOLDER.resolve(file), String.join("\n", lines) + "\n");
    }

    private Optional<PolicyRuleDTO> rule(String name) {
        return Arrays.stream(runtime.getConnectorDTO().policy.rules)
                .filter(rule -> rule.name.equals("connector.policy~" + name)).findFirst();
    }

    private Optional<GateDTO> gate(String path) {
        return Arrays.stream(runtime.getConnectorDTO().gates)
                .filter(gate -> gate.path != null && gate.path.endsWith(path)).findFirst();
    }

    @Test
    public void shouldPutARuleInForceRefuseABadOneAndForgetItWithItsFile() throws IOException {
        Path file = configure("connector.policy-sensors.cfg",
                "idx = 123", "val = 1,2", "allow.send = uid:1000,gid:50", "ranking = 7");
        await().until(() -> rule("sensors").isPresent());
        PolicyRuleDTO before = rule("sensors").orElseThrow();
        assertThat(before.failure).isNull();
        assertThat(before.ranking).isEqualTo(7);
        assertThat(before.group).isEqualTo("123");
        assertThat(before.allow).isEqualTo(Map.of("send", "uid:1000,gid:50"));

        configure("connector.policy-sensors.cfg", "idx = 123", "allow.send = everybody");
        await().until(() -> rule("sensors").map(rule -> rule.failure != null).orElse(false));
        PolicyRuleDTO after = rule("sensors").orElseThrow();
        assertThat(after.failure).contains("allow.send").contains("'everybody'");
        assertThat(after.allow).isEqualTo(before.allow);

        Files.delete(file);
        await().until(() -> rule("sensors").isEmpty());
    }

    @Test
    public void shouldTakeAPathThatWasInUseAsSoonAsItIsFree() throws IOException {
        Path path = Platform.WATCHED_FOLDER.resolveSibling("taken.sock");
        Path file;
        try (ServerSocketChannel stranger = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stranger.bind(UnixDomainSocketAddress.of(path));
            file = configure("connector.gate-taken.cfg", "path = " + path);
            await().until(() -> gate("taken.sock").map(gate -> gate.failure != null).orElse(false));
            assertThat(gate("taken.sock").orElseThrow().failure).contains("is in use");
            assertThat(gate("taken.sock").orElseThrow().listening).isFalse();
        }
        await().until(() -> gate("taken.sock").orElseThrow().listening);
        assertThat(gate("taken.sock").orElseThrow().failure).isNull();
        assertThat(gate("taken.sock").orElseThrow().name).isEqualTo("taken");

        Files.delete(file);
        await().until(() -> gate("taken.sock").isEmpty());
        assertThat(path).doesNotExist();
    }

    @Test
    public void shouldComeBackWhereItsSocketWasRemovedOrReplaced() throws Exception {
        Path path = Platform.WATCHED_FOLDER.resolveSibling("lost.sock");
        Path file = configure("connector.gate-lost.cfg", "path = " + path);
        await().until(() -> isAnnounced(path));
        Files.delete(path);
        await().until(() -> gate("lost.sock").orElseThrow().listening);

        Files.delete(path);
        Files.writeString(path, "something else");
        await().until(() -> gate("lost.sock").orElseThrow().failure.contains("cannot be made again"));
        assertThat(gate("lost.sock").orElseThrow().failure).contains("is no socket: remove it");
        await().until(() -> !isAnnounced(path));
        assertThat(path).hasContent("something else");

        Files.delete(path);
        await().until(() -> isAnnounced(path));
        assertThat(gate("lost.sock").orElseThrow().listening).isTrue();
        assertThat(gate("lost.sock").orElseThrow().failure).isNull();
        Files.delete(file);
        await().until(() -> gate("lost.sock").isEmpty());
    }

    /** Whether whoever waits for a gate at a path is told of it. */
    private boolean isAnnounced(Path path) throws InvalidSyntaxException {
        return !context.getServiceReferences(Condition.class, "(path=" + path + ")").isEmpty();
    }

    @Test
    public void shouldRefuseANumberThatIsNoneAndAKeyThatNothingReadsByName() throws IOException {
        Path path = Platform.WATCHED_FOLDER.resolveSibling("false.sock");
        Path file = configure("connector.gate-false.cfg", "path = " + path, "max.clients = many");
        await().until(() -> failure("false").contains("max.clients 'many' must be a whole number"));

        configure("connector.gate-false.cfg", "path = " + path, "max.client = 3");
        await().until(() -> failure("false")
                .contains("max.client: there is no such key; there are group, max.clients,"));
        assertThat(path).doesNotExist();

        configure("connector.gate-false.cfg", "path = " + path, "max.clients = 3");
        await().until(() -> gate("false.sock").map(gate -> gate.listening && gate.maxClients == 3).orElse(false));
        Files.delete(file);
        await().until(() -> gate("false.sock").isEmpty());
    }

    /** Why a gate does not listen, of whose settings nothing is known. */
    private String failure(String name) {
        return Arrays.stream(runtime.getConnectorDTO().gates).filter(gate -> gate.name.equals(name))
                .map(gate -> String.valueOf(gate.failure)).findFirst().orElse("no such gate");
    }

    @Test
    public void shouldOpenASeqpacketGateBesideTheStream() throws IOException {
        Wiring.awaitGate(context);
        Path path = Platform.WATCHED_FOLDER.resolveSibling("gate.seqpacket");
        Path file = configure("connector.gate-packets.cfg", "type = seqpacket", "path = " + path,
                "messages.per.second = 1000");
        await().until(() -> gate("gate.seqpacket").map(gate -> gate.listening).orElse(false));
        assertThat(gate("gate.seqpacket").orElseThrow().type).isEqualTo("seqpacket");
        assertThat(gate("gate.seqpacket").orElseThrow().name).isEqualTo("packets");
        assertThat(gate("gate.sock").orElseThrow().type).isEqualTo("stream");

        configure("connector.gate-packets.cfg", "type = packets", "path = " + path);
        Path marker = configure("connector.policy-after.cfg", "deny.bind = uid:1");
        await().until(() -> rule("after").isPresent());
        assertThat(gate("gate.seqpacket").orElseThrow().listening).as("a bad value changes nothing").isTrue();

        Files.delete(marker);
        Files.delete(file);
        await().until(() -> gate("gate.seqpacket").isEmpty());
    }
}
