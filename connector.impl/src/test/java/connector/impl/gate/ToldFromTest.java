// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.client.CnMessage;
import connector.client.CnSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are written to together, and are told whence a message comes as each has asked for. */
@Timeout(300)
class ToldFromTest {

    /** Enough to be written to together. */
    private static final int CLIENTS = 20;
    private static final int ROUNDS = 10_000;
    private static final int GROUP = 14;
    private static final CbId ID = new CbId(14, 1110);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void shouldTellNobodyWhoHasNotAskedHoweverOftenAnotherChangesItsMind() throws Exception {
        List<CnSocket> clients = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(GateSettings.at(directory.resolve("gate.sock")), platform.sockets,
                        platform.netlink);
                CnSocket fickle = CnSocket.socket(Path.of(gate.toDTO().path))) {
            fickle.addMembership(GROUP);
            for (int i = 1; i < CLIENTS; i++) {
                CnSocket client = CnSocket.socket(Path.of(gate.toDTO().path));
                clients.add(client);
                client.addMembership(GROUP);
            }
            FutureTask<Void> changing = new FutureTask<>(() -> {
                for (boolean on = true; !over.get(); on = !on) {
                    fickle.pktinfo(on);
                }
                return null;
            });
            Thread.ofPlatform().daemon().start(changing);
            for (int seq = 0; seq < ROUNDS; seq++) {
                assertThat(platform.connector.netlinkSend(CnMsg.of(ID, seq, 0, new byte[4]), GROUP)).isZero();
                for (CnSocket client : clients) {
                    CnMessage message = client.recv(SOON);
                    assertThat(message.seq()).isEqualTo(seq);
                    assertThat(message.group()).as("told in round %d", seq).isZero();
                }
            }
            over.set(true);
            changing.get(SOON.toSeconds(), TimeUnit.SECONDS);
        } finally {
            over.set(true);
            clients.forEach(CnSocket::close);
        }
    }
}
