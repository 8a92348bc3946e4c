// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
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

/** What a bundle's life looks like to those who asked to be notified. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class AgentLifecycleIT {
    private static final int IDX = 0xEC;

    @Inject
    private BundleContext context;

    private Observers observers;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Before
    public void observe() throws Exception {
        // Why an id arrives is told by what it was before: each test begins with a bus that remembers none.
        Bundle connector = Wiring.find(context, "connector.impl");
        connector.stop();
        connector.start();
        Wiring.awaitGate(context);
        observers = new Observers(context, IDX);
    }

    @After
    public void observeNoMore() {
        observers.close();
    }

    @Test
    public void shouldAnnounceEachStartAndEachStopOnce() throws Exception {
        Bundle agent = AgentBundle.of("test.restarted", "1.0.0", "echo").install(context);
        try {
            for (int times = 1; times <= 3; times++) {
                agent.start();
                awaitCount("registered 236.1", times);
                agent.stop();
                awaitCount("unregistered 236.1", times);
            }
        } finally {
            agent.uninstall();
        }

        observers.awaitAll();
        assertThat(observers.inside()).containsExactly(
                "registered 236.1 STARTED 1.0.0", "unregistered 236.1 STOPPED 1.0.0",
                "registered 236.1 STARTED 1.0.0", "unregistered 236.1 STOPPED 1.0.0",
                "registered 236.1 STARTED 1.0.0", "unregistered 236.1 STOPPED 1.0.0");
        assertThat(observers.outside()).isEqualTo(observers.inside());
        assertThat(observers.legacyEvents()).containsExactly(
                "registered 236.1", "unregistered 236.1",
                "registered 236.1", "unregistered 236.1",
                "registered 236.1", "unregistered 236.1");
    }

    @Test
    public void shouldAnnounceAnUpdateAsOneDepartureAndOneArrival() throws Exception {
        Bundle agent = AgentBundle.of("test.updated", "1.0.0", "echo").install(context);
        try {
            agent.start();
            observers.awaitInside("registered 236.1 STARTED 1.0.0");
            AgentBundle.of("test.updated", "1.1.0", "echo").update(agent);
            observers.awaitInside("registered 236.1 UPDATED 1.1.0");
        } finally {
            agent.uninstall();
        }

        observers.awaitAll();
        assertThat(observers.inside()).containsExactly(
                "registered 236.1 STARTED 1.0.0", "unregistered 236.1 STOPPED 1.0.0",
                "registered 236.1 UPDATED 1.1.0", "unregistered 236.1 STOPPED 1.1.0");
        assertThat(observers.outside()).isEqualTo(observers.inside());
        assertThat(observers.legacyEvents()).containsExactly(
                "registered 236.1", "unregistered 236.1",
                "registered 236.1", "unregistered 236.1");
    }

    @Test
    public void shouldAnnounceWhatIsDroppedReplacedAndRemovedInTheWatchedFolder() throws Exception {
        Path file = Platform.WATCHED_FOLDER.resolve("echo.jar");
        AgentBundle.of("test.dropped", "1.0.0", "echo").drop(file);
        awaitCount("registered 236.1", 1);
        AgentBundle.of("test.dropped", "1.1.0", "echo").drop(file);
        awaitCount("registered 236.1", 2);
        Files.delete(file);
        awaitCount("unregistered 236.1", 2);
        await().until(() -> Wiring.find(context, "test.dropped") == null);

        observers.awaitAll();
        assertThat(observers.inside()).containsExactly(
                "registered 236.1 STARTED 1.0.0", "unregistered 236.1 STOPPED 1.0.0",
                "registered 236.1 UPDATED 1.1.0", "unregistered 236.1 STOPPED 1.1.0");
        assertThat(observers.outside()).isEqualTo(observers.inside());
        assertThat(observers.legacyEvents()).containsExactly(
                "registered 236.1", "unregistered 236.1",
                "registered 236.1", "unregistered 236.1");
    }

    private void awaitCount(String beginning, long times) {
        await(times + " times " + beginning).until(
                () -> observers.inside().stream().filter(line -> line.startsWith(beginning)).count() >= times);
    }
}
