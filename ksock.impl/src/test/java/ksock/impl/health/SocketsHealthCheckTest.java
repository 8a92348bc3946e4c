// SPDX-License-Identifier: Apache-2.0
package ksock.impl.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import ksock.api.runtime.FamilyDTO;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.apache.felix.hc.api.ResultLog;
import org.junit.jupiter.api.Test;

class SocketsHealthCheckTest {

    private RuntimeDTO runtime = healthy();
    private final SocketsHealthCheck check = new SocketsHealthCheck(() -> runtime);

    private static RuntimeDTO healthy() {
        RuntimeDTO runtime = new RuntimeDTO();
        runtime.loopAlive = true;
        runtime.loopThreads = 3;
        SocketDTO socket = new SocketDTO();
        socket.id = 7;
        socket.bundleId = 12;
        socket.bundle = "an.agent";
        runtime.sockets.add(socket);
        return runtime;
    }

    private void expect(Status status, String said, Consumer<RuntimeDTO> ill) {
        runtime = healthy();
        ill.accept(runtime);
        Result result = check.execute();
        assertThat(result.getStatus()).as(text(result)).isEqualTo(status);
        assertThat(text(result)).contains(said);
    }

    private static String text(Result result) {
        return StreamSupport.stream(result.spliterator(), false).map(ResultLog.Entry::getMessage)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void shouldBeOkAndSayHowManySocketsAreOpen() {
        expect(Status.OK, "1 sockets are open", dto -> { });
    }

    @Test
    void shouldBeCriticalWhenNoCallbackCanBeCalled() {
        expect(Status.CRITICAL, "The event loop has ended", dto -> dto.loopAlive = false);
        expect(Status.CRITICAL, "All 3 threads are held up", dto -> dto.crowded = true);
        expect(Status.CRITICAL, "2 listeners cannot accept", dto -> dto.waitingListeners = 2);
    }

    @Test
    void shouldWarnOfACallbackThatDoesNotReturnAndNameItsOwner() {
        expect(Status.OK, "", dto -> dto.sockets.getFirst().heldUpMs = 4_999);
        expect(Status.WARN, "socket 7 of an.agent [12] has not returned for 5000 ms",
                dto -> dto.sockets.getFirst().heldUpMs = 5_000);
    }

    @Test
    void shouldWarnOfWhatIsCountedOnlyWhenItHasHappenedSince() {
        Consumer<RuntimeDTO> counted = dto -> {
            dto.failedCallbacks = 3;
            dto.sockets.getFirst().failedCallbacks = 3;
        };
        expect(Status.WARN, "3 callbacks threw", counted);
        expect(Status.OK, "", counted);
        expect(Status.WARN, "5 sockets were forgotten", dto -> {
            counted.accept(dto);
            dto.forgotten = 5;
        });
        expect(Status.WARN, "left for 9 accepts", dto -> {
            counted.accept(dto);
            dto.forgotten = 5;
            dto.descriptorShortages = 9;
        });
    }

    @Test
    void shouldWarnOfAHostWithoutSockets() {
        expect(Status.WARN, "The family host has no sockets: no Linux here", dto -> {
            FamilyDTO host = new FamilyDTO();
            host.name = "host";
            host.unsupported = "no Linux here";
            dto.families.add(host);
        });
    }
}
