// SPDX-License-Identifier: Apache-2.0
package connector.impl.health;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.ConnectorRuntime;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.FailedUserDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.UserDTO;
import connector.impl.text.Tables;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Whether whoever wants to be a user is one, messages arrive, and other processes get in. What can only be counted
 * (losses, subscriptions and clients refused) is told when it has happened since the check before, or before the first.
 */
@Component(service = HealthCheck.class, property = {
    HealthCheck.NAME + "=Kernel Connector", HealthCheck.TAGS + "=connector"})
public final class ConnectorHealthCheck implements HealthCheck {

    private final ConnectorRuntime runtime;
    private CountersDTO last = new CountersDTO(); // guarded by this
    private long lastRefusedClients; // guarded by this

    /**
     * Made by DS, when health checks ask for it.
     *
     * @param runtime what it looks at
     */
    @Activate
    public ConnectorHealthCheck(@Reference ConnectorRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public synchronized Result execute() {
        ConnectorDTO now = runtime.getConnectorDTO();
        FormattingResultLog log = new FormattingResultLog();
        log.info("{}, {}, {}", Tables.counted(now.users.length, "user"), Tables.counted(now.ports.length, "port"),
                Tables.counted(now.gates.length, "gate"));
        users(log, now);
        ports(log, now);
        gates(log, now);
        counters(log, now.counters);
        last = now.counters;
        return new Result(log);
    }

    private static void users(FormattingResultLog log, ConnectorDTO now) {
        for (FailedUserDTO failed : now.failedUsers) {
            log.warn("Service {} of {} is no user: {}: {}", failed.serviceId, failed.bundle, failed.reasonName,
                    failed.message);
        }
        for (UserDTO user : now.users) {
            if (user.stuck) {
                log.warn("User {} has not returned from its callback for {} ms", name(user), user.runningMs);
            }
            if (!user.state.equals(UserDTO.STANDBY) && user.capacity > 0
                    && (user.queued >= user.capacity || user.queuedBytes >= user.capacityBytes)) {
                log.warn("The mailbox of user {} is full: {} messages", name(user), user.queued);
            }
        }
    }

    private static void ports(FormattingResultLog log, ConnectorDTO now) {
        for (PortDTO port : now.ports) {
            if (port.congested) {
                log.warn("Port {} of {} loses all that is sent to it until its reader, process {}, has caught up: {} "
                        + "lost so far", port.portId, port.owner, port.pid, port.dropped);
            }
        }
    }

    private void gates(FormattingResultLog log, ConnectorDTO now) {
        if (now.gates.length == 0) {
            log.warn("There is no gate: other processes cannot reach the connector. It needs the bundle ksock.impl");
        }
        long refused = 0;
        for (GateDTO gate : now.gates) {
            refused += gate.refused;
            if (!gate.listening) {
                log.critical("Gate {} does not listen on {}: {}", gate.name, gate.path, gate.failure);
            } else if (gate.clients >= gate.maxClients) {
                log.warn("Gate {} has as many clients as it may, {}", gate.name, gate.maxClients);
            }
        }
        if (refused > lastRefusedClients) {
            log.warn("{} clients were refused since the check before; the log says why", refused - lastRefusedClients);
        }
        lastRefusedClients = refused;
    }

    private void counters(FormattingResultLog log, CountersDTO now) {
        long lost = lost(now) - lost(last);
        if (lost > 0) {
            log.warn("{} messages to users were lost since the check before: see connector:stat for whose", lost);
        }
        if (now.userInterrupted > last.userInterrupted) {
            log.warn("{} callbacks were given up since the check before: they did not return when their users left",
                    now.userInterrupted - last.userInterrupted);
        }
        if (now.tooManySubscriptions > last.tooManySubscriptions) {
            log.warn("{} subscriptions were refused since the check before: their ports have as many as they may",
                    now.tooManySubscriptions - last.tooManySubscriptions);
        }
        if (now.stuckDrainers > 0 && now.stuckDrainers >= now.drainers) {
            log.critical("All {} threads that run callbacks are held up in them", now.drainers);
        }
    }

    private static long lost(CountersDTO counters) {
        return counters.userDropped + counters.userAbandoned;
    }

    private static String name(UserDTO user) {
        return user.idx + "." + user.val + " \"" + user.name + '"'
                + (user.bundle == null ? "" : " of " + user.bundle + " [" + user.bundleId + ']');
    }
}
