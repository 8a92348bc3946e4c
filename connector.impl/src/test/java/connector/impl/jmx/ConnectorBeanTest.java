// SPDX-License-Identifier: Apache-2.0
package connector.impl.jmx;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.FailedUserDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.UserDTO;
import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.Test;

class ConnectorBeanTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    private static ConnectorDTO dto() {
        UserDTO user = new UserDTO();
        user.idx = 5;
        user.val = 6;
        user.name = "busy";
        user.state = UserDTO.ACTIVE;
        user.dropped = 2;
        user.abandoned = 1;
        PortDTO port = new PortDTO();
        port.portId = 77;
        port.owner = "gate";
        port.groups = new long[] {5};
        FailedUserDTO failed = new FailedUserDTO();
        failed.serviceId = 31;
        failed.reasonName = "BAD_ID";
        GateDTO gate = new GateDTO();
        gate.name = "default";
        gate.listening = true;
        ConnectorDTO dto = new ConnectorDTO();
        dto.users = new UserDTO[] {user};
        dto.failedUsers = new FailedUserDTO[] {failed};
        dto.ports = new PortDTO[] {port};
        dto.gates = new GateDTO[] {gate};
        dto.counters = new CountersDTO();
        dto.counters.unknownId = 9;
        return dto;
    }

    @Test
    void shouldShowTheSnapshotUntilClosed() throws Exception {
        ObjectName name = new ObjectName(ConnectorBean.NAME);
        ConnectorDTO dto = dto();
        try (ConnectorBean bean = new ConnectorBean(() -> dto)) {
            assertThat(bean).isNotNull();
            CompositeData user = ((CompositeData[]) server.getAttribute(name, "Users"))[0];
            assertThat(user.get("id")).isEqualTo("5.6");
            assertThat(user.get("dropped")).isEqualTo(3L);
            CompositeData port = ((CompositeData[]) server.getAttribute(name, "Ports"))[0];
            assertThat((Long[]) port.get("groups")).containsExactly(5L);
            CompositeData refused = ((CompositeData[]) server.getAttribute(name, "RefusedUsers"))[0];
            assertThat(refused.get("reason")).isEqualTo("BAD_ID");
            CompositeData gate = ((CompositeData[]) server.getAttribute(name, "Gates"))[0];
            assertThat(gate.get("listening")).isEqualTo(true);
            TabularData counters = (TabularData) server.getAttribute(name, "Counters");
            assertThat(counters.get(new Object[] {"unknownId"}).get("value")).isEqualTo(9L);
        }
        assertThat(server.isRegistered(name)).isFalse();
    }
}
