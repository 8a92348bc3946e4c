// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.client.CnMessage;
import connector.client.CnSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever one connection does, it is counted, answered where that was asked for, and nobody else notices. */
@Timeout(300)
class BadInputTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final CbId ID = new CbId(14, 1110);

    @TempDir
    Path directory;

    private final AtomicInteger taken = new AtomicInteger();
    private RunningBus platform;
    private Gate gate;
    private CnSocket witness;
    private RawClient client;

    @BeforeEach
    void open() throws IOException {
        platform = new RunningBus();
        platform.connector.addCallback(ID, "test", (msg, sender) -> taken.incrementAndGet());
        gate = Gate.open(GateSettings.at(directory.resolve("gate.sock")), platform.sockets, platform.netlink);
        witness = CnSocket.socket(directory.resolve("gate.sock"));
        witness.addMembership(14);
        client = connect();
        await().atMost(SOON).until(() -> gate.toDTO().clients == 2);
    }

    @AfterEach
    void nobodyElseNoticed() throws IOException {
        platform.connector.netlinkSend(CnMsg.of(ID, 0x600d, 0), 14);
        CnMessage seen = witness.recv(SOON);
        while (seen != null && seen.seq() != 0x600d) {
            seen = witness.recv(SOON);
        }
        assertThat(seen).as("the witness still hears").isNotNull();
        assertThat(witness.sendAcked(new CnMessage(14, 1110, 0, 0, new byte[0]), 0, 0).isOk()).isTrue();

        client.close();
        await().atMost(SOON).untilAsserted(() -> assertThat(gate.toDTO().clients).isEqualTo(1));
        assertThat(platform.netlink.ports()).hasSize(1);
        witness.close();
        gate.close();
        platform.close();
    }

    private RawClient connect() throws IOException {
        return new RawClient(directory.resolve("gate.sock"));
    }

    private void awaitMalformed(long count) {
        await().atMost(SOON).untilAsserted(() -> assertThat(gate.toDTO().malformed).isEqualTo(count));
    }

    private static byte[] acked(int seq) {
        return CnMsgHdr.frame(NlMsgHdr.NLM_F_ACK, 14, 1110, seq, 0, 0, new byte[0]);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, (1 << 20) + 1, -1, Integer.MIN_VALUE})
    void shouldAnswerAFalseLengthAndDisconnect(int length) throws IOException {
        client.write(RawClient.header(length, 3, 0, 42));

        assertThat(client.readErrno(42)).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(client.read()).as("end of file").isNull();
        awaitMalformed(1);
    }

    @Test
    void shouldSayWhichFieldWasFalse() throws IOException {
        client.write(RawClient.header(7, 3, 0, 42));

        byte[] answer = client.read();
        ByteBuffer frame = NlMsgHdr.buffer(answer);
        assertThat(NlMsgErr.offset(frame, 0, answer.length)).isEqualTo(NlMsgHdr.LEN);
        assertThat(NlMsgErr.text(frame, 0, answer.length)).contains("nlmsg_len 7").contains("16");
    }

    @Test
    void shouldSkipAHugeFrameAndGoOn() throws IOException {
        int length = 700_001;
        byte[] huge = Arrays.copyOf(RawClient.header(length, 3, 0, 42), NlMsgHdr.align(length));
        client.write(huge).write(acked(43));

        assertThat(client.readErrno(42)).isEqualTo(NetlinkErrno.EMSGSIZE);
        assertThat(client.readErrno(43)).isZero();
        awaitMalformed(1);
    }

    @Test
    void shouldTakeTheLongestMessageAndRefuseOneByteMore() throws IOException {
        client.write(CnMsgHdr.frame(NlMsgHdr.NLM_F_ACK, 14, 1110, 1, 0, 0, new byte[CnMsgHdr.MAX_DATA]));
        assertThat(client.readErrno(1)).isZero();

        int length = NlMsgHdr.MAX_LENGTH + 1;
        client.write(Arrays.copyOf(RawClient.header(length, 3, NlMsgHdr.NLM_F_ACK, 2), NlMsgHdr.align(length)));
        assertThat(client.readErrno(2)).isEqualTo(NetlinkErrno.EMSGSIZE);
    }

    @Test
    void shouldAnswerAnUnknownControlTypeAndGoOn() throws IOException {
        for (int type : new int[] {0xFF06, 0xFFFF, GateControl.FROM}) {
            client.write(RawClient.header(16, type, 0, type));
            assertThat(client.readErrno(type)).isEqualTo(NetlinkErrno.EOPNOTSUPP);
        }
        client.write(acked(1));
        assertThat(client.readErrno(1)).isZero();
        awaitMalformed(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {GateControl.TO, GateControl.BIND, GateControl.SETSOCKOPT, GateControl.GETSOCKOPT})
    void shouldAnswerAControlFrameThatIsTooShort(int type) throws IOException {
        client.write(RawClient.header(16, type, 0, 1)).write(acked(2));

        assertThat(client.readErrno(1)).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(client.readErrno(2)).isZero();
        awaitMalformed(1);
    }

    @Test
    void shouldAnswerAMessageWithoutRoomForItsHeaderOrItsData() throws IOException {
        client.write(Arrays.copyOf(RawClient.header(20, 3, NlMsgHdr.NLM_F_ACK, 1), 20));
        assertThat(client.readErrno(1)).isEqualTo(NetlinkErrno.EINVAL);

        byte[] lie = acked(2);
        NlMsgHdr.buffer(lie).putShort(NlMsgHdr.SIZE + CnMsgHdr.DATA_LEN, (short) 4);
        client.write(lie);
        assertThat(client.readErrno(2)).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(taken).hasValue(0);
    }

    @Test
    void shouldDropSilentlyWhatAskedForNoAnswer() throws IOException {
        client.write(Arrays.copyOf(RawClient.header(20, 3, 0, 1), 20));
        client.write(CnMsgHdr.frame(0, 999, 999, 2, 0, 0, new byte[0]));
        client.write(acked(3));

        assertThat(client.readErrno(3)).as("nothing came before").isZero();
    }

    @Test
    void shouldIgnoreWhatOnlyAGateMaySay() throws IOException {
        client.write(Arrays.copyOf(RawClient.header(36, NlMsgHdr.NLMSG_ERROR, 0, 1), 36));
        client.write(Arrays.copyOf(RawClient.header(48, NlMsgHdr.NLMSG_OVERRUN, NlMsgHdr.NLM_F_ACK, 2), 48));
        assertThat(client.readErrno(2)).isEqualTo(NetlinkErrno.EOPNOTSUPP);
        awaitMalformed(2);
    }

    @Test
    void shouldAnswerAPing() throws IOException {
        client.write(RawClient.header(16, NlMsgHdr.NLMSG_NOOP, 0, 1));
        client.write(RawClient.header(16, NlMsgHdr.NLMSG_NOOP, NlMsgHdr.NLM_F_ACK, 2));
        assertThat(client.readErrno(2)).isZero();
    }

    @Test
    void shouldForgetAClientThatDiesAtAnyByteOfAFrame() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        byte[] pair = new byte[GateControl.PAIR_LENGTH];
        GateControl.putPair(NlMsgHdr.buffer(pair), GateControl.BIND, 1, 0, 1);
        stream.writeBytes(pair);
        stream.writeBytes(CnMsgHdr.frame(0, 14, 1110, 1, 0, 0, new byte[7]));
        byte[] frames = stream.toByteArray();
        long before = Descriptors.sockets();
        int cut = 0;
        for (int length = 0; length < frames.length; length++) {
            try (RawClient dying = connect()) {
                dying.write(Arrays.copyOf(frames, length));
            }
            boolean between = length == 0 || length == pair.length || length == frames.length - 1;
            cut += between ? 0 : 1;
        }
        awaitMalformed(cut);
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(gate.toDTO().clients).isEqualTo(2);
            assertThat(Descriptors.sockets()).isLessThanOrEqualTo(before);
        });
    }

    @Test
    void shouldStillAnswerWhoHasEndedItsOutput() throws IOException {
        client.write(acked(1)).endOutput();

        assertThat(client.readErrno(1)).isZero();
        assertThat(client.read()).isNull();
    }

    @Test
    void shouldTakeAllThatWasSentBeforeTheEndOfAClientThatReadNothing() throws Exception {
        int count = 2000;
        client.write(acked(1));
        for (int i = 0; i < count; i++) {
            client.write(CnMsgHdr.frame(0, 14, 1110, i, 0, 0, new byte[100]));
        }
        client.close();

        await().atMost(SOON).until(() -> taken.get() == count + 1);
    }

    @Test
    void shouldWriteTheRestToWhoHasEndedItsOutputAndReadsSlowly() throws Exception {
        try (RawClient slow = connect()) {
            byte[] join = new byte[GateControl.VALUE + 4];
            GateControl.putSetSockOpt(NlMsgHdr.buffer(join), 1, GateControl.SOL_NETLINK,
                    GateControl.NETLINK_ADD_MEMBERSHIP, 14);
            slow.write(join);
            assertThat(slow.readErrno(1)).isZero();
            for (int i = 0; i < 150; i++) {
                platform.connector.netlinkSend(CnMsg.of(ID, i, 0, new byte[1000]), 14);
            }
            slow.endOutput();
            for (int i = 0; i < 150; i++) {
                assertThat(CnMsgHdr.seq(NlMsgHdr.buffer(slow.read()), NlMsgHdr.SIZE)).isEqualTo(i);
            }
            assertThat(slow.read()).as("end of file").isNull();
        }
    }

    @Test
    void shouldNotMindAClientThatSaysNothing() throws IOException {
        try (RawClient silent = connect()) {
            client.write(acked(1));
            assertThat(client.readErrno(1)).isZero();
            assertThat(silent).isNotNull();
        }
    }

    @Test
    void shouldNotMindAClientThatNeverReads() throws Exception {
        try (CnSocket deaf = CnSocket.socket(directory.resolve("gate.sock"))) {
            deaf.addMembership(14);
            for (int i = 0; i < 5000; i++) {
                platform.connector.netlinkSend(CnMsg.of(ID, i, 0, new byte[1000]), 14);
                assertThat(witness.recv(SOON).seq()).isEqualTo(i);
            }
            assertThat(platform.netlink.ports()).allSatisfy(port ->
                    assertThat(port.toDTO().queuedBytes).isLessThan(300_000));
        }
    }

    @Test
    void shouldHoldBackWhoDoesNotReadItsAnswersAndLoseNone() throws Exception {
        int count = 5000;
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 1; i <= count; i++) {
                    client.write(acked(i));
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        // With nobody reading, the writer must come to a halt: the gate does not take what it cannot answer.
        AtomicLong last = new AtomicLong(-1);
        await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> {
            long now = gate.toDTO().framesIn;
            return last.getAndSet(now) == now && now > 10;
        });
        assertThat(writing).isNotDone();

        for (int i = 1; i <= count; i++) {
            assertThat(client.readErrno(i)).isZero();
        }
        writing.get(60, TimeUnit.SECONDS);
        assertThat(taken).hasValue(count);
    }

    @Test
    void shouldSurviveGarbageFromManyClients() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long before = Descriptors.sockets();
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[random.nextInt(2000)];
            random.nextBytes(garbage);
            for (int at = 0; at + 4 <= garbage.length && random.nextInt(4) != 0; at += 4 * (1 + random.nextInt(30))) {
                NlMsgHdr.buffer(garbage).putInt(at, random.nextInt(200));
            }
            try (RawClient garbler = connect()) {
                garbler.write(garbage);
            } catch (IOException e) {
                // It was thrown out before it had said all.
            }
        }
        await("seed " + seed).atMost(SOON).untilAsserted(() -> {
            assertThat(gate.toDTO().clients).isEqualTo(2);
            assertThat(Descriptors.sockets()).isLessThanOrEqualTo(before);
        });
    }
}
