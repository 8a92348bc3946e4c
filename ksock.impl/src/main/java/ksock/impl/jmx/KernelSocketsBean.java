// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jmx;

import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import ksock.api.runtime.KernelSocketsRuntime;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The MXBean, from when it is made until it is closed. */
final class KernelSocketsBean implements KernelSocketsMXBean, AutoCloseable {

    static final String NAME = "ksock:type=Runtime";

    private static final Logger LOG = LoggerFactory.getLogger(KernelSocketsBean.class);

    private final KernelSocketsRuntime runtime;
    private final boolean registered;

    KernelSocketsBean(KernelSocketsRuntime runtime) {
        this.runtime = runtime;
        registered = register();
    }

    private boolean register() {
        try {
            ManagementFactory.getPlatformMBeanServer().registerMBean(this, new ObjectName(NAME));
            return true;
        } catch (InstanceAlreadyExistsException e) {
            LOG.warn("JMX shows the sockets of another framework in this process as {}, and not these", NAME);
        } catch (JMException e) {
            LOG.warn("JMX does not show the sockets", e);
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
                LOG.warn("JMX still shows the sockets", e);
            }
        }
    }

    @Override
    public List<SocketInfo> getSockets() {
        return runtime.getRuntimeDTO().sockets.stream().map(KernelSocketsBean::info).toList();
    }

    @Override
    public TotalsInfo getTotals() {
        RuntimeDTO dto = runtime.getRuntimeDTO();
        return new TotalsInfo(dto.opened, dto.closed, dto.forgotten, dto.connected, dto.failedConnects, dto.accepted,
                dto.receivedBytes, dto.sentBytes, dto.calledCallbacks, dto.failedCallbacks, dto.heldUpCallbacks,
                dto.longestCallbackMs, dto.waitingListeners, dto.loopAlive, dto.loopThreads, dto.heldUpThreads,
                dto.crowded);
    }

    private static SocketInfo info(SocketDTO dto) {
        return new SocketInfo(dto.id, dto.bundleId < 0 ? "" : dto.bundle + " [" + dto.bundleId + ']', dto.family,
                dto.domain, dto.type, dto.protocol, dto.localAddress, dto.remoteAddress, dto.state, dto.receivedBytes,
                dto.sentBytes, dto.receives, dto.sends, dto.refusedSends, dto.blockedCalls, dto.calledCallbacks,
                dto.failedCallbacks, dto.heldUpMs);
    }
}
