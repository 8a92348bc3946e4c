// SPDX-License-Identifier: Apache-2.0
package ksock.impl.component;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import ksock.api.family.SocketFamily;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.FamilyEntry;
import ksock.impl.socket.SocketCore;
import ksock.impl.socket.SocketScope;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.condition.Condition;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one that all share: sockets, families, event loop, configuration. A service for this bundle's own components
 * only.
 *
 * <p>It alone refers to the families: references to them from each client's component would close a circle, in which a
 * family that itself needs sockets is never satisfied.
 */
@Component(service = Core.class, immediate = true, configurationPid = Settings.PID)
@Designate(ocd = KernelSocketsConfiguration.class)
public final class Core {

    private static final Logger LOG = LoggerFactory.getLogger(Core.class);

    /** {@code osgi.condition.id} of the condition that stands for this service being ready. */
    public static final String READY = "ksock.ready";

    private final EventLoop loop;
    private final SocketCore sockets;
    /** By {@code service.id}: one family may be registered as several services. */
    private final Map<Object, FamilyEntry> families = new ConcurrentHashMap<>();
    private volatile Settings settings = Settings.DEFAULT;
    private ServiceRegistration<Condition> ready;

    /** Made by DS. */
    @Activate
    public Core() {
        String advice = NativeAccess.advice();
        loop = new EventLoop();
        sockets = new SocketCore(loop);
        if (!sockets.hostUnsupported().isEmpty()) {
            LOG.warn("No sockets of the host: {}", sockets.hostUnsupported());
        } else if (advice != null) {
            LOG.warn("{}", advice);
        }
    }

    @Activate
    void activate(BundleContext context, Map<String, Object> properties) {
        configure(properties);
        ready = context.registerService(Condition.class, Condition.INSTANCE,
                FrameworkUtil.asDictionary(Map.of(Condition.CONDITION_ID, READY)));
    }

    @Modified
    void configure(Map<String, Object> properties) {
        settings = settings.with(properties);
        sockets.closeBound(Duration.ofMillis(settings.closeWaitMs()));
        loop.threadLimit(settings.callbackThreads());
    }

    @Deactivate
    void deactivate() {
        ready.unregister();
        sockets.close();
        loop.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addFamily(SocketFamily family, Map<String, Object> properties) {
        FamilyEntry entry = entry(family, properties);
        if (entry != null) {
            LOG.info("Socket family {} of service {} is there", entry.name(), entry.serviceId());
        }
    }

    void updatedFamily(SocketFamily family, Map<String, Object> properties) {
        if (entry(family, properties) == null) {
            removeFamily(properties);
        }
    }

    private FamilyEntry entry(SocketFamily family, Map<String, Object> properties) {
        Object id = properties.get(Constants.SERVICE_ID);
        FamilyEntry entry = FamilyProperties.entry(family, properties);
        if (entry == null) {
            LOG.warn("Socket family of service {} refused: {} must be a string, {} an integer, {} an integer or absent",
                    id, SocketFamily.NAME, SocketFamily.DOMAIN, SocketFamily.PROTOCOL);
            return null;
        }
        families.put(id, entry);
        sockets.putFamily(entry);
        return entry;
    }

    void removeFamily(Map<String, Object> properties) {
        FamilyEntry entry = families.remove(properties.get(Constants.SERVICE_ID));
        if (entry != null) {
            sockets.removeFamily(entry);
            LOG.info("Socket family {} of service {} has gone", entry.name(), entry.serviceId());
        }
    }

    /**
     * The sockets for an owner.
     *
     * @param bundleId the owner's bundle
     * @param bundle its symbolic name
     * @return to be closed with the owner
     */
    SocketScope scope(long bundleId, String bundle) {
        return sockets.scope(bundleId, bundle);
    }

    /** {@return the sockets of all} */
    public SocketCore sockets() {
        return sockets;
    }

    /** {@return where callbacks run} */
    public EventLoop loop() {
        return loop;
    }
}
