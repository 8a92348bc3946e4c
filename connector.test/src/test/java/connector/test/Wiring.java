// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.condition.Condition;

/** Bundles and conditions of the framework that the tests run in. */
final class Wiring {
    private Wiring() {}

    /** The bundle with a symbolic name, or null. */
    static Bundle find(BundleContext context, String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElse(null);
    }

    /** Refreshes a bundle, and returns when everything that this restarts is started again. */
    static void refresh(BundleContext context, Bundle... bundles) throws Exception {
        CompletableFuture<FrameworkEvent> refreshed = new CompletableFuture<>();
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class).refreshBundles(
                Arrays.asList(bundles), event -> {
                    if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                        refreshed.complete(event);
                    }
                });
        refreshed.get(20, TimeUnit.SECONDS);
    }

    /** The condition with an id, or null. */
    static ServiceReference<Condition> condition(BundleContext context, String id) {
        try {
            Collection<ServiceReference<Condition>> found = context.getServiceReferences(
                    Condition.class, "(" + Condition.CONDITION_ID + "=" + id + ")");
            return found.isEmpty() ? null : found.iterator().next();
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until the tests' gate lets processes in. */
    static void awaitGate(BundleContext context) {
        await("the gate").until(() -> {
            ServiceReference<Condition> gate = condition(context, "connector.gate");
            return gate != null && Platform.GATE.toString().equals(gate.getProperty("path"));
        });
    }
}
