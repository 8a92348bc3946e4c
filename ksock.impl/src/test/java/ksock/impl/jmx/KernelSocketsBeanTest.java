// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jmx;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import org.junit.jupiter.api.Test;

class KernelSocketsBeanTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    void shouldShowSocketsAndTotalsUntilClosed() throws Exception {
        SocketDTO socket = new SocketDTO();
        socket.id = 7;
        socket.bundle = "an.agent";
        socket.bundleId = 12;
        socket.family = "host";
        socket.sentBytes = 99;
        RuntimeDTO runtime = new RuntimeDTO();
        runtime.sockets.add(socket);
        runtime.opened = 5;
        runtime.loopAlive = true;
        ObjectName name = new ObjectName(KernelSocketsBean.NAME);
        try (KernelSocketsBean bean = new KernelSocketsBean(() -> runtime)) {
            assertThat(bean).isNotNull();
            CompositeData[] sockets = (CompositeData[]) server.getAttribute(name, "Sockets");
            assertThat(sockets).singleElement().satisfies(shown -> {
                assertThat(shown.get("id")).isEqualTo(7L);
                assertThat(shown.get("owner")).isEqualTo("an.agent [12]");
                assertThat(shown.get("sentBytes")).isEqualTo(99L);
            });
            CompositeData totals = (CompositeData) server.getAttribute(name, "Totals");
            assertThat(totals.get("opened")).isEqualTo(5L);
            assertThat(totals.get("loopAlive")).isEqualTo(true);
        }
        assertThat(server.isRegistered(name)).isFalse();
    }

    @Test
    void shouldLeaveTheNameToWhoHasIt() throws Exception {
        ObjectName name = new ObjectName(KernelSocketsBean.NAME);
        try (KernelSocketsBean first = new KernelSocketsBean(RuntimeDTO::new)) {
            assertThat(first).isNotNull();
            new KernelSocketsBean(RuntimeDTO::new).close();
            assertThat(server.isRegistered(name)).isTrue();
        }
    }
}
