// SPDX-License-Identifier: Apache-2.0
package connector.test.agents.listener;

import connector.test.agents.accept.Acceptor;
import java.util.function.Consumer;
import ksock.api.KernelSockets;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** A bundle without components, whose sockets are the bundle's. */
public final class Listener implements BundleActivator {
    @Override
    @SuppressWarnings("unchecked")
    public void start(BundleContext context) throws Exception {
        KernelSockets sockets = context.getService(context.getServiceReference(KernelSockets.class));
        ServiceReference<?> outcomes =
                context.getServiceReferences(Consumer.class, "(test=outcomes)").iterator().next();
        new Acceptor("bundle", sockets, (Consumer<String>) context.getService(outcomes));
    }

    @Override
    public void stop(BundleContext context) {
        // Closing is not this bundle's business.
    }
}
