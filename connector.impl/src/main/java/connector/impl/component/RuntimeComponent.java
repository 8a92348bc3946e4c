// SPDX-License-Identifier: Apache-2.0
package connector.impl.component;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.ConnectorRuntime;
import connector.impl.runtime.GateStatus;
import connector.impl.runtime.Snapshot;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * What the connector knows of itself, as a service. It is registered by hand, for its property
 * {@code service.changecount} changes.
 */
@Component(service = {}, immediate = true)
@Capability(namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"connector.api.runtime.ConnectorRuntime\"",
        uses = ConnectorRuntime.class)
public final class RuntimeComponent implements ConnectorRuntime {

    /** Changes that follow each other within this time, in milliseconds, are told as one. */
    private static final long GATHER_MS = 100;

    private final BusService bus;
    private final WhiteboardComponent whiteboard;
    private final AtomicLong changes = new AtomicLong();
    private final AtomicBoolean pending = new AtomicBoolean();
    private final ServiceRegistration<ConnectorRuntime> registration;

    @Reference(policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<GateStatus> gates = List.of();

    /**
     * Made by DS.
     *
     * @param context of this bundle
     * @param bus the bus
     * @param whiteboard the users that come as services
     */
    @Activate
    public RuntimeComponent(BundleContext context, @Reference BusService bus,
            @Reference WhiteboardComponent whiteboard) {
        this.bus = bus;
        this.whiteboard = whiteboard;
        registration = context.registerService(ConnectorRuntime.class, this, properties());
        bus.bus().observe(this::changed);
        bus.notifications().statistics(this::getConnectorDTO);
    }

    @Deactivate
    void deactivate() {
        bus.notifications().statistics(null);
        bus.bus().observe(() -> { });
        registration.unregister();
    }

    @Override
    public ConnectorDTO getConnectorDTO() {
        ConnectorDTO dto = Snapshot.of(bus.bus(), bus.notifications(), gates);
        dto.failedUsers = whiteboard.failed();
        dto.policy = bus.policy().toDTO();
        return dto;
    }

    private void changed() {
        changes.incrementAndGet();
        if (!pending.getAndSet(true)) {
            // Listeners to services are user code, which the timer must not run.
            bus.bus().cancellable(() -> bus.bus().execute(this::tell), GATHER_MS);
        }
    }

    private void tell() {
        pending.set(false);
        try {
            registration.setProperties(properties());
        } catch (IllegalStateException e) {
            // Unregistered meanwhile: there is nobody to tell.
            pending.set(true);
        }
    }

    private Dictionary<String, ?> properties() {
        return FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_CHANGECOUNT, changes.get()));
    }
}
