// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static java.util.stream.IntStream.rangeClosed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import connector.api.CbId;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Identity;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SysSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that send what is no byte of their stream, urgent data and descriptors: the host ends a read there, but what
 * stands behind is read all the same, and needs nothing to come after it.
 */
@Timeout(120)
class BesideTheStreamTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final int SOON_S = 30;
    private static final byte[] URGENT = {'!'};
    private static final int FRAME_LENGTH = frame(0).length;
    private static final int ROUNDS = 200;

    @TempDir
    Path directory;

    private final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
    private final Semaphore entered = new Semaphore(0);
    private final Semaphore free = new Semaphore(0);
    private RunningBus platform;

    @BeforeEach
    void open() throws IOException {
        platform = new RunningBus();
        platform.connector.addCallback(ID, "test", (msg, sender) -> {
            received.add(msg.seq());
            if (msg.seq() == 0) {
                // Its client is not read before this returns.
                entered.release();
                free.acquire();
            }
        });
    }

    @AfterEach
    void close() {
        free.release(ROUNDS);
        platform.close();
    }

    private Gate gate(SocketType type) throws IOException {
        return Gate.open(GateSettings.at(directory.resolve("gate.sock")).type(type), platform.sockets,
                platform.netlink);
    }

    private KernelSocket connect(SocketType type) throws IOException {
        KernelSocket socket = platform.sockets.socket(
                KernelSockets.HOST_FAMILY, SysSocket.AF_UNIX, type.number(), 0);
        socket.connect(SockAddr.unix(directory.resolve("gate.sock").toString()));
        return socket;
    }

    private static byte[] frame(int seq) {
        return CnMsgHdr.frame(0, ID.idx(), ID.val(), seq, 0, 0, new byte[8]);
    }

    private static void send(KernelSocket client, byte[] bytes, int flags) throws IOException {
        assertThat(client.send(bytes, 0, bytes.length, flags)).isEqualTo(bytes.length);
    }

    /** Sends the first message, and comes back when the platform is held up in it and reads nothing of this client. */
    private void holdUp(KernelSocket client) throws Exception {
        send(client, frame(0), 0);
        assertThat(entered.tryAcquire(SOON_S, TimeUnit.SECONDS)).isTrue();
    }

    private void assertThatAllCome(int first, int last) throws InterruptedException {
        List<Integer> all = new ArrayList<>();
        while (all.size() <= last - first) {
            Integer seq = received.poll(SOON_S, TimeUnit.SECONDS);
            assertThat(seq).as("what comes after %s", all).isNotNull();
            all.add(seq);
        }
        assertThat(all).containsExactlyElementsOf(rangeClosed(first, last).boxed().toList());
    }

    /** Frames 1 and 2, with urgent data at a place within them. */
    private static void sendAround(KernelSocket client, int at) throws IOException {
        byte[] both = new byte[2 * FRAME_LENGTH];
        System.arraycopy(frame(1), 0, both, 0, FRAME_LENGTH);
        System.arraycopy(frame(2), 0, both, FRAME_LENGTH, FRAME_LENGTH);
        client.send(both, 0, at, 0);
        send(client, URGENT, SysSocket.MSG_OOB);
        client.send(both, at, both.length - at, 0);
    }

    @ParameterizedTest(name = "whose client ends then: {0}")
    @ValueSource(booleans = {false, true})
    void shouldReadWhatIsBehindUrgentDataWhereverItIs(boolean ends) throws Exception {
        try (Gate gate = gate(SocketType.STREAM)) {
            for (int at = 1; at < 2 * FRAME_LENGTH; at++) {
                try (KernelSocket client = connect(SocketType.STREAM)) {
                    holdUp(client);
                    sendAround(client, at);
                    if (ends) {
                        client.shutdown(SysSocket.SHUT_RDWR);
                    }
                    free.release();
                    assertThatAllCome(0, 2);
                }
            }
            assertThat(gate.toDTO().malformed).isZero();
        }
    }

    @Test
    void shouldReadWhatIsBehindUrgentDataEachTimeAndWhenever() throws Exception {
        try (Gate gate = gate(SocketType.STREAM); KernelSocket client = connect(SocketType.STREAM)) {
            for (int seq = 1; seq <= 2 * ROUNDS; seq += 2) {
                // Unread urgent data that other urgent data follows is an ordinary byte: one at a time.
                send(client, frame(seq), 0);
                send(client, URGENT, SysSocket.MSG_OOB);
                send(client, frame(seq + 1), 0);
                assertThatAllCome(seq, seq + 1);
            }
            assertThat(gate.toDTO().malformed).isZero();
        }
    }

    /** One that has left answers unread is reset, and says so before what it had sent can be read. */
    @Test
    void shouldReadToTheEndWhatAClientSentThatLeftItsAnswersUnread() throws Exception {
        try (Gate gate = gate(SocketType.STREAM)) {
            try (KernelSocket client = connect(SocketType.STREAM)) {
                send(client, RawClient.header(NlMsgHdr.SIZE, NlMsgHdr.NLMSG_NOOP, NlMsgHdr.NLM_F_ACK, 1), 0);
                assertThat(client.recv(new byte[1], 0, 1, SysSocket.MSG_PEEK)).isEqualTo(1);
                holdUp(client);
                sendAround(client, FRAME_LENGTH);
            }
            free.release();
            assertThatAllCome(0, 2);
            await().atMost(Duration.ofSeconds(SOON_S)).until(() -> gate.toDTO().clients == 0);
        }
    }

    private void sendWithSockets(KernelSocket client, byte[] bytes, int count) throws IOException {
        KernelSocket[] pair = platform.sockets.socketpair(SysSocket.AF_UNIX, SysSocket.SOCK_STREAM, 0);
        try {
            client.sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(bytes))
                    .rights(Collections.nCopies(count, pair[0])), 0);
        } finally {
            pair[0].close();
            pair[1].close();
        }
    }

    @ParameterizedTest
    @EnumSource(SocketType.class)
    void shouldHaveTheHostRefuseDescriptors(SocketType type) throws Exception {
        try (Gate gate = gate(type); KernelSocket client = connect(type)) {
            assumeFalse(Peer.mayPassDescriptors(client) && !canRefuse(client), "this host refuses none");
            assertThatThrownBy(() -> sendWithSockets(client, frame(1), 1))
                    .isInstanceOfSatisfying(KernelSocketException.class,
                            refusal -> assertThat(refusal.errno()).isEqualTo(Errno.EPERM));
            send(client, frame(1), 0);
            assertThatAllCome(1, 1);
            assertThat(gate.toDTO().clients).isEqualTo(1);
        }
    }

    private static boolean canRefuse(KernelSocket socket) {
        Peer.mayNotPassDescriptors(socket);
        return !Peer.mayPassDescriptors(socket);
    }

    /** As on a host before Linux 6.16: a connection where descriptors may come. */
    @Test
    void shouldReadWhatIsBehindDescriptorsAndKeepNoneOpen() throws Exception {
        KernelSocket[] pair = platform.sockets.socketpair(SysSocket.AF_UNIX, SysSocket.SOCK_STREAM, 0);
        GateSettings settings = GateSettings.at(directory.resolve("gate.sock"));
        Identity identity = Identity.ofProcess(platform.uid(), 0, 1, List.of(), "test");
        GateUser user = new GateUser(platform.uid(), settings.user(),
                platform.netlink.takePort(platform.uid(), settings.user().clients()));
        GateCounters counters = new GateCounters();
        Semaphore over = new Semaphore(0);
        try (KernelSocket sender = pair[0]; CrowdWriter crowd = new CrowdWriter("test", platform.sockets, counters)) {
            GateClient client = new GateClient(platform.sockets, pair[1], settings, platform.netlink, identity, user,
                    crowd, new BufferPool(), counters, (ended, reason, cause) -> over.release());
            long before = Descriptors.sockets();
            client.start();
            holdUp(sender);
            for (int seq = 1; seq <= ROUNDS; seq += 4) {
                sendWithSockets(sender, frame(seq), 1 + seq % 100);
                sendWithSockets(sender, frame(seq + 1), 1);
                send(sender, frame(seq + 2), 0);
                send(sender, frame(seq + 3), 0);
            }
            free.release();
            assertThatAllCome(0, ROUNDS);
            assertThat(Descriptors.sockets()).isLessThanOrEqualTo(before);
            sendWithSockets(sender, frame(ROUNDS + 1), 1);
            send(sender, frame(ROUNDS + 2), 0);
            sender.shutdown(SysSocket.SHUT_RDWR);
            assertThatAllCome(ROUNDS + 1, ROUNDS + 2);
            assertThat(over.tryAcquire(SOON_S, TimeUnit.SECONDS)).isTrue();
            assertThat(Descriptors.sockets()).isLessThan(before);
            assertThat(counters.malformed.sum()).isZero();
        }
    }
}
