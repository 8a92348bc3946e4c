// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.inject.Inject;
import ksock.api.runtime.KernelSocketsRuntime;
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
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Sockets end with the bundle or the component that they belong to, and so do the calls blocked in them. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SocketOwnershipIT {
    @Inject
    private BundleContext context;

    @Inject
    private KernelSocketsRuntime runtime;

    @Inject
    private ServiceComponentRuntime components;

    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private ServiceRegistration<?> outcomesService;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Before
    public void takeOutcomes() {
        Consumer<String> taker = outcomes::add;
        outcomesService = context.registerService(
                Consumer.class, taker, FrameworkUtil.asDictionary(Map.of("test", "outcomes")));
    }

    @After
    public void takeNoMore() {
        outcomesService.unregister();
    }

    @Test
    public void shouldCloseWhatAStoppedBundleLeftOpen() throws Exception {
        Bundle agent = AgentBundle.withActivator("test.listener", "connector.test.agents.listener.Listener",
                "connector.test.agents.listener,connector.test.agents.accept").install(context);
        try {
            agent.start();
            Listening listening = awaitBlockedAccepts("bundle");

            agent.stop();

            assertThat(HostSockets.descriptorsOf(listening.inode())).as("descriptors").isZero();
            assertThat(HostSockets.inodeOfListener(listening.port())).as("inode at the port").isEqualTo(-1);
            assertThat(nextOutcomes(2)).containsExactlyInAnyOrder("bundle platform EINTR", "bundle virtual EINTR");
        } finally {
            agent.uninstall();
        }
    }

    @Test
    public void shouldCloseWhatAComponentLeftOpenAndNothingElse() throws Exception {
        Bundle agent = AgentBundle.of("test.acceptor", "1.0.0", "acceptor", "accept").install(context);
        try {
            agent.start();
            Listening first = awaitBlockedAccepts("first");
            Listening second = awaitBlockedAccepts("second");

            components.disableComponent(component(agent, "connector.test.agents.acceptor.First")).getValue();

            assertThat(HostSockets.descriptorsOf(first.inode())).as("descriptors of the first").isZero();
            assertThat(nextOutcomes(2)).containsExactlyInAnyOrder("first platform EINTR", "first virtual EINTR");
            assertThat(HostSockets.descriptorsOf(second.inode())).as("descriptors of the second").isOne();
            assertThat(blockedCallsAt(second.port())).as("calls blocked in the second").isEqualTo(2);

            agent.stop();

            assertThat(HostSockets.descriptorsOf(second.inode())).as("descriptors of the second").isZero();
            assertThat(nextOutcomes(2)).containsExactlyInAnyOrder("second platform EINTR", "second virtual EINTR");
        } finally {
            agent.uninstall();
        }
    }

    @Test
    public void shouldHaveNoMoreSocketsAfterManyLives() throws Exception {
        Bundle agent = AgentBundle.of("test.acceptor", "1.0.0", "acceptor", "accept").install(context);
        try {
            long before = HostSockets.descriptors();
            for (int i = 0; i < 20; i++) {
                agent.start();
                awaitBlockedAccepts("first");
                awaitBlockedAccepts("second");
                agent.stop();
                assertThat(nextOutcomes(4)).allSatisfy(outcome -> assertThat(outcome).endsWith("EINTR"));
            }
            assertThat(HostSockets.descriptors()).isEqualTo(before);
        } finally {
            agent.uninstall();
        }
    }

    private record Listening(int port, long inode) {}

    private Listening awaitBlockedAccepts(String name) {
        String prefix = name + " port ";
        String told = await(prefix).until(
                () -> outcomes.stream().filter(line -> line.startsWith(prefix)).findFirst().orElse(null),
                line -> line != null);
        outcomes.remove(told);
        int port = Integer.parseInt(told.substring(prefix.length()));
        await("two calls blocked in accept").until(() -> blockedCallsAt(port) == 2);
        long inode = HostSockets.inodeOfListener(port);
        assertThat(HostSockets.descriptorsOf(inode)).as("descriptors of the listener at port %s", port).isOne();
        return new Listening(port, inode);
    }

    private int blockedCallsAt(int port) {
        return runtime.getRuntimeDTO().sockets.stream()
                .filter(socket -> socket.localAddress.endsWith(":" + port))
                .mapToInt(socket -> socket.blockedCalls)
                .sum();
    }

    private List<String> nextOutcomes(int count) {
        return Stream.generate(this::nextOutcome).limit(count).toList();
    }

    private String nextOutcome() {
        try {
            String outcome = outcomes.poll(10, TimeUnit.SECONDS);
            return outcome == null ? "nothing within 10 s" : outcome;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private ComponentDescriptionDTO component(Bundle bundle, String name) {
        ComponentDescriptionDTO component = components.getComponentDescriptionDTO(bundle, name);
        assertThat(component).as(name).isNotNull();
        return component;
    }
}
