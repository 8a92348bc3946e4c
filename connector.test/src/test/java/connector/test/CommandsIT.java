// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CnPort;
import connector.api.Connector;
import connector.api.runtime.ConnectorRuntime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.inject.Inject;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import org.apache.felix.service.command.CommandProcessor;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/** What an operator sees who types our commands into the shell. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class CommandsIT {
    @Inject
    private BundleContext context;

    @Inject
    private CommandProcessor processor;

    @Inject
    private KernelSockets sockets;

    @Inject
    private Connector connector;

    @Inject
    private ConnectorRuntime runtime;

    @Inject
    private ServiceComponentRuntime components;

    private Shell shell;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Before
    public void awaitPlatform() {
        Wiring.awaitGate(context);
        await("cn_test").until(() -> Stream.of(runtime.getConnectorDTO().users).anyMatch(
                user -> "cn_test".equals(user.name)));
        shell = new Shell(processor);
    }

    @Test
    public void shouldListUsersWithNameIdAndBundle() throws Exception {
        assertThat(shell.type("connector:list").lines())
                .anySatisfy(line -> assertThat(line).contains("cn_test", "agent.cntest", "active"))
                .anySatisfy(line -> assertThat(line).containsAnyOf("291.1110", "0x123.0x456"));
    }

    @Test
    public void shouldNoLongerListAUserWhoseBundleIsStopped() throws Exception {
        Bundle agent = Wiring.find(context, "agent.cntest");
        agent.stop();
        try {
            assertThat(shell.type("connector:list")).doesNotContain("cn_test");
        } finally {
            agent.start();
        }
        await().untilAsserted(() -> assertThat(shell.type("connector:list")).contains("cn_test"));
    }

    @Test
    public void shouldListPortsOfBundlesAndOfProcesses() throws Exception {
        try (CnPort port = connector.openPort((msg, sender) -> { }); Cn cn = Cn.start("listen", "4242.1")) {
            port.addMembership(4243);
            await("the process' membership").until(() -> Stream.of(runtime.getConnectorDTO().ports).anyMatch(
                    candidate -> candidate.pid == cn.pid() && candidate.groups.length == 1));

            assertThat(shell.type("connector:ports").lines())
                    .anySatisfy(line -> assertThat(line)
                            .contains(Integer.toUnsignedString(port.portId()), "4243"))
                    .anySatisfy(line -> assertThat(line).contains(Long.toString(cn.pid()), "4242"));
        }
    }

    @Test
    public void shouldSendAMessageToAUser() throws Exception {
        List<String> received = new CopyOnWriteArrayList<>();
        ServiceRegistration<?> service = Users.register(
                context, (msg, sender) -> received.add(msg.text()), "letterbox", 4244, 1, Map.of());
        try {
            await().until(() -> Stream.of(runtime.getConnectorDTO().users).anyMatch(
                    user -> "letterbox".equals(user.name)));
            shell.type("connector:send 4244.1 'good morning'");

            await().untilAsserted(() -> assertThat(received).containsExactly("good morning"));
        } finally {
            service.unregister();
        }
    }

    @Test
    public void shouldSayThatNobodyHasTheIdThatWasSentTo() throws Exception {
        assertThat(shell.type("connector:send 4245.1 x")).contains("ENODEV");
    }

    @Test
    public void shouldListSocketsLikeNetstat() throws Exception {
        try (KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            listener.bind(SockAddr.loopback4(0));
            listener.listen(5);
            int port = ((SockAddr.Inet4) listener.getsockname()).port();

            assertThat(shell.type("ksock:list").lines())
                    .anySatisfy(line -> assertThat(line).contains("127.0.0.1:" + port, "LISTEN",
                            context.getBundle().getSymbolicName()))
                    .as("the gate").anySatisfy(line -> assertThat(line)
                            .contains(Platform.GATE.toString(), "connector.impl"));
        }
    }

    @Test
    public void shouldGivePipesDataRatherThanText() throws Exception {
        assertThat(shell.result("connector:list")).isNotInstanceOf(CharSequence.class).isNotNull();
        assertThat(shell.result("ksock:list")).isNotInstanceOf(CharSequence.class).isNotNull();
    }

    @Test
    public void shouldListIdsInTheShapeOfTheKernelsFile() throws Exception {
        assertThat(shell.type("connector:proc").lines()).startsWith("Name            ID")
                .contains("cn_test         291:1110");
    }

    @Test
    public void shouldShowCountersAndWhoIsBusy() throws Exception {
        assertThat(shell.type("connector:stat").lines()).anySatisfy(line -> assertThat(line).startsWith("291.1110 "))
                .anySatisfy(line -> assertThat(line).startsWith("unknownId "));
        assertThat(shell.type("connector:top --interval 0.1").lines())
                .anySatisfy(line -> assertThat(line).contains("user 291.1110", "cn_test"));
        assertThat(shell.type("ksock:runtime").lines())
                .anySatisfy(line -> assertThat(line).startsWith("Event loop"));
    }

    @Test
    public void shouldPrintWhatPassesOnTheBus() throws Exception {
        // cn_test multicasts its counter every second.
        assertThat(shell.type("connector:monitor --interval 2.5 291.1111").lines())
                .anySatisfy(line -> assertThat(line).contains("291.1111  seq ", "platform > group 291", "counter = "))
                .anySatisfy(line -> assertThat(line).contains(" messages in "));
    }

    @Test
    public void shouldRunWhereNobodyHasAnInventoryOrHealthChecks() {
        assertThat(context.getBundles()).noneMatch(bundle -> bundle.getSymbolicName().contains("inventory")
                || bundle.getSymbolicName().contains("healthcheck"));
        for (String name : List.of("ksock.impl", "connector.impl")) {
            Bundle bundle = Wiring.find(context, name);
            assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
            assertThat(components.getComponentDescriptionDTOs(bundle)).isNotEmpty()
                    .flatExtracting(components::getComponentConfigurationDTOs)
                    .allSatisfy(component -> assertThat(component.state).as(component.description.name)
                            .isNotEqualTo(ComponentConfigurationDTO.FAILED_ACTIVATION));
        }
    }
}
