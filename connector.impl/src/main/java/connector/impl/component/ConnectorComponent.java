// SPDX-License-Identifier: Apache-2.0
package connector.impl.component;

import connector.api.Connector;
import connector.api.ConnectorConstants;
import connector.impl.session.Session;
import connector.impl.whiteboard.BundleOrigin;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** The bus for one client: a bundle, or by PROTOTYPE_REQUIRED a component. What it made ends with it. */
@Component(service = Connector.class, scope = ServiceScope.PROTOTYPE)
@Capability(namespace = ConnectorConstants.IMPLEMENTATION_NAMESPACE, name = ConnectorConstants.IMPLEMENTATION_NAME,
        version = ConnectorConstants.SPECIFICATION_VERSION, uses = Connector.class)
public final class ConnectorComponent extends Session {

    private final BusService bus;

    /**
     * Made by DS.
     *
     * @param bus the bus
     * @param context says whose it is
     */
    @Activate
    public ConnectorComponent(@Reference BusService bus, ComponentContext context) {
        this(bus, context.getUsingBundle());
    }

    private ConnectorComponent(BusService service, Bundle user) {
        super(service.bus(), service.identity("bundle " + BundleOrigin.name(user)), BundleOrigin.of(user),
                () -> BundleOrigin.departure(user));
        bus = service;
    }

    @Deactivate
    void deactivate() {
        bus.checkEnding();
        close();
    }
}
