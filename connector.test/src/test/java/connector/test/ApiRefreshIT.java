// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/**
 * What refreshing an API restarts: who is wired to it, as the framework must, and nobody else. No class of ours is used
 * here, because the bundle of the tests would be wired to the API then and be restarted too.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ApiRefreshIT {
    @Inject
    private BundleContext context;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Test
    public void shouldRestartTheUsersOfConnectorApiOnceEach() throws Exception {
        assertThat(restartsByRefreshing("connector.api")).containsOnly(
                Map.entry("agent.cntest", 1), Map.entry("agent.proc", 1), Map.entry("connector.api", 1),
                Map.entry("connector.impl", 1));
        assertAnswers();
    }

    @Test
    public void shouldRestartTheUsersOfKernelSocketsApiOnceEach() throws Exception {
        assertThat(restartsByRefreshing("ksock.api")).containsOnly(
                Map.entry("agent.proc", 1), Map.entry("connector.impl", 1), Map.entry("ksock.api", 1),
                Map.entry("ksock.impl", 1));
        assertAnswers();
    }

    private Map<String, Integer> restartsByRefreshing(String api) throws Exception {
        Wiring.awaitGate(context);
        Map<String, Integer> starts = new TreeMap<>();
        List<String> stops = new ArrayList<>();
        SynchronousBundleListener recorder = event -> {
            if (event.getType() == BundleEvent.STARTED) {
                starts.merge(event.getBundle().getSymbolicName(), 1, Integer::sum);
            } else if (event.getType() == BundleEvent.STOPPED) {
                stops.add(event.getBundle().getSymbolicName());
            }
        };
        context.addBundleListener(recorder);
        try {
            Wiring.refresh(context, Wiring.find(context, api));
        } finally {
            context.removeBundleListener(recorder);
        }
        assertThat(stops).containsExactlyInAnyOrderElementsOf(starts.keySet());
        assertThat(starts.keySet()).allSatisfy(name -> assertThat(Wiring.find(context, name).getState())
                .as("state of %s", name).isEqualTo(Bundle.ACTIVE));
        return starts;
    }

    private void assertAnswers() throws Exception {
        Wiring.awaitGate(context);
        assertThat(Cn.run("list")).anySatisfy(user -> assertThat(user).containsEntry("name", "cn_test"));
    }
}
