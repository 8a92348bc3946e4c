// SPDX-License-Identifier: Apache-2.0
package connector.impl.jmx;

import connector.api.runtime.ConnectorRuntime;
import connector.api.runtime.CountersDTO;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The MXBean, from when it is made until it is closed. */
final class ConnectorBean implements ConnectorMXBean, AutoCloseable {

    static final String NAME = "connector:type=Runtime";

    private static final Logger LOG = LoggerFactory.getLogger(ConnectorBean.class);

    private final ConnectorRuntime runtime;
    private final boolean registered;

    ConnectorBean(ConnectorRuntime runtime) {
        this.runtime = runtime;
        registered = register();
    }

    private boolean register() {
        try {
            ManagementFactory.getPlatformMBeanServer().registerMBean(this, new ObjectName(NAME));
            return true;
        } catch (InstanceAlreadyExistsException e) {
            LOG.warn("JMX shows the connector of another framework in this process as {}, and not this one", NAME);
        } catch (JMException e) {
            LOG.warn("JMX does not show the connector", e);
        }
        return false;
    }

    @Override
    public void close() {
        if (registered) {
            try {
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(new ObjectName(NAME));
            } catch (InstanceNotFoundException e) {
                // Somebody has taken it away; that is what was wanted.
            } catch (JMException e) {
                LOG.warn("JMX still shows the connector", e);
            }
        }
    }

    @Override
    public List<UserInfo> getUsers() {
        return Stream.of(runtime.getConnectorDTO().users).map(user -> new UserInfo(user.idx + "." + user.val, user.name,
                user.state, user.bundle == null ? "" : user.bundle + " [" + user.bundleId + ']', user.queued,
                user.capacity, user.delivered,
                user.dropped + user.droppedOldest + user.waitedInVain + user.abandoned, user.refused, user.failed,
                user.runningMs, user.stuck)).toList();
    }

    @Override
    public List<RefusedInfo> getRefusedUsers() {
        return Stream.of(runtime.getConnectorDTO().failedUsers).map(user -> new RefusedInfo(user.serviceId, user.bundle,
                user.reasonName, user.message)).toList();
    }

    @Override
    public List<PortInfo> getPorts() {
        return Stream.of(runtime.getConnectorDTO().ports).map(port -> new PortInfo(port.portId, port.owner, port.pid,
                port.uid, LongStream.of(port.groups).boxed().toList(), port.queued, port.queuedBytes, port.received,
                port.sent, port.dropped, port.overruns, port.congested)).toList();
    }

    @Override
    public List<GateInfo> getGates() {
        return Stream.of(runtime.getConnectorDTO().gates).map(gate -> new GateInfo(gate.name, gate.path, gate.listening,
                gate.failure, gate.clients, gate.accepted, gate.refused, gate.framesIn, gate.framesOut,
                gate.malformed, gate.limited)).toList();
    }

    @Override
    public Map<String, Long> getCounters() {
        CountersDTO counters = runtime.getConnectorDTO().counters;
        Map<String, Long> values = new TreeMap<>();
        for (Field field : CountersDTO.class.getFields()) {
            try {
                values.put(field.getName(), ((Number) field.get(counters)).longValue());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(field + " is public", e);
            }
        }
        return values;
    }
}
