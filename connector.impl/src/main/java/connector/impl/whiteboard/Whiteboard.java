// SPDX-License-Identifier: Apache-2.0
package connector.impl.whiteboard;

import connector.api.CnCallback;
import connector.api.runtime.FailedUserDTO;
import connector.impl.bus.Bus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/** Tracks the services that want to be users. Its methods are called by the framework, and never run user code. */
public final class Whiteboard implements ServiceTrackerCustomizer<Object, UserService>, AutoCloseable {

    private final BundleContext context;
    private final Bundle bundle;
    private final Bus bus;
    private final ServiceTracker<Object, UserService> tracker;
    private final Set<UserService> services = ConcurrentHashMap.newKeySet();

    /**
     * Makes it, without looking as yet.
     *
     * @param context of the connector's bundle
     * @param bus the bus
     */
    public Whiteboard(BundleContext context, Bus bus) {
        this.context = context;
        bundle = context.getBundle();
        this.bus = bus;
        this.tracker = new ServiceTracker<>(context, CnCallback.class.getName(), this);
    }

    /** Begins to look. */
    public void open() {
        tracker.open(true);
    }

    /** Ends: the users are taken away. */
    @Override
    public void close() {
        tracker.close();
    }

    /** {@return the services that were refused, each with the reason, in the order of their ids} */
    public FailedUserDTO[] failed() {
        List<FailedUserDTO> failed = new ArrayList<>();
        for (UserService service : services) {
            FailedUserDTO dto = service.refusal();
            if (dto != null) {
                failed.add(dto);
            }
        }
        failed.sort(Comparator.comparingLong(dto -> dto.serviceId));
        return failed.toArray(FailedUserDTO[]::new);
    }

    @Override
    public UserService addingService(ServiceReference<Object> reference) {
        UserService service = new UserService(context, bus, reference);
        services.add(service);
        service.arrive();
        return service;
    }

    @Override
    public void modifiedService(ServiceReference<Object> reference, UserService service) {
        service.change();
    }

    @Override
    public void removedService(ServiceReference<Object> reference, UserService service) {
        if (bundle.getState() == Bundle.STOPPING) {
            // A component that needs the connector goes before ours do: this is the connector's end, not the user's.
            bus.goDown();
        }
        services.remove(service);
        service.depart();
    }
}
