// SPDX-License-Identifier: Apache-2.0
package connector.impl.component;

import connector.api.runtime.FailedUserDTO;
import connector.impl.whiteboard.Whiteboard;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Has the users that come as services registered for as long as the bus is there. */
@Component(service = WhiteboardComponent.class, immediate = true)
public final class WhiteboardComponent {

    private final BusService bus;
    private final Whiteboard whiteboard;

    /**
     * Made by DS.
     *
     * @param context of this bundle
     * @param bus the bus
     */
    @Activate
    public WhiteboardComponent(BundleContext context, @Reference BusService bus) {
        this.bus = bus;
        whiteboard = new Whiteboard(context, bus.bus());
        whiteboard.open();
    }

    @Deactivate
    void deactivate() {
        bus.checkEnding();
        whiteboard.close();
    }

    /** {@return the services that were refused} */
    FailedUserDTO[] failed() {
        return whiteboard.failed();
    }
}
