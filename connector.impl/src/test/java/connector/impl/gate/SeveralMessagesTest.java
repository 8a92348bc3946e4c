// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.client.CnMessage;
import connector.client.CnSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several cn_msg in one frame of a process, back to back as cn_netlink_send_mult puts them. */
@Timeout(60)
class SeveralMessagesTest {

    private static final CbId FIRST = new CbId(14, 1110);
    private static final CbId SECOND = new CbId(14, 1111);

    @TempDir
    Path directory;

    private final List<String> called = new CopyOnWriteArrayList<>();
    private Path path;
    private RunningBus platform;
    private Gate gate;

    @BeforeEach
    void open() throws IOException {
        path = directory.resolve("gate.sock");
        platform = new RunningBus();
        for (CbId id : List.of(FIRST, SECOND)) {
            platform.connector.addCallback(id, "test", (msg, sender) -> called.add(msg.id() + " " + msg.text()));
        }
        gate = Gate.open(GateSettings.at(path), platform.sockets, platform.netlink);
    }

    @AfterEach
    void close() {
        gate.close();
        platform.close();
    }

    /** "one" for the first id, "three" for the second, and then ten bytes that are no message. */
    private static byte[] frame(int nlmsgFlags) {
        ByteBuffer frame = NlMsgHdr.buffer(128);
        frame.position(NlMsgHdr.SIZE);
        CnMsgHdr.put(frame, FIRST.idx(), FIRST.val(), 1, 0, 3, 0);
        frame.put("one".getBytes(UTF_8));
        CnMsgHdr.put(frame, SECOND.idx(), SECOND.val(), 2, 0, 5, 0);
        frame.put("three".getBytes(UTF_8)).put(new byte[10]);
        int length = frame.position();
        NlMsgHdr.put(frame.position(0), length, NlMsgHdr.NLMSG_DONE, nlmsgFlags, 7, 0);
        byte[] bytes = new byte[NlMsgHdr.align(length)];
        frame.get(0, bytes);
        return bytes;
    }

    @Test
    void shouldReachTheUserOfTheFirstAloneAsInTheKernelAndBeAccepted() throws IOException {
        try (RawClient client = new RawClient(path)) {
            assertThat(client.write(frame(NlMsgHdr.NLM_F_ACK)).readErrno(7)).isZero();
            assertThat(called).containsExactly(FIRST + " one");
            assertThat(platform.netlink.counters().malformed.sum()).isZero();

            // Not as one of several that are read at once, either.
            byte[] again = frame(0);
            byte[] twice = ByteBuffer.allocate(2 * again.length).put(again).put(again).array();
            client.write(twice);
            assertThat(client.write(frame(NlMsgHdr.NLM_F_ACK)).readErrno(7)).isZero();
            assertThat(called).hasSize(4).containsOnly(FIRST + " one");
        }
    }

    @Test
    void shouldReachOtherProcessesWhole() throws IOException {
        try (RawClient client = new RawClient(path); CnSocket member = CnSocket.socket(path)) {
            member.addMembership(99);
            byte[] to = new byte[GateControl.PAIR_LENGTH];
            GateControl.putPair(NlMsgHdr.buffer(to), GateControl.TO, 1, 0, 99);
            client.write(to).write(frame(0));

            for (String text : List.of("one", "three")) {
                CnMessage message = member.recv(Duration.ofSeconds(30));
                assertThat(new String(message.data(), UTF_8)).isEqualTo(text);
            }
            await("port 0, which has it as well, after the group").atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(called).containsExactly(FIRST + " one"));
        }
    }
}
