// SPDX-License-Identifier: Apache-2.0
package connector.impl.health;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.FailedUserDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.UserDTO;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.apache.felix.hc.api.ResultLog;
import org.junit.jupiter.api.Test;

class ConnectorHealthCheckTest {

    private ConnectorDTO dto = healthy();
    private final ConnectorHealthCheck check = new ConnectorHealthCheck(() -> dto);

    private static ConnectorDTO healthy() {
        UserDTO user = new UserDTO();
        user.idx = 5;
        user.val = 6;
        user.name = "busy";
        user.bundle = "an.agent";
        user.bundleId = 12;
        user.state = UserDTO.ACTIVE;
        user.capacity = 8;
        user.capacityBytes = 1000;
        PortDTO port = new PortDTO();
        port.portId = 77;
        port.owner = "gate default";
        port.pid = 4;
        GateDTO gate = new GateDTO();
        gate.name = "default";
        gate.path = "/run/cn";
        gate.listening = true;
        gate.maxClients = 10;
        ConnectorDTO dto = new ConnectorDTO();
        dto.users = new UserDTO[] {user};
        dto.failedUsers = new FailedUserDTO[0];
        dto.ports = new PortDTO[] {port};
        dto.gates = new GateDTO[] {gate};
        dto.counters = new CountersDTO();
        dto.counters.drainers = 2;
        return dto;
    }

    private void expect(Status status, String said, Consumer<ConnectorDTO> ill) {
        dto = healthy();
        ill.accept(dto);
        Result result = check.execute();
        String text = StreamSupport.stream(result.spliterator(), false).map(ResultLog.Entry::getMessage)
                .collect(Collectors.joining("\n"));
        assertThat(result.getStatus()).as(text).isEqualTo(status);
        assertThat(text).contains(said);
    }

    @Test
    void shouldBeOkAndSayHowMuchThereIs() {
        expect(Status.OK, "1 user, 1 port, 1 gate", ok -> { });
    }

    @Test
    void shouldWarnOfServicesThatAreNoUsersWithTheReason() {
        expect(Status.WARN, "Service 31 of bad is no user: BAD_ID: connector.idx is 'x'", ill -> {
            FailedUserDTO failed = new FailedUserDTO();
            failed.serviceId = 31;
            failed.bundle = "bad";
            failed.reasonName = "BAD_ID";
            failed.message = "connector.idx is 'x'";
            ill.failedUsers = new FailedUserDTO[] {failed};
        });
    }

    @Test
    void shouldWarnOfUsersThatDoNotGetOn() {
        expect(Status.WARN, "5.6 \"busy\" of an.agent [12] has not returned from its callback for 6000 ms", ill -> {
            ill.users[0].stuck = true;
            ill.users[0].runningMs = 6000;
        });
        expect(Status.WARN, "The mailbox of user 5.6 \"busy\" of an.agent [12] is full: 8 messages",
                ill -> ill.users[0].queued = 8);
        expect(Status.WARN, "is full", ill -> ill.users[0].queuedBytes = 1000);
        expect(Status.OK, "", ill -> {
            ill.users[0].state = UserDTO.STANDBY;
            ill.users[0].queued = 8;
        });
    }

    @Test
    void shouldWarnOfAReaderThatDoesNotRead() {
        expect(Status.WARN, "Port 77 of gate default", ill -> ill.ports[0].congested = true);
    }

    @Test
    void shouldBeCriticalWhenAGateIsDown() {
        expect(Status.CRITICAL, "Gate default does not listen on /run/cn: taken", ill -> {
            ill.gates[0].listening = false;
            ill.gates[0].failure = "taken";
        });
        expect(Status.WARN, "There is no gate", ill -> ill.gates = new GateDTO[0]);
        expect(Status.WARN, "as many clients as it may, 10", ill -> ill.gates[0].clients = 10);
    }

    @Test
    void shouldBeCriticalWhenNobodyIsLeftToRunCallbacks() {
        expect(Status.CRITICAL, "All 2 threads", ill -> ill.counters.stuckDrainers = 2);
    }

    @Test
    void shouldWarnOfWhatIsCountedOnlyWhenItHasHappenedSince() {
        Consumer<ConnectorDTO> lost = ill -> {
            ill.counters.userDropped = 3;
            ill.counters.userAbandoned = 2;
        };
        expect(Status.WARN, "5 messages to users were lost", lost);
        expect(Status.OK, "", lost);
        expect(Status.WARN, "4 subscriptions were refused", ill -> {
            lost.accept(ill);
            ill.counters.tooManySubscriptions = 4;
        });
        expect(Status.WARN, "1 callbacks were given up", ill -> {
            lost.accept(ill);
            ill.counters.userInterrupted = 1;
        });
        expect(Status.WARN, "7 clients were refused", ill -> {
            lost.accept(ill);
            ill.gates[0].refused = 7;
        });
    }
}
