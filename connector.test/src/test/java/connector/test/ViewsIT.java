// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.ops4j.pax.exam.CoreOptions.composite;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.Connector;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.execution.HealthCheckExecutionResult;
import org.apache.felix.hc.api.execution.HealthCheckExecutor;
import org.apache.felix.hc.api.execution.HealthCheckSelector;
import org.apache.felix.inventory.Format;
import org.apache.felix.inventory.InventoryPrinter;
import org.apache.felix.service.command.CommandProcessor;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** The snapshots as others show them, where Felix' inventory and health checks are installed. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ViewsIT {
    @Inject
    private BundleContext context;

    @Inject
    private CommandProcessor processor;

    @Inject
    private KernelSockets sockets;

    @Inject
    private Connector connector;

    @Inject
    private HealthCheckExecutor executor;

    @Configuration
    public Option[] platform() {
        return new Option[] {composite(
                ClassPathBundles.of("org.apache.felix.inventory", "org.apache.felix.healthcheck.api",
                        "org.apache.felix.healthcheck.core", "org.apache.felix.eventadmin",
                        "org.apache.felix.http.servlet-api", "org.osgi.service.servlet"),
                Platform.bundles())};
    }

    @Before
    public void awaitPlatform() {
        Wiring.awaitGate(context);
    }

    private String print(String name, Format format) throws Exception {
        List<ServiceReference<InventoryPrinter>> found = List.copyOf(context.getServiceReferences(
                InventoryPrinter.class, "(" + InventoryPrinter.NAME + "=" + name + ")"));
        assertThat(found).hasSize(1);
        StringWriter text = new StringWriter();
        try (PrintWriter writer = new PrintWriter(text)) {
            context.getService(found.getFirst()).print(writer, format, false);
        } finally {
            context.ungetService(found.getFirst());
        }
        return text.toString();
    }

    private HealthCheckExecutionResult check(String tag) {
        List<HealthCheckExecutionResult> results = executor.execute(HealthCheckSelector.tags(tag));
        assertThat(results).hasSize(1);
        return results.getFirst();
    }

    @Test
    public void shouldPrintSocketsIntoTheInventory() throws Exception {
        try (KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            listener.bind(SockAddr.loopback4(0));
            listener.listen(5);
            String address = listener.getsockname().toString();
            assertThat(print("ksock", Format.TEXT)).contains(address, "LISTEN", "Event loop");
            assertThat(print("ksock", Format.JSON)).startsWith("{").contains("\"localAddress\":\"" + address + '"');
        }
    }

    @Test
    public void shouldPrintUsersIntoTheInventory() throws Exception {
        await().until(() -> print("connector", Format.TEXT).contains("cn_test"));
        assertThat(print("connector", Format.JSON)).startsWith("{").contains("\"name\":\"cn_test\"");
    }

    @Test
    public void shouldBeHealthyAndSaySoInTheShell() throws Exception {
        assertThat(check("ksock").getHealthCheckResult().getStatus()).isEqualTo(Result.Status.OK);
        assertThat(check("connector").getHealthCheckResult().getStatus())
                .as(check("connector").getHealthCheckResult().toString()).isEqualTo(Result.Status.OK);
        assertThat(new Shell(processor).type("hc:exec ksock,connector")).contains("Kernel Sockets", "Kernel Connector");
    }

    @Test
    public void shouldBeUnhealthyWithTheReasonWhileAServiceIsRefusedAsAUser() throws Exception {
        ServiceRegistration<?> refused = Users.register(context, (msg, sender) -> { }, "refused",
                "no number", 1, Map.of());
        try {
            await().untilAsserted(() -> {
                Result result = check("connector").getHealthCheckResult();
                assertThat(result.getStatus()).isEqualTo(Result.Status.WARN);
                assertThat(result.toString()).contains("BAD_ID", "no number");
            });
        } finally {
            refused.unregister();
        }
        await().until(() -> check("connector").getHealthCheckResult().isOk());
    }

    @Test
    public void shouldRecordSocketsWithTheFlightRecorder() throws Exception {
        Path file = Files.createTempFile("connector.test", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("ksock.Connect");
            recording.enable("ksock.Accept");
            recording.enable("ksock.Close");
            recording.start();
            try (KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0);
                    KernelSocket client = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
                listener.bind(SockAddr.loopback4(0));
                listener.listen(5);
                client.connect(listener.getsockname());
                listener.accept().close();
            }
            recording.dump(file);
            String owner = context.getBundle().getSymbolicName();
            assertThat(RecordingFile.readAllEvents(file).stream()
                    .filter(event -> owner.equals(event.getString("bundle")))
                    .map((RecordedEvent event) -> event.getEventType().getName()))
                    .contains("ksock.Connect", "ksock.Accept", "ksock.Close");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    public void shouldRecordUsersWithTheFlightRecorder() throws Exception {
        Path file = Files.createTempFile("connector.test", ".jfr");
        CbId id = new CbId(0x7001, 1);
        try (Recording recording = new Recording()) {
            recording.enable("connector.UserRegistered");
            recording.enable("connector.UserUnregistered");
            recording.enable("connector.SlowCallback").withThreshold(Duration.ofMillis(30));
            recording.enable("connector.ClientConnected");
            recording.start();
            try (CnPort port = connector.openPort((msg, sender) -> { })) {
                connector.addCallback(id, "recorded", (msg, sender) -> TimeUnit.MILLISECONDS.sleep(40));
                assertThat(port.send(CnMsg.of(id))).isZero();
                connector.delCallback(id);
            }
            Cn.run("list");
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            String owner = context.getBundle().getSymbolicName();
            assertThat(events.stream()
                    .filter(event -> event.hasField("name") && "recorded".equals(event.getString("name"))
                            && owner.equals(event.getString("bundle")))
                    .map(event -> event.getEventType().getName()))
                    .contains("connector.UserRegistered", "connector.SlowCallback", "connector.UserUnregistered");
            assertThat(events.stream().map(event -> event.getEventType().getName()))
                    .contains("connector.ClientConnected");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    public void shouldShowBothToJmx() throws Exception {
        await().until(() -> ((CompositeData[]) ManagementFactory.getPlatformMBeanServer().getAttribute(
                new ObjectName("connector:type=Runtime"), "Users")).length > 0);
        assertThat((CompositeData[]) ManagementFactory.getPlatformMBeanServer().getAttribute(
                new ObjectName("ksock:type=Runtime"), "Sockets")).anySatisfy(socket ->
                        assertThat(socket.get("localAddress")).isEqualTo(Platform.GATE.toString()));
        assertThat(connector).isNotNull();
    }
}
