// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.client.CnOverrunException;
import connector.client.CnSocket;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a netlink socket inside sends to a group's clients that is no frame, or too long. */
@Timeout(60)
class UncarriedTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final int GROUP = 14;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void shouldTellAsLostWhatIsNoFrameAndGoOn() throws Exception {
        byte[] whole = CnMsgHdr.frame(0, ID.idx(), ID.val(), 7, 0, 0, new byte[4]);
        byte[] tooLong = whole.clone();
        NlMsgHdr.buffer(tooLong).putInt(NlMsgHdr.LEN, whole.length + 1);
        byte[] tooShort = whole.clone();
        NlMsgHdr.buffer(tooShort).putInt(NlMsgHdr.LEN, NlMsgHdr.SIZE - 1);
        byte[] withRest = whole.clone();
        NlMsgHdr.buffer(withRest).putInt(NlMsgHdr.LEN, whole.length - 8);
        byte[] huge = new byte[BufferPool.CAPACITY + 4];
        NlMsgHdr.put(NlMsgHdr.buffer(huge), huge.length, NlMsgHdr.NLMSG_DONE, 0, 0, 0);
        lose(tooLong, tooShort, withRest, huge);
    }

    @Test
    void shouldCarrySeveralFramesInOneDatagram() throws Exception {
        byte[] one = CnMsgHdr.frame(0, ID.idx(), ID.val(), 1, 0, 0, new byte[5]);
        byte[] both = new byte[2 * one.length];
        System.arraycopy(one, 0, both, 0, one.length);
        System.arraycopy(one, 0, both, one.length, one.length);
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(GateSettings.at(directory.resolve("gate.sock")), platform.sockets,
                        platform.netlink);
                CnSocket client = CnSocket.socket(Path.of(gate.toDTO().path))) {
            client.addMembership(GROUP);
            assertThat(inside(platform).send(Frame.wrap(both), 0, GROUP)).isZero();
            assertThat(client.recv(SOON).data()).hasSize(5);
            assertThat(client.recv(SOON).data()).hasSize(5);
        }
    }

    private void lose(byte[]... datagrams) throws Exception {
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(GateSettings.at(directory.resolve("gate.sock")), platform.sockets,
                        platform.netlink);
                CnSocket client = CnSocket.socket(Path.of(gate.toDTO().path))) {
            platform.connector.addCallback(ID, "test", (msg, sender) -> { });
            client.setsockopt(GateControl.SOL_SOCKET, GateControl.SO_RCVBUF, 1 << 20);
            client.addMembership(GROUP);
            Port inside = inside(platform);
            for (int i = 0; i < datagrams.length; i++) {
                inside.send(Frame.wrap(datagrams[i]), 0, GROUP);
                platform.connector.netlinkSend(CnMsg.of(ID, i, 0), GROUP);
                long sequence = 2L * i + 1;
                assertThatExceptionOfType(CnOverrunException.class).isThrownBy(() -> client.recv(SOON))
                        .satisfies(loss -> {
                            assertThat(loss.group()).isEqualTo(GROUP);
                            assertThat(loss.lost()).isEqualTo(1);
                            assertThat(loss.first()).isEqualTo(sequence);
                            assertThat(loss.last()).isEqualTo(sequence);
                        });
                assertThat(client.recv(SOON).seq()).isEqualTo(i);
            }
            assertThat(gate.toDTO().malformed).isEqualTo(datagrams.length);
        }
    }

    private static Port inside(RunningBus platform) throws Exception {
        return platform.netlink.open(RunningBus.inPlatform("inside"), PortLimits.DEFAULT, readable -> { });
    }
}
