// SPDX-License-Identifier: Apache-2.0
package connector.impl.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.FailedUserDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.GroupDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.SubscriptionDTO;
import connector.api.runtime.UserDTO;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TablesTest {

    @Test
    void shouldLetNobodyDriveTheTerminalByAName() {
        UserDTO user = new UserDTO();
        user.name = "\u001b[2J\u009b\nx";
        user.state = UserDTO.ACTIVE;
        user.bundle = user.name;
        assertThat(Tables.users(user)).contains("\\x1b[2J\\x9b\\nx").hasLineCount(2).doesNotContain("\u001b", "\u009b");
        assertThat(Tables.proc(user)).contains("\\x1b[2J\\x9b\\nx").hasLineCount(2).doesNotContain("\u001b", "\u009b");
    }

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

    private static UserDTO user(String name, long idx, long val, String state) {
        UserDTO user = new UserDTO();
        user.name = name;
        user.idx = idx;
        user.val = val;
        user.state = state;
        return user;
    }

    @Test
    void shouldListIdsInTheShapeOfTheKernelsFile() {
        assertThat(Tables.proc(user("cn_proc", 1, 1, UserDTO.ACTIVE),
                user("a name of more than fifteen", 291, 4_294_967_295L, UserDTO.ACTIVE),
                user("other", 1, 1, UserDTO.STANDBY), user("gone", 7, 7, UserDTO.HELD_OVER))).isEqualTo("""
                Name            ID
                cn_proc         1:1
                a name of more than fifteen 291:4294967295
                """);
    }

    @Test
    void shouldHaveTheHeadingAndColumnsOfThisHostsKernel() throws Exception {
        Path file = Path.of("/proc/net/connector");
        assumeThat(file).as("a kernel with a connector").exists();
        List<String> kernels = Files.readAllLines(file);
        UserDTO[] users = kernels.stream().skip(1).map(line -> {
            String[] id = line.substring(line.lastIndexOf(' ') + 1).split(":", 2);
            return user(line.substring(0, line.lastIndexOf(' ')).strip(), Long.parseLong(id[0]), Long.parseLong(id[1]),
                    UserDTO.ACTIVE);
        }).toArray(UserDTO[]::new);
        assertThat(Tables.proc(users)).isEqualTo(String.join("\n", kernels) + "\n");
    }

    private static ConnectorDTO counted(long delivered, long dropped, long received) {
        UserDTO user = user("busy", 5, 6, UserDTO.ACTIVE);
        user.delivered = delivered;
        user.dropped = dropped;
        PortDTO port = new PortDTO();
        port.portId = 77;
        port.owner = "gate";
        port.pid = 4;
        port.groups = new long[0];
        ConnectorDTO dto = new ConnectorDTO();
        dto.users = new UserDTO[] {user};
        dto.ports = new PortDTO[] {port};
        dto.groups = new GroupDTO[0];
        dto.gates = new GateDTO[0];
        dto.counters = new CountersDTO();
        dto.counters.received = received;
        return dto;
    }

    @Test
    void shouldShowWhoIsBusyWithItsRates() {
        assertThat(Rates.table(counted(100, 0, 100), counted(120, 4, 124), 2)).isEqualTo("""
                1 user, 0 groups, 1 port; to users 12.0 messages/s; in 2.0 s
                MSG/S  LOST/S  QUEUED  TOTAL  WHAT      WHOSE
                10.0   2.0     0       120    user 5.6  busy
                0.0    0.0     0       0      port 77   gate  pid 4
                """);
    }

    @Test
    void shouldShowEachCounterThereIs() {
        String text = Tables.statistics(counted(120, 4, 124));
        assertThat(text.lines()).anySatisfy(line -> assertThat(line).matches("received +124"))
                .anySatisfy(line -> assertThat(line).matches("5\\.6 +120 +0 +0 +4 .*"))
                .anySatisfy(line -> assertThat(line).startsWith("77 "));
        Stream.of(CountersDTO.class.getFields()).forEach(field -> assertThat(text).contains(field.getName()));
    }
}
