// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnSocket;
import connector.client.CnTapped;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.Tapped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import ksock.api.SysSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a tap at a real gate is told of what never became a message, and of messages that were dropped later. */
@Timeout(120)
class DroppedFramesTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Path path;
    private RunningBus platform;
    private Gate gate;
    private CnSocket tap;

    @BeforeEach
    void open() throws IOException {
        path = directory.resolve("gate.sock");
        platform = new RunningBus();
    }

    @AfterEach
    void close() {
        tap.close();
        gate.close();
        platform.close();
    }

    private void openGate(GateSettings settings) throws IOException {
        gate = Gate.open(settings, platform.sockets, platform.netlink);
        tap = CnSocket.socket(path);
        tap.tap(true);
    }

    private void openGate() throws IOException {
        openGate(GateSettings.at(path));
    }

    /** The next thing told that is no answer. */
    private CnTapped told() throws CnException {
        while (true) {
            CnTapped tapped = (CnTapped) tap.receive(SOON);
            assertThat(tapped).isNotNull();
            if (tapped.answer() == null) {
                return tapped;
            }
        }
    }

    private static byte[] message(int seq, String text) {
        return CnMsgHdr.frame(0, ID.idx(), ID.val(), seq, 0, 0, text.getBytes(UTF_8));
    }

    @Test
    void shouldTellOfAFrameWhoseLengthIsFalseWithItsFirstBytesAndItsProcess() throws Exception {
        openGate();
        try (RawClient client = new RawClient(path)) {
            byte[] frame = message(7, "hello");
            NlMsgHdr.buffer(frame).putInt(NlMsgHdr.LEN, 3);
            client.write(frame);

            CnTapped tapped = told();
            assertThat(tapped.isDroppedByGate()).isTrue();
            assertThat(tapped.from()).isZero();
            assertThat(tapped.errno()).isEqualTo(NetlinkErrno.EINVAL);
            assertThat(tapped.text()).startsWith("nlmsg_len 3: must be 16 to 1048576, so the next frame")
                    .endsWith("(process " + ProcessHandle.current().pid() + ", which has no port as yet)");
            assertThat(tapped.lines()).singleElement().asString()
                    .contains("14.1110  seq 7 ack 0  a client > gate  [EINVAL: nlmsg_len 3", "hello");
        }
    }

    @Test
    void shouldTellFromWhichPortWhatIsTooLongCutOrNotForAGateCame() throws Exception {
        openGate();
        try (RawClient client = new RawClient(path)) {
            client.write(message(1, "binds it"));
            int port = told().from();
            assertThat(port).isNotZero();
            byte[] tooLong = new byte[NlMsgHdr.align(NlMsgHdr.MAX_LENGTH + 1)];
            Arrays.fill(tooLong, (byte) -1);
            NlMsgHdr.put(NlMsgHdr.buffer(tooLong), NlMsgHdr.MAX_LENGTH + 1, NlMsgHdr.NLMSG_DONE, 0, 2, 0);
            client.write(tooLong);
            client.write(RawClient.header(16, NlMsgHdr.NLMSG_OVERRUN, 0, 3));
            client.write(RawClient.header(16, 0xff77, 0, 4));
            client.write(Arrays.copyOf(message(5, "never ends"), 20));
            client.endOutput();

            for (int errno : new int[] {NetlinkErrno.EMSGSIZE, NetlinkErrno.EOPNOTSUPP, NetlinkErrno.EOPNOTSUPP,
                    NetlinkErrno.EINVAL}) {
                CnTapped tapped = told();
                assertThat(tapped.isDroppedByGate()).isTrue();
                assertThat(tapped.from()).isEqualTo(port);
                assertThat(tapped.errno()).isEqualTo(errno);
                assertThat(tapped.messages()).isEmpty();
                assertThat(tapped.text()).isNotBlank();
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(gate.toDTO().malformed)
                    .as("whatever is counted has been told").isEqualTo(4));
        }
    }

    @Test
    void shouldTellOfADatagramThatEndsWithinAFrame() throws Exception {
        Path datagrams = directory.resolve("gate.seqpacket");
        openGate();
        try (Gate other = Gate.open(GateSettings.at(datagrams).type(SocketType.SEQPACKET), platform.sockets,
                platform.netlink);
                KernelSocket client = platform.sockets.socket(KernelSockets.HOST_FAMILY, SysSocket.AF_UNIX,
                        SysSocket.SOCK_SEQPACKET, 0)) {
            client.connect(SockAddr.unix(datagrams.toString()));
            byte[] frame = message(7, "hello");
            client.send(frame, 0, 38, 0);

            CnTapped tapped = told();
            assertThat(tapped.errno()).isEqualTo(NetlinkErrno.EINVAL);
            assertThat(tapped.text()).startsWith("the datagram ends within a frame");
            assertThat(tapped.lines()).singleElement().asString().startsWith("no message  a client > gate")
                    .contains("38 bytes " + "29000000");
            assertThat(other.toDTO().malformed).isEqualTo(1);
        }
    }

    @Test
    void shouldTellOfAMessageThatIsOneTooManyASecondAndWhereItWasGoing() throws Exception {
        openGate(GateSettings.at(path).limits(10, new ClientLimits(PortLimits.DEFAULT, 2), UserLimits.DEFAULT));
        platform.connector.addCallback(ID, "test", (msg, sender) -> { });
        try (CnSocket client = CnSocket.socket(path)) {
            CnMessage message = new CnMessage(ID.idx(), ID.val(), 9, 0, "much".getBytes(UTF_8));
            int errno = 0;
            while (errno != NetlinkErrno.EAGAIN) {
                errno = client.sendAcked(message, 0, 77).errno();
            }
            CnTapped tapped = told();
            int from = tapped.from();
            while (!tapped.isDroppedByGate()) {
                tapped = told();
            }
            assertThat(tapped.errno()).isEqualTo(NetlinkErrno.EAGAIN);
            assertThat(tapped.from()).isEqualTo(from);
            assertThat(tapped.group()).isEqualTo(77);
            assertThat(tapped.messages()).singleElement().extracting(CnMessage::seq).isEqualTo(9);
            assertThat(tapped.text()).startsWith("that was one message too many a second");
        }
    }

    @Test
    void shouldTellOfAControlFrameThatThePolicyRefusesAndOfNoOther() throws Exception {
        openGate();
        platform.policy.put("rule", Map.of("group", "15", "deny.listen", "any"));
        try (CnSocket client = CnSocket.socket(path)) {
            client.bind(4711, 0);
            client.addMembership(14);
            assertThat(catchErrno(() -> client.addMembership(15))).isEqualTo(NetlinkErrno.EPERM);

            CnTapped tapped = told();
            assertThat(tapped.from()).isEqualTo(4711);
            assertThat(tapped.errno()).isEqualTo(NetlinkErrno.EPERM);
            assertThat(tapped.lines()).singleElement().asString()
                    .startsWith("control frame 0xff03  port 4711 > gate  [EPERM: this user may not listen");
        }
    }

    /** Something that the platform may refuse. */
    private interface Call {
        void run() throws CnException;
    }

    private static int catchErrno(Call call) {
        try {
            call.run();
            return 0;
        } catch (CnException e) {
            return e.errno();
        }
    }

    /** A user whose callback waits, and messages 1 to 3, of which it has the first. */
    private final class Busy {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch leave = new CountDownLatch(1);
        private final Thread first;
        private final CnSocket client = CnSocket.socket(path);
        private final int from;

        Busy(Map<String, ?> properties) throws Exception {
            platform.connector.addCallback(ID, "busy", (msg, sender) -> {
                entered.countDown();
                assertThat(leave.await(60, TimeUnit.SECONDS)).isTrue();
            }, properties);
            Port port = platform.netlink.open(RunningBus.inPlatform("first"), PortLimits.DEFAULT, p -> { });
            first = Thread.ofPlatform().start(() -> platform.bus.receive(CnMsg.ofText(ID, 1, 0, "one"), port, 0));
            assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
            client.bind(0, 0);
            from = client.getsockname().port();
            assertThat(told().isQueued()).isFalse();
            for (int seq = 2; seq <= 3; seq++) {
                send(seq);
                assertThat(told().isQueued()).isTrue();
            }
        }

        void send(int seq) throws CnException {
            client.send(new CnMessage(ID.idx(), ID.val(), seq, 0, new byte[0]));
        }

        void assertDropped(CnTapped tapped, int seq, int errno) {
            assertThat(tapped.isDroppedLate()).isTrue();
            assertThat(tapped.isQueued()).isFalse();
            assertThat(tapped.isToConnector()).isTrue();
            assertThat(tapped.from()).as("as it was told when it was queued").isEqualTo(from);
            assertThat(tapped.errno()).isEqualTo(errno);
            assertThat(tapped.dropped()).isEqualTo(1);
            assertThat(tapped.messages()).singleElement().satisfies(message -> {
                assertThat(message.id()).isEqualTo(ID.toString());
                assertThat(message.seq()).isEqualTo(seq);
            });
        }

        void leave() throws InterruptedException {
            leave.countDown();
            first.join();
        }

        void end() throws InterruptedException {
            leave();
            client.close();
        }
    }

    @Test
    void shouldTellAgainOfAQueuedMessageThatMakesRoomForANewerOne() throws Exception {
        openGate();
        Busy busy = new Busy(Map.of(ConnectorConstants.OVERFLOW, ConnectorConstants.OVERFLOW_DROP_OLDEST,
                ConnectorConstants.MAILBOX_CAPACITY, 2));
        busy.send(4);
        busy.assertDropped(told(), 2, NetlinkErrno.ENOBUFS);
        CnTapped newest = told();
        assertThat(newest.isQueued()).as("what it was dropped for comes next").isTrue();
        assertThat(newest.messages().getFirst().seq()).isEqualTo(4);
        busy.end();
    }

    @Test
    void shouldTellAgainOfQueuedMessagesWhoseUserLeaves() throws Exception {
        openGate();
        Busy busy = new Busy(Map.of());
        Thread leaving = Thread.ofPlatform().start(() -> platform.connector.delCallback(ID));
        await().atMost(SOON).until(() -> busy.client.sendAcked(
                new CnMessage(ID.idx(), ID.val(), 9, 0, new byte[0]), 0, 0).errno() == NetlinkErrno.ENODEV);
        busy.leave();
        leaving.join();
        CnTapped tapped = told();
        while (!tapped.isDroppedLate()) {
            tapped = told();
        }
        busy.assertDropped(tapped, 2, NetlinkErrno.ENODEV);
        busy.assertDropped(told(), 3, NetlinkErrno.ENODEV);
        busy.end();
    }

    @Test
    void shouldTellAgainOfMessagesThatNobodyTookOverInTime() throws Exception {
        openGate();
        platform.connector.addCallback(ID, "gone", (msg, sender) -> { }, Map.of(ConnectorConstants.HOLDOVER, 200));
        platform.connector.delCallback(ID);
        try (CnSocket client = CnSocket.socket(path)) {
            client.send(new CnMessage(ID.idx(), ID.val(), 5, 0, new byte[0]));
            assertThat(told().isQueued()).isTrue();
            CnTapped tapped = told();
            assertThat(tapped.isDroppedLate()).isTrue();
            assertThat(tapped.text()).isEqualTo("its user has left, and nobody took the id over in time");
            assertThat(tapped.messages().getFirst().seq()).isEqualTo(5);
        }
    }

    @Test
    void shouldTellAgainOfWhatAClientLeavesUnreadAndCountIt() throws Exception {
        openGate();
        Port port;
        int queued;
        int seq = 0;
        try (RawClient client = new RawClient(path)) {
            byte[] bind = new byte[GateControl.PAIR_LENGTH];
            GateControl.putPair(NlMsgHdr.buffer(bind), GateControl.BIND, 1, 99, 1 << 6);
            assertThat(client.write(bind).readErrno(1)).isZero();
            port = platform.netlink.ports().stream().filter(each -> each.portId() == 99).findFirst().orElseThrow();
            do {
                assertThat(platform.connector.netlinkSend(CnMsg.of(ID, ++seq, 0, new byte[4000]), 7)).isZero();
                assertThat(told().took()).isEqualTo(1);
                queued = port.toDTO().queued;
            } while (queued < 3);
        }
        for (int unread = seq - queued + 1; unread <= seq; unread++) {
            CnTapped tapped = told();
            assertThat(tapped.isDroppedLate()).isTrue();
            assertThat(tapped.to()).isEqualTo(99);
            assertThat(tapped.group()).isEqualTo(7);
            assertThat(tapped.busSequence()).isEqualTo(unread);
            assertThat(tapped.messages().getFirst().seq()).isEqualTo(unread);
            assertThat(tapped.lines()).singleElement().asString().contains("platform > port 99  [dropped after it was "
                    + "queued, ECONNRESET: its port was closed before it was read]");
        }
        int andTheOneThatItsSocketRefused = queued + 1;
        await().atMost(SOON).untilAsserted(() -> assertThat(platform.netlink.counters().unread.sum())
                .isEqualTo(andTheOneThatItsSocketRefused));
    }

    @Test
    void shouldTellWhoWasRefusedAConnectionAndWhy() throws Exception {
        openGate(GateSettings.at(path).limits(2, ClientLimits.DEFAULT, UserLimits.DEFAULT));
        try (RawClient second = new RawClient(path); RawClient third = new RawClient(path)) {
            assertThat(third.readErrno(0)).isEqualTo(NetlinkErrno.EMFILE);

            CnTapped tapped = told();
            assertThat(tapped.isDroppedByGate()).isTrue();
            assertThat(tapped.errno()).isEqualTo(NetlinkErrno.EMFILE);
            assertThat(tapped.messages()).isEmpty();
            assertThat(tapped.lines()).singleElement().asString().contains("a client > gate  [EMFILE: refused process "
                    + ProcessHandle.current().pid() + ", uid " + Integer.toUnsignedString(platform.uid())
                    + ": this gate has as many clients as it may, 2: try again later]");
            assertThat(gate.toDTO().refused).isEqualTo(1);
            assertThat(second.write(RawClient.header(16, NlMsgHdr.NLMSG_NOOP, NlMsgHdr.NLM_F_ACK, 5)).readErrno(5))
                    .as("who was there before").isZero();
        }
    }

    @Test
    void shouldTellWhomARuleAllowsOneIdNothingOfWhatIsNoMessage() throws Exception {
        openGate();
        platform.policy.put("rule", Map.of("idx", "14", "allow.monitor", "uid:54321"));
        try (Port ofRule = platform.netlink.open(Identity.ofProcess(54321, 54321, 1, List.of(), "of the rule"),
                PortLimits.DEFAULT, p -> { }); RawClient client = new RawClient(path)) {
            assertThat(ofRule.tap(true)).isZero();
            client.write(RawClient.header(16, 0xff77, 0, 1));
            told();
            client.write(message(2, "unknown id"));
            told();

            assertThat(((Tapped) ofRule.receive()).passage().errno()).isEqualTo(NetlinkErrno.ENODEV);
            assertThat(ofRule.receive()).isNull();
        }
    }
}
