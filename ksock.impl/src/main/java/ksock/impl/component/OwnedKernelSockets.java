// SPDX-License-Identifier: Apache-2.0
package ksock.impl.component;

import ksock.api.KernelSockets;
import ksock.api.RequireKernelSockets;
import ksock.impl.socket.SocketScope;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * The service as one user has it: an instance a bundle by a plain reference, one a component by
 * {@code PROTOTYPE_REQUIRED}. What it makes is closed with it.
 */
@Component(service = KernelSockets.class, scope = ServiceScope.PROTOTYPE)
@Capability(namespace = "osgi.implementation",
        name = RequireKernelSockets.IMPLEMENTATION_NAME, version = RequireKernelSockets.SPECIFICATION_VERSION,
        uses = KernelSockets.class)
public final class OwnedKernelSockets extends Delegate {

    private final SocketScope scope;

    /**
     * Made by DS.
     *
     * @param core what all share
     * @param context says who uses it
     */
    @Activate
    public OwnedKernelSockets(@Reference Core core, ComponentContext context) {
        this(core.scope(context.getUsingBundle().getBundleId(), context.getUsingBundle().getSymbolicName()));
    }

    private OwnedKernelSockets(SocketScope scope) {
        super(scope);
        this.scope = scope;
    }

    @Deactivate
    void deactivate() {
        scope.close();
    }
}
