// SPDX-License-Identifier: Apache-2.0
package connector.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.NlMsgOverrun;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class CnSocketTest {

    @TempDir
    Path directory;

    private ScriptedGate gate;
    private CnSocket socket;

    @BeforeEach
    void connect() throws Exception {
        gate = new ScriptedGate(directory);
        socket = CnSocket.socket(gate.path());
        socket.bind(0, 0);
        gate.nextFrame();
    }

    @AfterEach
    void close() throws Exception {
        socket.close();
        gate.close();
    }

    private static byte[] message(int idx, int seq, int ack, byte... data) {
        return CnMsgHdr.frame(0, idx, 1, seq, ack, 0, data);
    }

    private static void assertErrno(ThrowingCallable call, int errno) {
        assertThatThrownBy(call).isInstanceOfSatisfying(CnException.class, e ->
                assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
    }

    @Test
    void shouldSayWhatTheSystemCallsSay() throws Exception {
        socket.bind(7, 5);
        ByteBuffer bind = NlMsgHdr.buffer(gate.nextFrame());
        assertThat(NlMsgHdr.type(bind, 0)).isEqualTo(GateControl.BIND);
        assertThat(bind.getInt(GateControl.PORT)).isEqualTo(7);
        assertThat(bind.getInt(GateControl.GROUP)).isEqualTo(5);

        socket.addMembership(12345);
        ByteBuffer join = NlMsgHdr.buffer(gate.nextFrame());
        assertThat(NlMsgHdr.type(join, 0)).isEqualTo(GateControl.SETSOCKOPT);
        assertThat(join.getInt(GateControl.LEVEL)).isEqualTo(GateControl.SOL_NETLINK);
        assertThat(join.getInt(GateControl.OPTNAME)).isEqualTo(GateControl.NETLINK_ADD_MEMBERSHIP);
        assertThat(join.getInt(GateControl.VALUE)).isEqualTo(12345);
    }

    @Test
    void shouldTurnARefusalIntoItsErrnoAndText() throws Exception {
        gate.answerNothing();
        CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() -> {
            try {
                socket.addMembership(9);
                return null;
            } catch (CnException e) {
                return e;
            }
        });
        gate.write(NlMsgErr.frame(NlMsgHdr.buffer(gate.nextFrame()), 0, 1, NetlinkErrno.EPERM, "group 9 is not yours",
                NlMsgErr.NO_OFFSET, null));

        assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOfSatisfying(CnException.class, e -> {
            assertThat(e.errno()).isEqualTo(NetlinkErrno.EPERM);
            assertThat(e).hasMessage("setsockopt failed: EPERM: group 9 is not yours");
        });
    }

    @Test
    void shouldSendTheDestinationAheadOfTheMessage() throws Exception {
        socket.send(new CnMessage(1, 2, 3, 4, new byte[] {5}), 6, 7);

        ByteBuffer to = NlMsgHdr.buffer(gate.nextFrame());
        assertThat(NlMsgHdr.type(to, 0)).isEqualTo(GateControl.TO);
        assertThat(to.getInt(GateControl.PORT)).isEqualTo(6);
        assertThat(to.getInt(GateControl.GROUP)).isEqualTo(7);
        assertThat(gate.nextFrame()).startsWith(37, 0).hasSize(37);
    }

    @Test
    void shouldReceiveFramesThatComeByteByByte() throws Exception {
        CompletableFuture<CnMessage> received = CompletableFuture.supplyAsync(() -> {
            try {
                return socket.recv();
            } catch (CnException e) {
                throw new IllegalStateException(e);
            }
        });
        for (byte b : message(14, 3, 4, (byte) 9)) {
            gate.write(new byte[] {b});
        }
        CnMessage message = received.get(60, TimeUnit.SECONDS);
        assertThat(message.id()).isEqualTo("14.1");
        assertThat(message.data()).containsExactly(9);
    }

    @Test
    void shouldReportAnOverrunOnceAndGoOn() throws Exception {
        byte[] overrun = new byte[NlMsgOverrun.LENGTH];
        NlMsgOverrun.put(NlMsgHdr.buffer(overrun), 1, 14, 3, 10, 12);
        gate.write(overrun, message(14, 13, 0));

        assertThatThrownBy(socket::recv).isInstanceOfSatisfying(CnOverrunException.class, e -> {
            assertThat(e.errno()).isEqualTo(NetlinkErrno.ENOBUFS);
            assertThat(List.of(e.lost(), e.first(), e.last())).containsExactly(3L, 10L, 12L);
            assertThat(e.group()).isEqualTo(14);
        });
        assertThat(socket.recv().seq()).isEqualTo(13);
    }

    @Test
    void shouldTellGroupAndNumberWhereTheGateDoes() throws Exception {
        byte[] from = new byte[GateControl.FROM_LENGTH];
        GateControl.putFrom(NlMsgHdr.buffer(from), 7, 14, 99);
        gate.write(from, message(14, 1, 0), message(14, 2, 0));

        CnMessage first = socket.recv();
        assertThat(first.group()).isEqualTo(14);
        assertThat(first.busSequence()).isEqualTo(99);
        assertThat(socket.recv().group()).as("a FROM is of one message").isZero();
    }

    @Test
    void shouldReceiveEachOfSeveralMessagesInAFrame() throws Exception {
        byte[] bytes = new byte[NlMsgHdr.SIZE + 2 * CnMsgHdr.SIZE + 3 + 1];
        ByteBuffer frame = NlMsgHdr.buffer(bytes);
        NlMsgHdr.put(frame, bytes.length - 1, NlMsgHdr.NLMSG_DONE, 0, 0, 7);
        CnMsgHdr.put(frame, 14, 1, 1, 0, 3, 0);
        frame.put(new byte[] {1, 2, 3});
        CnMsgHdr.put(frame, 14, 2, 2, 0, 0, 0);
        gate.write(bytes, message(14, 3, 0));

        assertThat(socket.recv().data()).containsExactly(1, 2, 3);
        CnMessage second = socket.recv();
        assertThat(second.id()).isEqualTo("14.2");
        assertThat(second.port()).as("one frame, one sender").isEqualTo(7);
        assertThat(socket.recv().seq()).isEqualTo(3);
    }

    @Test
    void shouldShowFramesAsTheyCameButNoAnswers() throws Exception {
        List<byte[]> seen = new ArrayList<>();
        socket.observe(frame -> {
            byte[] copy = new byte[frame.remaining()];
            frame.get(copy);
            seen.add(copy);
        });
        byte[] from = new byte[GateControl.FROM_LENGTH];
        GateControl.putFrom(NlMsgHdr.buffer(from), 7, 14, 99);
        byte[] message = message(14, 1, 0, (byte) 1, (byte) 2, (byte) 3, (byte) 4);
        gate.write(from, message);
        socket.recv();
        socket.addMembership(5);

        assertThat(seen).containsExactly(from, message);
    }

    @Test
    void shouldGiveWhatTheTapSawInOrderWithItsOwnMessages() throws Exception {
        gate.write(message(14, 1, 0),
                TapFrames.tapped(77, 0, 0, NetlinkErrno.ENODEV, CnTap.TO_CONNECTOR, message(14, 2, 0, (byte) 'a')),
                TapFrames.tapped(0, 0, 291, 0, 0, message(291, 3, 0)),
                message(14, 4, 0));

        assertThat(socket.receive()).isInstanceOfSatisfying(CnMessage.class, own -> assertThat(own.seq()).isEqualTo(1));
        assertThat(socket.recv().seq()).as("recv passes over what the tap saw").isEqualTo(4);
        assertThat(socket.receive()).isInstanceOfSatisfying(CnTapped.class, refused -> {
            assertThat(refused.time()).isEqualTo(Instant.parse("2023-11-14T22:13:20.123456789Z"));
            assertThat(refused.number()).isEqualTo(5);
            assertThat(refused.isToConnector()).isTrue();
            assertThat(refused.errno()).isEqualTo(NetlinkErrno.ENODEV);
            assertThat(refused.messages()).singleElement().satisfies(message -> {
                assertThat(message.id()).isEqualTo("14.1");
                assertThat(message.port()).as("the port that sent it").isEqualTo(77);
            });
        });
        assertThat(socket.receive()).isInstanceOfSatisfying(CnTapped.class, multicast -> {
            assertThat(multicast.group()).isEqualTo(291);
            assertThat(multicast.busSequence()).isEqualTo(17);
        });
        assertThat(socket.receive(Duration.ZERO)).isNull();
    }

    @Test
    void shouldNotTakeAnAnswerThatTheTapSawForItsOwn() throws Exception {
        gate.answerNothing();
        CompletableFuture<Void> joined = CompletableFuture.runAsync(() -> {
            try {
                socket.addMembership(5);
            } catch (CnException e) {
                throw new IllegalStateException(e);
            }
        });
        byte[] asked = gate.nextFrame();
        ByteBuffer request = NlMsgHdr.buffer(asked);
        byte[] another = NlMsgErr.frame(request, 0, 7, NetlinkErrno.EPERM, "not you", NlMsgErr.NO_OFFSET, null);
        gate.write(TapFrames.tapped(0, 7, 0, 0, 0, another),
                NlMsgErr.frame(request, 0, 7, 0, null, NlMsgErr.NO_OFFSET, null));

        joined.get(30, TimeUnit.SECONDS);
        assertThat(socket.receive()).isInstanceOfSatisfying(CnTapped.class, tapped -> {
            assertThat(tapped.answer().toString()).isEqualTo("EPERM: not you");
            assertThat(tapped.seq()).isEqualTo(NlMsgHdr.seq(request, 0));
            assertThat(tapped.messages()).isEmpty();
        });
    }

    @Test
    void shouldGiveStatisticsUpToTheirEnd() throws Exception {
        CompletableFuture<List<CnStatistics>> statistics = CompletableFuture.supplyAsync(() -> {
            try {
                return socket.statistics();
            } catch (CnException e) {
                throw new IllegalStateException(e);
            }
        });
        ByteBuffer request = NlMsgHdr.buffer(gate.nextFrame());
        assertThat(NlMsgHdr.flags(request, 0) & NlMsgHdr.NLM_F_DUMP).isEqualTo(NlMsgHdr.NLM_F_DUMP);
        assertThat(CnMsgHdr.flags(request, NlMsgHdr.SIZE)).isEqualTo(CnMsgHdr.CN_STATISTICS);
        int seq = CnMsgHdr.seq(request, NlMsgHdr.SIZE);
        gate.write(statistics(14, seq, CnStat.USER), message(9, 1, 1), statistics(-1, seq, CnStat.END));

        assertThat(statistics.get(60, TimeUnit.SECONDS)).singleElement().satisfies(user -> {
            assertThat(user.key()).isEqualTo("user 14.1");
            assertThat(user.number(CnStat.Attribute.DELIVERED)).isEqualTo(1L << 40);
            assertThat(user.text(CnStat.Attribute.NAME)).isEqualTo("a name");
            assertThat(user.attributes()).as("what came later than this client").containsEntry(999, 5L);
        });
        assertThat(socket.recv().idx()).as("another message").isEqualTo(9);
    }

    private static byte[] statistics(int idx, int seq, int kind) {
        ByteBuffer data = NlMsgHdr.buffer(100);
        CnStat.put(data, kind, 1);
        CnStat.put(data, CnStat.Attribute.NAME, "a name");
        CnStat.put(data, CnStat.Attribute.DELIVERED, 1L << 40);
        NlAttr.putInt(data, 999, 5);
        byte[] written = new byte[data.position()];
        data.get(0, written);
        return CnMsgHdr.frame(0, idx, 1, seq, 1, CnMsgHdr.CN_STATISTICS, written);
    }

    @Test
    void shouldGiveNullWhenTheTimeHasPassed() throws Exception {
        long before = System.nanoTime();
        assertThat(socket.recv(Duration.ofMillis(50))).isNull();
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(50_000_000);
        assertThat(socket.recv(Duration.ZERO)).isNull();
    }

    @Test
    void shouldReplyToTheRequestAndKeepTheRestForRecv() throws Exception {
        CompletableFuture<CnMessage> reply = CompletableFuture.supplyAsync(() -> {
            try {
                return socket.request(new CnMessage(5, 1, 77, 0xFFFF_FFFF, new byte[0]), Duration.ofSeconds(10));
            } catch (CnException e) {
                throw new IllegalStateException(e);
            }
        });
        gate.nextFrame();
        gate.write(message(5, 77, 5), message(6, 77, 0), message(5, 77, 0, (byte) 1));

        assertThat(reply.get(60, TimeUnit.SECONDS).data()).containsExactly(1);
        assertThat(socket.recv().ack()).as("the ack of another request").isEqualTo(5);
        assertThat(socket.recv().idx()).as("another id").isEqualTo(6);
    }

    @Test
    void shouldEndARequestWithoutReply() {
        assertErrno(() -> socket.request(new CnMessage(5, 1, 1, 0, new byte[0]), Duration.ofMillis(50)),
                NetlinkErrno.ETIMEDOUT);
    }

    @Test
    void shouldSayThatThePlatformIsGone() throws Exception {
        gate.hangUp();
        assertErrno(socket::recv, NetlinkErrno.ECONNRESET);
        assertErrno(() -> socket.addMembership(1), NetlinkErrno.EPIPE);
    }

    @Test
    void shouldGiveTheGatesLastWordAsTheReason() throws Exception {
        byte[] header = new byte[16];
        NlMsgHdr.put(NlMsgHdr.buffer(header), 3, 3, 0, 0, 0);
        gate.write(NlMsgErr.frame(NlMsgHdr.buffer(header), 0, 1, NetlinkErrno.EINVAL, "nlmsg_len 3", 0, null));
        gate.hangUp();

        assertThatThrownBy(socket::recv).hasMessage("recv failed: EINVAL: nlmsg_len 3");
    }

    @Test
    void shouldEndOnGarbage() throws Exception {
        gate.write(new byte[64]);
        assertErrno(socket::recv, NetlinkErrno.ECONNRESET);
    }

    @Test
    void shouldWakeABlockedRecvWhenClosed() throws Exception {
        CompletableFuture<Integer> errno = new CompletableFuture<>();
        Thread receiver = Thread.ofPlatform().start(() -> {
            try {
                socket.recv();
            } catch (CnException e) {
                errno.complete(e.errno());
            }
        });
        while (receiver.getState() != Thread.State.RUNNABLE && receiver.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        socket.close();
        assertThat(errno.get(60, TimeUnit.SECONDS)).isEqualTo(NetlinkErrno.EBADF);
    }

    @Test
    void shouldEndAnInterruptedRecvAndStayUsable() throws Exception {
        Thread.currentThread().interrupt();
        assertErrno(socket::recv, NetlinkErrno.EINTR);
        assertThat(Thread.interrupted()).as("the status stays").isTrue();

        gate.write(message(1, 1, 1));
        assertThat(socket.recv().idx()).isEqualTo(1);
    }

    @Test
    void shouldKeepTheOrderOfEachThreadWhenManySend() throws Exception {
        int threads = 4;
        int each = 5000;
        List<Thread> senders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int idx = t + 1;
            senders.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < each; i++) {
                        socket.send(new CnMessage(idx, 0, i, 0, new byte[i % 50]));
                    }
                } catch (CnException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        int[] next = new int[threads + 1];
        for (int i = 0; i < threads * each; i++) {
            ByteBuffer frame = NlMsgHdr.buffer(gate.nextFrame());
            int idx = CnMsgHdr.idx(frame, NlMsgHdr.SIZE);
            assertThat(CnMsgHdr.seq(frame, NlMsgHdr.SIZE)).isEqualTo(next[idx]++);
        }
        for (Thread sender : senders) {
            sender.join();
        }
    }

    @Test
    void shouldHoldBackWhatIsCorkedUntilItIsFlushed() throws Exception {
        socket.cork();
        socket.send(new CnMessage(1, 0, 0, 0, new byte[0]));
        socket.send(new CnMessage(2, 0, 0, 0, new byte[0]));
        socket.flush();

        assertThat(CnMsgHdr.idx(NlMsgHdr.buffer(gate.nextFrame()), 16)).isEqualTo(1);
        assertThat(CnMsgHdr.idx(NlMsgHdr.buffer(gate.nextFrame()), 16)).isEqualTo(2);
    }

    @Test
    void shouldAskInSpiteOfTheCorkAndKeepIt() throws Exception {
        socket.cork();
        socket.send(new CnMessage(1, 0, 0, 0, new byte[0]));
        socket.addMembership(1);
        assertThat(CnMsgHdr.idx(NlMsgHdr.buffer(gate.nextFrame()), 16)).isEqualTo(1);
        gate.nextFrame();
        socket.send(new CnMessage(2, 0, 0, 0, new byte[0]));
        assertThat(gate.hasFrame()).isFalse();
        socket.flush();
        assertThat(CnMsgHdr.idx(NlMsgHdr.buffer(gate.nextFrame()), 16)).isEqualTo(2);
    }

    @Test
    void shouldSendMoreThanTheBufferHoldsInOneList() throws Exception {
        List<CnMessage> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(new CnMessage(1, 0, i, 0, new byte[CnMsgHdr.MAX_DATA]));
        }
        socket.send(many);
        for (int i = 0; i < 100; i++) {
            assertThat(CnMsgHdr.seq(NlMsgHdr.buffer(gate.nextFrame()), 16)).isEqualTo(i);
        }
    }

    @Test
    void shouldRefuseATooLongMessageBeforeItIsSent() {
        assertErrno(() -> socket.send(new CnMessage(1, 1, 0, 0, new byte[CnMsgHdr.MAX_DATA + 1])),
                NetlinkErrno.EMSGSIZE);
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoPlatform() throws Exception {
        assertThatThrownBy(() -> CnSocket.socket(directory.resolve("none.sock")))
                .isInstanceOf(CnException.class)
                .hasMessageContaining("ENOENT")
                .hasMessageContaining("none.sock")
                .hasMessageContaining("--socket");

        socket.close();
        gate.close();
        assertThat(Files.exists(gate.path())).isTrue();
        assertThatThrownBy(() -> CnSocket.socket(gate.path()))
                .hasMessageContaining("ECONNREFUSED")
                .hasMessageContaining("start it again");

        assertErrno(() -> CnSocket.socket(Path.of("/tmp/" + "x".repeat(200))), NetlinkErrno.EINVAL);
    }
}
