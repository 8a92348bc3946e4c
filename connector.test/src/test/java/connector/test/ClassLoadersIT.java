// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnPort;
import connector.api.Connector;
import connector.api.NotifyRequest;
import connector.api.runtime.ConnectorRuntime;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.inject.Inject;
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
import org.osgi.framework.wiring.BundleWiring;

/** A bundle that has gone is garbage: nothing of ours holds its classes. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ClassLoadersIT {
    private static final int LIVES = 100;

    @Inject
    private BundleContext context;

    @Inject
    private Connector connector;

    @Inject
    private ConnectorRuntime runtime;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Test
    public void shouldLetGoOfAnAgentThatWasSpokenTo() throws Exception {
        AgentBundle echo = AgentBundle.of("test.echo", "1.0.0", "echo");
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        // Who listens the whole time is told of each of them.
        try (CnPort port = connector.openPort((msg, sender) -> { })) {
            port.subscribe(NotifyRequest.ALL, event -> { });
            for (int i = 0; i < LIVES; i++) {
                Bundle agent = echo.install(context);
                agent.start();
                loaders.add(new WeakReference<>(agent.adapt(BundleWiring.class).getClassLoader()));
                await().pollInterval(Duration.ofMillis(5)).until(() -> Stream.of(runtime.getConnectorDTO().users)
                        .anyMatch(user -> "echo".equals(user.name)));
                assertThat(connector.request(new CbId(0xEC, 1), "hello".getBytes(StandardCharsets.UTF_8),
                        Duration.ofSeconds(10)).text()).isEqualTo("hello");
                agent.stop();
                agent.uninstall();
            }
            awaitGarbage(loaders);
        }
    }

    @Test
    public void shouldLetGoOfAnAgentThatLeftSocketsAndBlockedCalls() throws Exception {
        AgentBundle acceptor = AgentBundle.of("test.acceptor", "1.0.0", "acceptor", "accept");
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        Consumer<String> ignored = outcome -> { };
        ServiceRegistration<?> service = context.registerService(
                Consumer.class, ignored, FrameworkUtil.asDictionary(Map.of("test", "outcomes")));
        try {
            for (int i = 0; i < LIVES; i++) {
                Bundle agent = acceptor.install(context);
                agent.start();
                loaders.add(new WeakReference<>(agent.adapt(BundleWiring.class).getClassLoader()));
                agent.stop();
                agent.uninstall();
            }
            awaitGarbage(loaders);
        } finally {
            service.unregister();
        }
    }

    private static void awaitGarbage(List<WeakReference<ClassLoader>> loaders) {
        assertThat(loaders).hasSize(LIVES);
        // The framework itself may hold the last one in a cache.
        await("class loaders left of " + LIVES).untilAsserted(() -> {
            System.gc();
            assertThat(loaders.stream().filter(loader -> loader.get() != null).count()).isLessThanOrEqualTo(1);
        });
    }
}
