// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.runtime.GateDTO;
import connector.api.wire.GatePath;
import connector.impl.bus.Bus;
import connector.impl.component.BusService;
import connector.impl.runtime.GateStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import ksock.api.KernelSockets;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.condition.Condition;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gate: the default one while nothing is configured, else one for each configuration. It comes and goes with
 * ksock's service, of which the bus knows nothing. What keeps it from listening is tried again, ever more rarely; and
 * while it listens, it is looked after its socket's file, without which nobody finds it.
 */
@Component(service = GateStatus.class, immediate = true, configurationPid = GateComponent.PID,
        configurationPolicy = ConfigurationPolicy.OPTIONAL)
@Designate(ocd = GateConfiguration.class, factory = true)
public final class GateComponent implements GateStatus {

    /** Factory PID, and the id of the condition that says that a gate listens. */
    static final String PID = "connector.gate";

    private static final String DEFAULT_NAME = "default";
    private static final long FIRST_RETRY_MS = 500;
    private static final long LAST_RETRY_MS = 30_000;
    private static final long LOOK_MS = 2000;
    private static final Logger LOG = LoggerFactory.getLogger(GateComponent.class);

    private final KernelSockets sockets;
    private final Bus bus;
    private final BundleContext context;

    // Written under this, and read without it by the runtime: while the condition is registered, whoever waits for it
    // runs under this lock, and may be waiting for one that looks at the runtime.
    private volatile String name;
    private volatile GateSettings settings;
    private volatile Gate gate;
    private volatile String failure;
    // Guarded by this.
    private ServiceRegistration<Condition> condition;
    private boolean ended;
    private long retryMs;
    /** Takes back what is to be done next, and later. */
    private Runnable next = () -> { };

    /**
     * Made by DS.
     *
     * @param sockets makes the gate's socket, which is closed with this component
     * @param bus what its clients speak with
     * @param context of this bundle
     * @param config the configuration
     * @param properties the same, which say what it is called
     */
    @Activate
    public GateComponent(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) KernelSockets sockets,
            @Reference BusService bus, BundleContext context, GateConfiguration config,
            Map<String, Object> properties) {
        this.sockets = sockets;
        this.bus = bus.bus();
        this.context = context;
        configure(config, properties);
    }

    @Modified
    synchronized void modified(GateConfiguration config, Map<String, Object> properties) {
        configure(config, properties);
    }

    /** What stands behind the tilde of its PID: {@code connector.gate~name}. */
    private static String name(Map<String, Object> properties) {
        String pid = String.valueOf(properties.get(Constants.SERVICE_PID));
        int tilde = pid.indexOf('~');
        return tilde < 0 ? DEFAULT_NAME : pid.substring(tilde + 1);
    }

    /** Opens the gate anew if the configuration says something else than before, and can be followed. */
    private synchronized void configure(GateConfiguration config, Map<String, Object> properties) {
        name = name(properties);
        GateSettings wanted;
        try {
            wanted = GateConfiguration.Settings.of(name, config, properties, GatePath.ofPlatform());
            if (gate != null && wanted.group() != null) {
                // Found out only when it is opened anew, a name misspelt would cost every client its connection.
                SocketFile.group(wanted);
            }
        } catch (IOException | RuntimeException e) {
            // RuntimeException: also what DS throws for a value of the wrong type.
            refuse("the configuration is refused: " + e.getMessage() + (gate == null ? "" : "; it stays as it was"));
            return;
        }
        if (gate != null && wanted.equals(settings)) {
            look();
            return;
        }
        GateSettings before = gate == null ? null : settings;
        close();
        if (open(wanted)) {
            return;
        }
        if (before != null) {
            String why = failure;
            if (open(before)) {
                LOG.warn("gate {}: stays at {}, because {}", name, before.path(), why);
                return;
            }
            settings = wanted;
            failure = why;
        }
        retryMs = FIRST_RETRY_MS;
        retryLater();
    }

    /** What is in the way may go: the path's other user ends, its directory is mounted. */
    private void retryLater() {
        later(this::retry, retryMs);
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
    }

    private synchronized void retry() {
        if (ended || gate != null || settings == null) {
            return;
        }
        if (!open(settings)) {
            retryLater();
        }
    }

    private void later(Runnable step, long delayMs) {
        // What was to come is on its way perhaps: then it finds that it is late, or goes on instead of this.
        next.run();
        next = bus.cancellable(() -> bus.execute(step), delayMs);
    }

    /** Whoever cleans up may take the socket's file, or its directory, for something forgotten. */
    private synchronized void look() {
        if (ended || gate == null) {
            return;
        }
        if (!gate.isFound()) {
            restore();
        }
        later(this::look, LOOK_MS);
    }

    private void restore() {
        withdraw();
        try {
            gate.restore();
        } catch (IOException e) {
            String why = settings.path() + " was removed or replaced, and cannot be made again: " + e.getMessage();
            if (!why.equals(failure)) {
                LOG.error("gate {}: {}", name, why);
            }
            failure = why;
            return;
        }
        failure = null;
        LOG.warn("gate {}: {} was removed or replaced, and is made again; whoever was connected still is", name,
                settings.path());
        announce();
    }

    private boolean open(GateSettings wanted) {
        settings = wanted;
        try {
            gate = Gate.open(wanted, sockets, bus.netlink());
            failure = null;
        } catch (IOException e) {
            refuse(e.getMessage());
            return false;
        }
        announce();
        LOG.info("gate {}: listens at {}, mode {}", wanted.name(), wanted.path(),
                Integer.toOctalString(wanted.mode()));
        if (wanted.isShared()) {
            warnIfClosed(wanted.path());
        }
        later(this::look, LOOK_MS);
        return true;
    }

    private void announce() {
        condition = context.registerService(Condition.class, Condition.INSTANCE,
                FrameworkUtil.asDictionary(Map.of(Condition.CONDITION_ID, PID, "name", settings.name(),
                        "path", settings.path().toString())));
    }

    private void withdraw() {
        if (condition != null) {
            condition.unregister();
            condition = null;
        }
    }

    private void warnIfClosed(Path path) {
        try {
            Path closed = SocketFile.closedDirectory(path);
            if (closed != null) {
                LOG.warn("gate {}: other users cannot reach {}: {} is closed to them; open it (chmod o+x), "
                        + "or configure a path elsewhere", name, path, closed);
            }
        } catch (IOException e) {
            LOG.debug("gate {}: who reaches {} cannot be told", name, path, e);
        }
    }

    private void refuse(String why) {
        // Said again at each try, it would be no news.
        if (!why.equals(failure)) {
            LOG.error("gate {}: {}", name, why);
        }
        if (gate == null) {
            failure = why;
        }
    }

    private void close() {
        next.run();
        withdraw();
        if (gate != null) {
            gate.close();
            gate = null;
        }
    }

    @Deactivate
    synchronized void deactivate() {
        ended = true;
        close();
    }

    @Override
    public GateDTO toDTO() {
        Gate open = gate;
        if (open != null) {
            GateDTO dto = open.toDTO();
            String why = failure;
            if (!dto.listening && why != null) {
                dto.failure = why;
            }
            return dto;
        }
        GateDTO dto = new GateDTO();
        dto.failure = failure;
        dto.name = name;
        GateSettings wanted = settings;
        if (wanted != null) {
            dto.path = wanted.path().toString();
            dto.type = wanted.type().key();
            dto.maxClients = wanted.maxClients();
        }
        return dto;
    }
}
