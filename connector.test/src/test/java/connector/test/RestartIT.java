// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.Connector;
import connector.api.runtime.ConnectorRuntime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.After;
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
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;

/** What restarting one part does to the others: no more than it must. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class RestartIT {
    private static final AgentBundle ECHO = AgentBundle.of("test.echo", "1.0.0", "echo");

    @Inject
    private BundleContext context;

    private final List<String> changes = new CopyOnWriteArrayList<>();
    private final SynchronousBundleListener recorder = this::record;
    private Bundle echo;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Before
    public void startAgent() throws Exception {
        Wiring.awaitGate(context);
        echo = ECHO.install(context);
        echo.start();
        awaitUsers("echo", "cn_test");
        context.addBundleListener(recorder);
    }

    @After
    public void removeAgent() throws Exception {
        context.removeBundleListener(recorder);
        echo.uninstall();
    }

    @Test
    public void shouldNotRestartTheAgentsWhenTheConnectorIsRefreshed() throws Exception {
        long serviceBefore = serviceId(Connector.class);

        Wiring.refresh(context, Wiring.find(context, "connector.impl"));

        assertThat(changes).containsExactly("stopped connector.impl", "started connector.impl");
        assertThat(serviceId(Connector.class)).isNotEqualTo(serviceBefore);
        awaitUsers("echo", "cn_test");
        assertThat(Cn.run("request", "0xec.1", "again")).singleElement().satisfies(
                reply -> assertThat(reply).containsEntry("text", "again"));
        assertThat(changes).hasSize(2);
    }

    @Test
    public void shouldTellProcessesOfTheConnectorsEndByEndOfFileAndNothingElse() throws Exception {
        try (Cn cn = Cn.start("notify")) {
            cn.awaitObject(Map.of("event", "present", "name", "echo"));

            Wiring.refresh(context, Wiring.find(context, "connector.impl"));

            assertThat(cn.end()).isEqualTo(1);
            assertThat(cn.objects()).noneSatisfy(
                    object -> assertThat(object).containsEntry("event", "unregistered"));
        }
    }

    @Test
    public void shouldRestartTheGateButNotTheBusWhenKernelSocketsRestart() throws Exception {
        Bundle sockets = Wiring.find(context, "ksock.impl");
        long serviceBefore = serviceId(Connector.class);
        long runtimeBefore = serviceId(ConnectorRuntime.class);
        Connector connector = context.getService(context.getServiceReference(Connector.class));
        List<String> heard = new CopyOnWriteArrayList<>();
        try (CnPort port = connector.openPort((msg, sender) -> heard.add(msg.text()))) {
            sockets.stop();
            assertThat(Wiring.condition(context, "connector.gate")).isNull();
            assertThat(Platform.GATE).doesNotExist();
            assertThat(port.send(CnMsg.ofText(new CbId(0xEC, 1), 0, 0, "still there"))).isZero();
            await().untilAsserted(() -> assertThat(heard).containsExactly("still there"));
            sockets.start();
        }
        Wiring.awaitGate(context);

        assertThat(changes).containsExactly("stopped ksock.impl", "started ksock.impl");
        assertThat(serviceId(Connector.class)).isEqualTo(serviceBefore);
        assertThat(serviceId(ConnectorRuntime.class)).isEqualTo(runtimeBefore);
        assertThat(Cn.run("request", "0xec.1", "again")).singleElement().satisfies(
                reply -> assertThat(reply).containsEntry("text", "again"));
    }

    @Test
    public void shouldKeepTheAgentsWhenTheConnectorIsStoppedAndTakeThemBackWhenItStarts() throws Exception {
        Bundle connector = Wiring.find(context, "connector.impl");
        connector.stop();
        assertThat(echo.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(Platform.GATE).doesNotExist();
        connector.start();

        awaitUsers("echo", "cn_test");
        Wiring.awaitGate(context);
        assertThat(changes).containsExactly("stopped connector.impl", "started connector.impl");
    }

    private void record(BundleEvent event) {
        String name = event.getBundle().getSymbolicName();
        if (event.getType() == BundleEvent.STARTED) {
            changes.add("started " + name);
        } else if (event.getType() == BundleEvent.STOPPED) {
            changes.add("stopped " + name);
        }
    }

    private void awaitUsers(String... names) {
        await("users " + List.of(names)).until(() -> userNames().containsAll(
                List.of(names)));
    }

    private List<String> userNames() {
        ServiceReference<ConnectorRuntime> reference = context.getServiceReference(ConnectorRuntime.class);
        ConnectorRuntime runtime = reference == null ? null : context.getService(reference);
        if (runtime == null) {
            return List.of();
        }
        try {
            return Stream.of(runtime.getConnectorDTO().users).map(user -> user.name).toList();
        } finally {
            context.ungetService(reference);
        }
    }

    private long serviceId(Class<?> service) {
        return (Long) context.getServiceReference(service).getProperty(Constants.SERVICE_ID);
    }
}
