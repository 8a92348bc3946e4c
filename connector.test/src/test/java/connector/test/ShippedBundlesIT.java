// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
import org.osgi.framework.wiring.BundleRevision;

/** The bundles that the executable jar has inside: all there, resolved and active. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ShippedBundlesIT {
    @Inject
    private BundleContext context;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Test
    public void shouldHaveEveryShippedBundleActive() throws IOException {
        List<String> locations;
        try (Stream<Path> files = Files.list(Platform.BUNDLES)) {
            locations = files.map(file -> "reference:" + file.toUri()).toList();
        }
        assertThat(locations).hasSizeGreaterThan(10);
        for (String location : locations) {
            Bundle bundle = context.getBundle(location);
            assertThat(bundle).as(location).isNotNull();
            assertThat(bundle.getState()).as("state of %s", bundle).isEqualTo(isFragment(bundle)
                    ? Bundle.RESOLVED : Bundle.ACTIVE);
        }
    }

    @Test
    public void shouldLeaveNoBundleUnresolved() {
        assertThat(context.getBundles()).noneMatch(bundle -> bundle.getState() == Bundle.INSTALLED);
    }

    @Test
    public void shouldShipOurBundles() {
        assertThat(Arrays.stream(context.getBundles()).map(Bundle::getSymbolicName)).contains(
                "ksock.api", "ksock.impl", "connector.api", "connector.impl", "agent.proc", "agent.cntest");
    }

    private static boolean isFragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }
}
