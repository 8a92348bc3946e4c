// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.client.CnMessage;
import connector.client.CnSocket;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ksock.api.KernelSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A user that waits on a socket need not know on whose thread a process' message came. */
@Timeout(300)
class BlockingUserTest {

    private static final int IDX = 14;
    private static final int BLOCKED = 1;
    private static final int FREE = 2;
    private static final long PATIENCE_S = 60;

    @TempDir
    private Path directory;

    @Test
    void shouldWaitOnASocketForAProcessMessageAndHoldUpNoOtherClient() throws Exception {
        BlockingQueue<Long> received = new LinkedBlockingQueue<>();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        Path path = directory.resolve("gate.sock");
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(GateSettings.at(path), platform.sockets, platform.netlink);
                CnSocket client = CnSocket.socket(path);
                CnSocket other = CnSocket.socket(path)) {
            KernelSocket[] pair = platform.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            platform.connector.addCallback(new CbId(IDX, BLOCKED), "blocked", (msg, sender) -> {
                entered.countDown();
                received.add(pair[0].recv(new byte[8], 0, 8, 0));
            });
            platform.connector.addCallback(new CbId(IDX, FREE), "free", (msg, sender) -> free.countDown());

            client.send(new CnMessage(IDX, BLOCKED, 1, 0, new byte[0]));
            assertThat(entered.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            other.send(new CnMessage(IDX, FREE, 1, 0, new byte[0]));
            assertThat(free.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            assertThat(received).isEmpty();
            pair[1].send(new byte[3], 0, 3, 0);

            assertThat(received.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(gate.toDTO().clients).isEqualTo(2);
        }
    }
}
