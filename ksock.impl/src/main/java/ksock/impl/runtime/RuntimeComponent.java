// SPDX-License-Identifier: Apache-2.0
package ksock.impl.runtime;

import java.util.Dictionary;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import ksock.api.runtime.KernelSocketsRuntime;
import ksock.api.runtime.RuntimeDTO;
import ksock.impl.component.Core;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The runtime service; it registers itself, because its change count is a service property that changes. */
@Component(service = {}, immediate = true)
@Capability(namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"ksock.api.runtime.KernelSocketsRuntime\"",
        uses = KernelSocketsRuntime.class)
public final class RuntimeComponent implements KernelSocketsRuntime {

    private static final long PUBLISH_MS = 200;

    private final Core core;
    private final ServiceRegistration<KernelSocketsRuntime> registration;

    /**
     * Made by DS.
     *
     * @param core what there is to tell of
     * @param context registers the service
     */
    @Activate
    public RuntimeComponent(@Reference Core core, BundleContext context) {
        this.core = core;
        registration = context.registerService(KernelSocketsRuntime.class, this, properties(0));
        core.sockets().onChange(new ChangeCount(RuntimeComponent::later, this::publish));
    }

    @Deactivate
    void deactivate() {
        core.sockets().onChange(() -> { });
        registration.unregister();
    }

    @Override
    public RuntimeDTO getRuntimeDTO() {
        return Snapshot.of(core.sockets(), core.loop());
    }

    private static void later(Runnable publish) {
        // Service listeners run in it, which may take long: a thread of the system's pool, and no loop's.
        CompletableFuture.delayedExecutor(PUBLISH_MS, TimeUnit.MILLISECONDS).execute(publish);
    }

    private void publish(long count) {
        try {
            registration.setProperties(properties(count));
        } catch (IllegalStateException e) {
            // The service has gone since the change; nobody looks for its count.
        }
    }

    private static Dictionary<String, Object> properties(long count) {
        return FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_CHANGECOUNT, count));
    }
}
