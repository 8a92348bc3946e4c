// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that ends at any moment while it is being written to: each message is read, or counted as unread. */
@Timeout(120)
class EndingClientTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int PORT = 99;
    private static final int ROUNDS = 100;
    private static final int MOST_SPINS = 20_000;

    @TempDir
    Path directory;

    @Test
    void shouldGiveAllThatWasTakenToAClientThatHasSaidAllOrCountItAsUnread() throws Exception {
        long seed = System.nanoTime();
        System.out.println("EndingClientTest: seed " + seed);
        Random random = new Random(seed);
        Path path = directory.resolve("gate.sock");
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(GateSettings.at(path), platform.sockets, platform.netlink)) {
            for (int round = 0; round < ROUNDS; round++) {
                long unreadBefore = platform.netlink.counters().unread.sum();
                try (RawClient client = new RawClient(path)) {
                    byte[] bind = new byte[GateControl.PAIR_LENGTH];
                    GateControl.putPair(NlMsgHdr.buffer(bind), GateControl.BIND, 1, PORT, 0);
                    assertThat(client.write(bind).readErrno(1)).isZero();
                    CompletableFuture<Integer> taken = CompletableFuture.supplyAsync(() -> sendUntilClosed(platform));
                    for (int spins = random.nextInt(MOST_SPINS); spins > 0; spins--) {
                        Thread.onSpinWait();
                    }
                    client.endOutput();
                    int received = readToTheEnd(client);
                    int sent = taken.get();
                    await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(SOON).untilAsserted(() ->
                            assertThat(platform.netlink.counters().unread.sum() - unreadBefore)
                                    .as("of %s messages, %s of them read", sent, received)
                                    .isEqualTo(sent - received));
                }
            }
            await().atMost(SOON).until(() -> gate.toDTO().clients == 0);
        }
    }

    /** {@return how many were taken} */
    private static int sendUntilClosed(RunningBus platform) {
        int taken = 0;
        while (true) {
            int errno = platform.connector.netlinkSend(CnMsg.of(ID, taken, 0, new byte[8]), PORT, 0);
            switch (errno) {
                case 0 -> taken++;
                case NetlinkErrno.EAGAIN -> Thread.onSpinWait();
                case NetlinkErrno.ECONNREFUSED -> {
                    return taken;
                }
                default -> throw new IllegalStateException(NetlinkErrno.name(errno));
            }
        }
    }

    /** {@return how many came, in order} */
    private static int readToTheEnd(RawClient client) throws IOException {
        int received = 0;
        for (byte[] frame = client.read(); frame != null; frame = client.read()) {
            if (NlMsgHdr.type(NlMsgHdr.buffer(frame), 0) == NlMsgHdr.NLMSG_DONE) {
                assertThat(CnMsgHdr.seq(NlMsgHdr.buffer(frame), NlMsgHdr.SIZE)).isEqualTo(received++);
            }
        }
        return received;
    }
}
