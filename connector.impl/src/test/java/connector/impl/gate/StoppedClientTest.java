// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.runtime.PortDTO;
import connector.api.wire.GateControl;
import connector.client.CnMessage;
import connector.client.CnSocket;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.PortLimits;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client whose whole process is stopped, and later goes on. */
@Timeout(120)
class StoppedClientTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final int GROUP = 14;
    private static final int MESSAGES = 20_000;
    private static final int DATA = 200;
    private static final int QUEUE = 64 * 1024;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void shouldLetOthersGoOnHoldItsLimitsAndTellExactlyWhatWasLost() throws Exception {
        ClientLimits limits = new ClientLimits(new PortLimits(QUEUE, 64 << 20, 16 << 10, 8, 8), 0);
        GateSettings settings = GateSettings.at(directory.resolve("gate.sock"))
                .limits(8, limits, new UserLimits(8, 128 << 20, 64, 64, 0));
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink);
                ReadingProcess stopped = new ReadingProcess(settings.path(), GROUP, MESSAGES);
                CnSocket other = CnSocket.socket(settings.path())) {
            platform.connector.addCallback(ID, "echo", (msg, sender) -> sender.reply(msg, msg.toByteArray()));
            other.setsockopt(GateControl.SOL_SOCKET, GateControl.SO_RCVBUF, 16 << 20);
            other.addMembership(GROUP);
            stopped.signal("STOP");
            await().atMost(SOON).until(stopped::isStopped);

            for (int seq = 0; seq < MESSAGES; seq++) {
                assertThat(platform.connector.netlinkSend(CnMsg.of(ID, seq, 0, new byte[DATA]), GROUP)).isZero();
            }

            for (int seq = 0; seq < MESSAGES; seq++) {
                assertThat(other.recv().seq()).as("the other gets all, in order").isEqualTo(seq);
            }
            other.send(new CnMessage(ID.idx(), ID.val(), 7, 0, 0, new byte[0], 0, 0, 0));
            assertThat(other.recv().seq()).as("and is answered").isEqualTo(7);
            PortDTO held = platform.netlink.ports().stream().map(port -> port.toDTO())
                    .filter(port -> port.pid == stopped.pid()).findFirst().orElseThrow();
            assertThat(held.congested).isTrue();
            assertThat(held.queuedBytes).isBetween(1L, (long) QUEUE + DATA + 36 + Datagram.OVERHEAD);
            assertThat(held.dropped).isPositive();
            assertThat(gate.toDTO().clients).isEqualTo(2);

            stopped.signal("CONT");
            // What comes before it has emptied its queue is lost as well.
            int[] seq = {MESSAGES};
            await().atMost(SOON).until(() -> {
                platform.connector.netlinkSend(CnMsg.of(ID, seq[0]++, 0), GROUP);
                return gate.toDTO().clients == 1;
            });
            String[] said = stopped.said().split(" ", -1);
            long received = Long.parseLong(said[0]);
            long lost = Long.parseLong(said[1]);
            assertThat(received).isPositive();
            assertThat(lost).isGreaterThanOrEqualTo(held.dropped);
            assertThat(received + lost).as("all before the last one, and that").isEqualTo(Long.parseLong(said[2]) + 1);
        }
    }
}
