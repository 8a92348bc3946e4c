// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.wire.CnCtlMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import ksock.api.SysSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that end at each byte of each kind of frame that one can send, on both kinds of gate. */
@Timeout(300)
class KilledClientTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    static Stream<Arguments> frames() {
        Map<String, byte[]> frames = new LinkedHashMap<>();
        frames.put("NOOP", RawClient.header(NlMsgHdr.SIZE, NlMsgHdr.NLMSG_NOOP, NlMsgHdr.NLM_F_ACK, 1));
        frames.put("message", CnMsgHdr.frame(NlMsgHdr.NLM_F_ACK, ID.idx(), ID.val(), 1, 0, 0, new byte[7]));
        frames.put("echo", CnMsgHdr.frame(NlMsgHdr.NLM_F_ECHO, ID.idx(), ID.val(), 1, 0, 0, new byte[7]));
        frames.put("notification", CnMsgHdr.frame(0, -1, -1, 1, 0, CnMsgHdr.CN_EXTENDED,
                CnCtlMsg.data(1, new int[] {0, -1}, new int[] {0, -1})));
        frames.put("dump", CnMsgHdr.frame(NlMsgHdr.NLM_F_DUMP, -1, -1, 1, 0, 0, new byte[0]));
        for (int type : new int[] {GateControl.TO, GateControl.BIND, GateControl.GETSOCKOPT}) {
            byte[] pair = new byte[GateControl.PAIR_LENGTH];
            GateControl.putPair(NlMsgHdr.buffer(pair), type, 1, GateControl.SOL_NETLINK, 1);
            frames.put("control " + Integer.toHexString(type), pair);
        }
        byte[] join = new byte[GateControl.VALUE + Integer.BYTES];
        GateControl.putSetSockOpt(NlMsgHdr.buffer(join), 1, GateControl.SOL_NETLINK,
                GateControl.NETLINK_ADD_MEMBERSHIP, 7);
        frames.put("SETSOCKOPT", join);
        frames.put("GETSOCKNAME", RawClient.header(NlMsgHdr.SIZE, GateControl.GETSOCKNAME, 0, 1));
        return frames.entrySet().stream().flatMap(frame -> Stream.of(SocketType.values())
                .map(type -> Arguments.of(frame.getKey(), type, frame.getValue())));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("frames")
    void shouldLeaveNothingBehindWhereverAClientEnds(String kind, SocketType type, byte[] frame) throws IOException {
        Path path = directory.resolve(type.fileName());
        int cut = 0;
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(GateSettings.at(path).type(type), platform.sockets, platform.netlink)) {
            platform.connector.addCallback(ID, "test", (msg, sender) -> sender.reply(msg, msg.toByteArray()));
            long before = Descriptors.sockets();
            for (int length = 1; length <= frame.length; length++) {
                try (KernelSocket dying = platform.sockets.socket(
                        KernelSockets.HOST_FAMILY, SysSocket.AF_UNIX, type.number(), 0)) {
                    dying.connect(SockAddr.unix(path.toString()));
                    dying.send(frame, 0, length, 0);
                }
                cut += length < NlMsgHdr.length(NlMsgHdr.buffer(frame), 0) ? 1 : 0;
            }
            int halves = cut;
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(gate.toDTO().accepted).isEqualTo(frame.length);
                assertThat(gate.toDTO().clients).isZero();
                assertThat(gate.toDTO().malformed).as(kind).isEqualTo(halves);
                assertThat(Descriptors.sockets()).isLessThanOrEqualTo(before);
            });
            assertThat(platform.netlink.ports()).noneMatch(port -> !port.identity().inPlatform());
            assertThat(platform.netlink.groups()).as("of the dead").isEmpty();
        }
    }
}
