// SPDX-License-Identifier: Apache-2.0
package connector.impl.gogo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.FailedUserDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.SubscriptionDTO;
import connector.api.runtime.UserDTO;

class TablesTest {

    @Test
    void shouldShowUsersAndThoseRefusedWithTheReason() {
        UserDTO user = new UserDTO();
        user.idx = 1;
        user.val = 4_294_967_295L;
        user.name = "cn_proc";
        user.state = UserDTO.ACTIVE;
        user.bundle = "agent.proc";
        user.version = "1.0.0";
        user.bundleId = 7;
        user.delivered = 12;
        user.capacity = 1024;
        user.dropped = 1;
        user.refused = 2;
        user.runningMs = 6000;
        user.stuck = true;
        FailedUserDTO failed = new FailedUserDTO();
        failed.serviceId = 31;
        failed.idx = "x";
        failed.bundle = "bad";
        failed.reasonName = "BAD_ID";
        failed.message = "connector.idx is 'x'";
        ConnectorDTO dto = new ConnectorDTO();
        dto.users = new UserDTO[] {user};
        dto.failedUsers = new FailedUserDTO[] {failed};
        dto.gates = new GateDTO[0];
        dto.subscriptions = new SubscriptionDTO[0];
        dto.counters = new CountersDTO();
        dto.counters.unknownId = 3;
        assertThat(Tables.connector(dto)).isEqualTo("""
                ID            NAME     STATE   BUNDLE                DELIVERED  QUEUED  LOST  FAILED  RUNNING
                1.4294967295  cn_proc  active  agent.proc 1.0.0 [7]  12         0/1024  3     0       6000 ms STUCK

                REFUSED     IDX  VAL  NAME  BUNDLE  WHY
                service 31  x    -    -     bad     BAD_ID: connector.idx is 'x'

                received 0, 3 to unknown ids
                """);
    }

    @Test
    void shouldShowPorts() {
        PortDTO port = new PortDTO();
        port.portId = 4242;
        port.owner = "gate";
        port.uid = 1000;
        port.pid = -1;
        port.groups = new long[] {1, 12345};
        port.queuedBytes = 100;
        port.congested = true;
        port.receiveBufferBytes = 212_992;
        assertThat(Tables.ports(port)).isEqualTo("""
                PORT  OWNER  UID   PID  GROUPS   QUEUED    OF      RECEIVED  SENT  DROPPED  OVERRUNS
                4242  gate   1000  -    1,12345  100 FULL  212992  0         0     0        0
                """);
        assertThat(Tables.ports()).isEqualTo("no ports\n");
        assertThat(Tables.users()).isEqualTo("nobody is registered\n");
    }
}
