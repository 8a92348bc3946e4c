// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import connector.api.wire.NetlinkErrno;
import connector.client.CnException;
import connector.client.CnSocket;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GateLimitsTest {

    @TempDir
    Path directory;

    private GateSettings limited(int clients, int perUser) {
        return new GateSettings("limited", directory.resolve("gate.sock"), 0600, null, clients, perUser,
                PortLimits.DEFAULT);
    }

    private void shouldRefuseTheThird(GateSettings settings, String why) throws IOException {
        List<CnSocket> clients = new ArrayList<>();
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            for (int i = 0; i < 2; i++) {
                CnSocket client = CnSocket.socket(settings.path());
                clients.add(client);
                client.bind(0, 0);
            }
            try (CnSocket third = CnSocket.socket(settings.path())) {
                assertThatThrownBy(third::recv).isInstanceOfSatisfying(CnException.class, e ->
                        assertThat(e.errno()).isEqualTo(NetlinkErrno.EMFILE)).hasMessageContaining(why);
            }
            assertThat(gate.toDTO().refused).isEqualTo(1);

            clients.getFirst().close();
            await().atMost(Duration.ofSeconds(10)).until(() -> gate.toDTO().clients == 1);
            try (CnSocket next = CnSocket.socket(settings.path())) {
                next.bind(0, 0);
            }
        } finally {
            clients.forEach(CnSocket::close);
        }
    }

    @Test
    void shouldRefuseOneClientTooMany() throws IOException {
        shouldRefuseTheThird(limited(2, 10), "as many clients as it may, 2");
    }

    @Test
    void shouldRefuseOneClientTooManyOfAUser() throws IOException {
        shouldRefuseTheThird(limited(10, 2), "as many clients here as it may, 2");
    }

    @Test
    void shouldNameTheSettingThatIsWrong() {
        assertThatThrownBy(() -> limited(0, 1)).hasMessage("max.clients 0 must be 1 to 100000");
        assertThatThrownBy(() -> limited(1, -5)).hasMessage("max.clients.per.user -5 must be 1 to 100000");
        assertThatThrownBy(() -> GateSettings.mode("rw")).hasMessageContaining("mode 'rw'");
        assertThatThrownBy(() -> GateSettings.at(Path.of("gate.sock"))).hasMessageContaining("must be absolute");
    }
}
