// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.wire.CnCtlMsg;
import connector.api.wire.CnEvent;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.GatePath;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnNotification;
import connector.client.CnOverrunException;
import connector.client.CnSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SysSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gate as a process with good manners knows it. */
@Timeout(300)
class GateTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final CbId ID = new CbId(14, 1110);

    @TempDir
    Path directory;

    private RunningBus platform;
    private Gate gate;
    private CnSocket client;

    @BeforeEach
    void open() throws IOException {
        platform = new RunningBus();
        gate = Gate.open(GateSettings.at(directory.resolve("gate.sock")), platform.sockets, platform.netlink);
        client = connect();
    }

    @AfterEach
    void close() {
        client.close();
        gate.close();
        platform.close();
    }

    private CnSocket connect() throws CnException {
        return CnSocket.socket(directory.resolve("gate.sock"));
    }

    private static CnMessage message(int seq, String data) {
        return new CnMessage(14, 1110, seq, 0, data.getBytes(StandardCharsets.UTF_8));
    }

    private static void ignore(CnMsg msg, Sender sender) {
        // A user that is there is all that some tests need.
    }

    @Test
    void shouldTakeNobodyInFromASocketThatIsClosed() throws Exception {
        KernelSocket closed = platform.sockets.socket(
                KernelSockets.HOST_FAMILY, SysSocket.AF_UNIX, SysSocket.SOCK_STREAM, 0);
        closed.close();

        assertThatCode(() -> gate.accept(closed)).doesNotThrowAnyException();
    }

    @Test
    void shouldGiveAPortOfItsOwnToEachConnection() throws Exception {
        try (CnSocket other = connect()) {
            assertThat(client.getsockname().port()).as("before bind there is none").isZero();
            client.bind(0, 0b101);
            other.bind(77, 0);

            assertThat(client.getsockname().port()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(client.getsockname().groups()).isEqualTo(0b101);
            assertThat(other.getsockname().port()).isEqualTo(77);
            assertThatThrownBy(() -> other.bind(78, 0)).hasMessageContaining("EINVAL").hasMessageContaining("port 77");
            try (CnSocket third = connect()) {
                assertThatThrownBy(() -> third.bind(77, 0)).hasMessageContaining("EADDRINUSE");
            }
        }
    }

    @Test
    void shouldReleaseThePortWithTheConnection() throws Exception {
        client.bind(77, 0);
        client.close();

        await().atMost(SOON).untilAsserted(() -> {
            try (CnSocket next = connect()) {
                next.bind(77, 0);
            }
        });
    }

    @Test
    void shouldTakeAMessageToItsUserAndSayWhoSentIt() throws Exception {
        BlockingQueue<CnMsg> messages = new LinkedBlockingQueue<>();
        BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
        platform.connector.addCallback(ID, "test", (msg, sender) -> {
            senders.add(sender);
            messages.add(msg);
        });
        client.bind(77, 0);
        assertThat(client.sendAcked(message(5, "hello"), 0, 0).isOk()).isTrue();

        CnMsg msg = messages.poll(60, TimeUnit.SECONDS);
        assertThat(msg.seq()).isEqualTo(5);
        assertThat(msg.data()).isEqualTo(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
        Sender sender = senders.take();
        assertThat(sender.inPlatform()).isFalse();
        assertThat(sender.portId()).isEqualTo(77);
        assertThat(sender.pid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(sender.uid()).isEqualTo((int) GatePath.uid());
    }

    @Test
    void shouldAnswerWhyAMessageWasNotTaken() throws Exception {
        assertThat(client.sendAcked(message(1, ""), 0, 0).errno()).isEqualTo(NetlinkErrno.ENODEV);
        assertThat(client.sendAcked(message(1, ""), 4711, 0).errno()).isEqualTo(NetlinkErrno.ECONNREFUSED);
    }

    @Test
    void shouldBringTheReplyToARequest() throws Exception {
        platform.connector.addCallback(ID, "echo", (msg, sender) -> sender.reply(msg, new byte[] {1, 2, 3}));

        CnMessage reply = client.request(message(9, "?"), SOON);
        assertThat(reply.seq()).isEqualTo(9);
        assertThat(reply.ack()).isEqualTo(1);
        assertThat(reply.data()).containsExactly(1, 2, 3);
        assertThat(reply.port()).isZero();
    }

    @Test
    void shouldMulticastToMembersAlone() throws Exception {
        try (CnSocket member = connect(); CnSocket stranger = connect()) {
            member.addMembership(12345);
            stranger.addMembership(5);
            assertThat(platform.connector.netlinkSend(CnMsg.of(ID, (byte) 1), 12345)).isZero();
            assertThat(member.recv().data()).containsExactly(1);

            member.dropMembership(12345);
            assertThat(platform.connector.netlinkSend(CnMsg.of(ID, (byte) 2), 12345)).isEqualTo(NetlinkErrno.ESRCH);
            assertThat(stranger.recv(Duration.ZERO)).isNull();
        }
    }

    @Test
    void shouldTellGroupAndNumberWithPktinfo() throws Exception {
        client.addMembership(14);
        client.pktinfo(true);
        platform.connector.netlinkSend(CnMsg.of(ID), 14);
        platform.connector.netlinkSend(CnMsg.of(ID), 14);

        CnMessage first = client.recv();
        assertThat(first.group()).isEqualTo(14);
        assertThat(client.recv().busSequence()).isEqualTo(first.busSequence() + 1);
    }

    @Test
    void shouldCarryMessagesBetweenPorts() throws Exception {
        try (CnSocket other = connect()) {
            client.bind(71, 0);
            other.bind(72, 0);
            client.send(message(1, "to you"), 72, 0);

            CnMessage received = other.recv();
            assertThat(received.port()).isEqualTo(71);
            assertThat(received.seq()).isEqualTo(1);
        }
    }

    @Test
    void shouldWriteTheVerifiedPortWhateverTheClientClaims() throws Exception {
        try (CnSocket other = connect(); RawClient liar = new RawClient(directory.resolve("gate.sock"))) {
            other.bind(72, 0);
            byte[] to = new byte[GateControl.PAIR_LENGTH];
            GateControl.putPair(NlMsgHdr.buffer(to), GateControl.TO, 0, 72, 0);
            byte[] forged = CnMsgHdr.frame(0, 14, 1110, 1, 0, 0, new byte[0]);
            NlMsgHdr.buffer(forged).putInt(NlMsgHdr.PID, 0);
            liar.write(to).write(forged);

            assertThat(other.recv().port()).as("0 would be the platform").isNotZero();
        }
    }

    @Test
    void shouldListMembershipsOfAnyNumber() throws Exception {
        client.addMembership(1);
        client.addMembership(33);
        client.addMembership(-1);

        ByteBuffer bitmap = NlMsgHdr.buffer(
                client.getsockopt(GateControl.SOL_NETLINK, GateControl.NETLINK_LIST_MEMBERSHIPS));
        assertThat(bitmap.limit()).isEqualTo(8);
        assertThat(bitmap.getInt(0)).isEqualTo(1);
        assertThat(bitmap.getInt(4)).isEqualTo(1);
        ByteBuffer list = NlMsgHdr.buffer(client.getsockopt(GateControl.SOL_NETLINK, GateControl.CN_LIST_GROUPS));
        assertThat(List.of(list.getInt(), list.getInt(), list.getInt())).containsExactly(1, 33, -1);
    }

    @Test
    void shouldAnswerOptionsAsNetlinkDoes() throws Exception {
        client.setsockopt(GateControl.SOL_SOCKET, GateControl.SO_RCVBUF, 100_000);
        assertThat(NlMsgHdr.buffer(client.getsockopt(GateControl.SOL_SOCKET, GateControl.SO_RCVBUF)).getInt())
                .as("doubled").isEqualTo(200_000);
        client.setsockopt(GateControl.SOL_NETLINK, GateControl.NETLINK_NO_ENOBUFS, 1);
        assertThat(NlMsgHdr.buffer(client.getsockopt(GateControl.SOL_NETLINK, GateControl.NETLINK_NO_ENOBUFS)).getInt())
                .isEqualTo(1);
        assertThatThrownBy(() -> client.setsockopt(GateControl.SOL_NETLINK, 0, 5))
                .as("the document's number of DROP_MEMBERSHIP, which never was one")
                .hasMessageContaining("ENOPROTOOPT");
        assertThatThrownBy(() -> client.getsockopt(5, 5)).hasMessageContaining("ENOPROTOOPT")
                .hasMessageContaining("level 5");
        assertThatThrownBy(() -> client.addMembership(0)).hasMessageContaining("EINVAL");
    }

    @Test
    void shouldListWhoIsRegistered() throws Exception {
        platform.connector.addCallback(ID, "one", GateTest::ignore);
        platform.connector.addCallback(new CbId(-2, 5), "two", GateTest::ignore);

        assertThat(client.list()).extracting(CnNotification::id, CnNotification::name)
                .contains(tuple("14.1110", "one"),
                        tuple("4294967294.5", "two"));
    }

    @Test
    void shouldTellWhoComesAndGoes() throws Exception {
        platform.connector.addCallback(ID, "there", GateTest::ignore);
        client.subscribe(new int[] {14, 2}, new int[] {0, -1});
        platform.connector.addCallback(new CbId(15, 1), "new", GateTest::ignore);
        platform.connector.addCallback(new CbId(16, 1), "outside", GateTest::ignore);
        platform.connector.delCallback(new CbId(15, 1));

        List<CnNotification> events = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            events.add(CnNotification.of(client.recv()));
        }
        assertThat(events).extracting(CnNotification::kind).containsExactly(
                CnEvent.PRESENT, CnEvent.SNAPSHOT_END, CnEvent.REGISTERED, CnEvent.UNREGISTERED);
        assertThat(events.get(0).name()).isEqualTo("there");
        assertThat(events.get(3).epoch()).isGreaterThan(events.get(2).epoch());
        assertThat(client.recv(Duration.ZERO)).isNull();
    }

    @Test
    void shouldSendTheSeedsLegacyEventToTheGroup() throws Exception {
        client.addMembership(1);
        client.send(new CnMessage(-1, -1, 0x123, 0x345,
                CnCtlMsg.data(1, new int[] {14, 10}, new int[] {1110, 10, 0x46a, 10})));
        client.getsockname(); // answered after the request was taken
        platform.connector.addCallback(ID, "legacy", GateTest::ignore);
        platform.connector.delCallback(ID);

        for (int ack = 0; ack < 2; ack++) {
            CnMessage event = client.recv();
            assertThat(event.id()).isEqualTo("14.1110");
            assertThat(List.of(event.seq(), event.ack(), event.flags(), event.data().length))
                    .containsExactly(0, ack, 0, 0);
        }
    }

    @Test
    void shouldAccountForEveryMessageThatASlowReaderLost() throws Exception {
        int sent = 20_000;
        client.setsockopt(GateControl.SOL_SOCKET, GateControl.SO_RCVBUF, 16_384);
        client.addMembership(14);
        for (int i = 0; i < sent; i++) {
            platform.connector.netlinkSend(CnMsg.of(ID, i, 0, new byte[100]), 14);
        }
        long received = 0;
        long lost = 0;
        int next = 0;
        while (received + lost < sent) {
            try {
                CnMessage message = client.recv(SOON);
                assertThat(message).as("%d received, %d lost", received, lost).isNotNull();
                assertThat(message.seq()).isGreaterThanOrEqualTo(next);
                next = message.seq() + 1;
                received++;
            } catch (CnOverrunException overrun) {
                assertThat(overrun.last() - overrun.first()).isGreaterThanOrEqualTo(0);
                lost += overrun.lost();
            }
        }
        assertThat(received + lost).isEqualTo(sent);
        assertThat(lost).as("this reader was too slow").isPositive();
    }

    @Test
    void shouldKeepOrderFromManyThreadsToOneUser() throws Exception {
        int threads = 4;
        int each = 5000;
        AtomicInteger[] next = new AtomicInteger[threads];
        AtomicInteger count = new AtomicInteger();
        AtomicInteger disorder = new AtomicInteger();
        Arrays.setAll(next, i -> new AtomicInteger());
        platform.connector.addCallback(ID, "test", (msg, sender) -> {
            if (next[msg.ack()].getAndIncrement() != msg.seq()) {
                disorder.incrementAndGet();
            }
            count.incrementAndGet();
        });
        List<Thread> senders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int ack = t;
            senders.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < each; i++) {
                        client.send(new CnMessage(14, 1110, i, ack, new byte[20]));
                    }
                } catch (CnException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (Thread sender : senders) {
            sender.join();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> count.get() == threads * each);
        assertThat(disorder).hasValue(0);
    }

    @Test
    void shouldEndEveryConnectionWhenItCloses() throws Exception {
        long before = Descriptors.sockets();
        try (CnSocket other = connect()) {
            other.addMembership(14);
            gate.close();

            assertThatThrownBy(other::recv).isInstanceOfSatisfying(CnException.class, e ->
                    assertThat(e.errno()).isEqualTo(NetlinkErrno.ECONNRESET));
        }
        client.close();
        assertThatThrownBy(this::connect).hasMessageContaining("ENOENT");
        await().atMost(SOON).until(() -> Descriptors.sockets() < before);
        assertThat(gate.toDTO().listening).isFalse();
        assertThat(gate.toDTO().clients).isZero();
        assertThat(platform.netlink.ports()).isEmpty();
    }
}
