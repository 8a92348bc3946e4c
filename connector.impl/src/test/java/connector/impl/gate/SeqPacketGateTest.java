// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.client.CnSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import ksock.api.SysSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate whose datagrams are whole frames, and a client that is no library. */
@Timeout(300)
class SeqPacketGateTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final int LONGEST = 64 * 1024;
    private static final int MANY = 5000;
    private static final long QUIET_NANOS = 500_000_000;

    @TempDir
    Path directory;

    private RunningBus platform;
    private Gate gate;
    private KernelSocket client;
    private final ByteBuffer in = NlMsgHdr.buffer(LONGEST);

    @BeforeEach
    void open() throws IOException {
        platform = new RunningBus();
        platform.connector.addCallback(ID, "echo", (msg, sender) -> sender.reply(msg, msg.toByteArray()));
        gate = Gate.open(GateSettings.at(directory.resolve("gate.seqpacket")).type(SocketType.SEQPACKET),
                platform.sockets, platform.netlink);
        client = platform.sockets.socket(
                KernelSockets.HOST_FAMILY, SysSocket.AF_UNIX, SysSocket.SOCK_SEQPACKET, 0);
        client.connect(SockAddr.unix(directory.resolve("gate.seqpacket").toString()));
    }

    @AfterEach
    void close() {
        client.close();
        gate.close();
        platform.close();
    }

    @Test
    void shouldPassOverDatagramsWithoutAByte() throws IOException {
        byte[] nothing = {};
        send(nothing);
        send(nothing);
        send(message(NlMsgHdr.NLM_F_ACK, 1, 0));
        assertThat(answer(1)).isZero();
        send(nothing);
        send(message(NlMsgHdr.NLM_F_ACK, 2, 0));
        assertThat(answer(2)).isZero();
        assertThat(gate.toDTO().clients).isEqualTo(1);
        assertThat(gate.toDTO().malformed).isZero();
    }

    @Test
    void shouldTakeWhatCameBehindADatagramWithoutAByteAheadOfTheEnd() throws IOException {
        byte[] nothing = {};
        send(message(0, 1, 0));
        send(nothing);
        send(message(0, 2, 0));
        send(nothing);
        client.shutdown(SysSocket.SHUT_WR);

        await().atMost(Duration.ofSeconds(20)).until(() -> gate.toDTO().clients == 0);
        assertThat(gate.toDTO().framesIn).isEqualTo(2);
    }

    @Test
    void shouldBeNamedToAClientThatSpeaksWithStreamGates() {
        assertThatThrownBy(() -> CnSocket.socket(directory.resolve("gate.seqpacket")))
                .hasMessageContaining("gate.seqpacket is a seqpacket gate, and this client speaks with stream gates");
    }

    private static byte[] message(int flags, int seq, int dataLength) {
        byte[] frame = new byte[NlMsgHdr.align(NlMsgHdr.SIZE + CnMsgHdr.SIZE + dataLength)];
        ByteBuffer out = NlMsgHdr.buffer(frame);
        NlMsgHdr.put(out, NlMsgHdr.SIZE + CnMsgHdr.SIZE + dataLength, NlMsgHdr.NLMSG_DONE, flags, seq, 0);
        CnMsgHdr.put(out, ID.idx(), ID.val(), seq, 0, dataLength, 0);
        return frame;
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer whole = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            whole.put(part);
        }
        return whole.array();
    }

    private void send(byte[] datagram) throws IOException {
        assertThat(client.send(datagram, 0, datagram.length, 0)).isEqualTo(datagram.length);
    }

    /** The next datagram's frames; each must be whole. */
    private List<ByteBuffer> receive() throws IOException {
        in.clear();
        long length = client.recv(in, SysSocket.MSG_TRUNC);
        assertThat(length).isBetween(1L, (long) LONGEST);
        List<ByteBuffer> frames = new ArrayList<>();
        int at = 0;
        while (at < length) {
            byte[] frame = new byte[NlMsgHdr.length(in, at)];
            assertThat((long) at + frame.length).as("no half frames").isLessThanOrEqualTo(length);
            in.get(at, frame);
            frames.add(NlMsgHdr.buffer(frame));
            at += NlMsgHdr.align(frame.length);
        }
        return frames;
    }

    private int answer(int seq) throws IOException {
        while (true) {
            for (ByteBuffer frame : receive()) {
                // Replies come as well, before it or after it.
                if (NlMsgHdr.type(frame, 0) == NlMsgHdr.NLMSG_ERROR) {
                    assertThat(NlMsgHdr.seq(frame, 0)).isEqualTo(seq);
                    return NlMsgErr.errno(frame, 0);
                }
            }
        }
    }

    @Test
    void shouldTakeAMessageAndBringTheReply() throws IOException {
        send(message(0, 7, 5));

        ByteBuffer reply = receive().getFirst();
        assertThat(CnMsgHdr.seq(reply, NlMsgHdr.SIZE)).isEqualTo(7);
        assertThat(CnMsgHdr.ack(reply, NlMsgHdr.SIZE)).isEqualTo(1);
        assertThat(reply.capacity()).isEqualTo(NlMsgHdr.SIZE + CnMsgHdr.SIZE + 5);
    }

    @Test
    void shouldTakeAnyNumberOfWholeFramesInOneDatagram() throws IOException {
        send(joined(message(0, 1, 1), message(0, 2, 2), message(0, 3, 3)));

        List<Integer> replies = new ArrayList<>();
        while (replies.size() < 3) {
            receive().forEach(frame -> replies.add(CnMsgHdr.seq(frame, NlMsgHdr.SIZE)));
        }
        assertThat(replies).containsExactly(1, 2, 3);
    }

    @Test
    void shouldNotMindMissingPaddingAtTheEndOfADatagram() throws IOException {
        byte[] padded = message(NlMsgHdr.NLM_F_ACK, 1, 1);
        byte[] frame = Arrays.copyOf(padded, NlMsgHdr.SIZE + CnMsgHdr.SIZE + 1);
        send(frame);
        assertThat(answer(1)).isZero();
        send(frame);
        assertThat(answer(1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 15, 16, 17, 36, 39})
    void shouldRefuseHalfAFrameAndGoOnWithTheNextDatagram(int cut) throws IOException {
        byte[] whole = message(NlMsgHdr.NLM_F_ACK, 5, 4);
        send(Arrays.copyOf(whole, cut));
        assertThat(answer(cut < NlMsgHdr.SIZE ? 0 : 5)).isEqualTo(NetlinkErrno.EINVAL);

        send(whole);
        assertThat(answer(5)).as("the rest is no continuation").isZero();
        assertThat(gate.toDTO().malformed).isEqualTo(1);
    }

    @Test
    void shouldDropTheRestOfADatagramWhoseFramesCannotBeTold() throws IOException {
        byte[] broken = message(0, 3, 0);
        NlMsgHdr.buffer(broken).putInt(NlMsgHdr.LEN, 8);
        send(joined(broken, message(NlMsgHdr.NLM_F_ACK, 4, 0)));
        assertThat(answer(3)).isEqualTo(NetlinkErrno.EINVAL);

        send(message(NlMsgHdr.NLM_F_ACK, 5, 0));
        assertThat(answer(5)).isZero();
    }

    @Test
    void shouldAnswerALengthThatNoDatagramHoldsOnce() throws IOException {
        byte[] lying = message(0, 3, 0);
        NlMsgHdr.buffer(lying).putInt(NlMsgHdr.LEN, 500_000);
        send(lying);
        assertThat(answer(3)).isEqualTo(NetlinkErrno.EMSGSIZE);

        send(message(NlMsgHdr.NLM_F_ACK, 5, 0));
        assertThat(answer(5)).isZero();
    }

    @Test
    void shouldAnswerHalfAFrameAlsoBehindOneThatIsTooLong() throws IOException {
        send(joined(message(0, 3, 20_000), Arrays.copyOf(message(0, 4, 0), NlMsgHdr.SIZE)));
        assertThat(answer(3)).isEqualTo(NetlinkErrno.EMSGSIZE);
        assertThat(answer(4)).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(gate.toDTO().malformed).isEqualTo(2);
    }

    /** It is not read any more until it reads. */
    @ParameterizedTest
    @ValueSource(ints = {NlMsgHdr.SIZE + 8, 8, 500_000})
    void shouldKeepEachAnswerToWhatMakesNoSenseForWhoDoesNotReadYet(int claimed) throws IOException {
        byte[] half = Arrays.copyOf(message(0, 3, 0), NlMsgHdr.SIZE);
        NlMsgHdr.buffer(half).putInt(NlMsgHdr.LEN, claimed);
        int sent = 0;
        long quiet = System.nanoTime() + QUIET_NANOS;
        while (sent < MANY && System.nanoTime() - quiet < 0) {
            if (client.send(half, 0, half.length, SysSocket.MSG_DONTWAIT) == half.length) {
                sent++;
                quiet = System.nanoTime() + QUIET_NANOS;
            }
        }
        assertThat(platform.netlink.counters().answersDropped.sum()).isZero();
        for (int answers = 0; answers < sent; ) {
            answers += receive().size();
        }
        send(message(NlMsgHdr.NLM_F_ACK, 5, 0));
        assertThat(answer(5)).isZero();
        assertThat(gate.toDTO().malformed).isEqualTo(sent);
    }

    @Test
    void shouldBelieveNothingOfADatagramThatIsTooLong() throws IOException {
        byte[] frame = message(NlMsgHdr.NLM_F_ACK, 9, 16_000);
        send(joined(frame, frame, frame, frame, frame));
        assertThat(answer(0)).isEqualTo(NetlinkErrno.EMSGSIZE);

        send(message(NlMsgHdr.NLM_F_ACK, 5, 0));
        assertThat(answer(5)).isZero();
        assertThat(gate.toDTO().framesIn).isEqualTo(1);
    }

    @Test
    void shouldKeepAMessageAndWhereItCameFromInOneDatagram() throws IOException {
        byte[] pktinfo = new byte[GateControl.VALUE + Integer.BYTES];
        GateControl.putSetSockOpt(NlMsgHdr.buffer(pktinfo), 1, GateControl.SOL_NETLINK,
                GateControl.NETLINK_PKTINFO, 1);
        byte[] join = new byte[GateControl.VALUE + Integer.BYTES];
        GateControl.putSetSockOpt(NlMsgHdr.buffer(join), 2, GateControl.SOL_NETLINK,
                GateControl.NETLINK_ADD_MEMBERSHIP, 77);
        send(pktinfo);
        assertThat(answer(1)).isZero();
        send(join);
        assertThat(answer(2)).isZero();

        int messages = 200;
        for (int i = 0; i < messages; i++) {
            assertThat(platform.connector.netlinkSend(CnMsg.of(ID, i, 0, new byte[500]), 77)).isZero();
        }
        int seq = 0;
        while (seq < messages) {
            List<ByteBuffer> frames = receive();
            assertThat(frames).hasSizeGreaterThanOrEqualTo(2);
            for (int i = 0; i < frames.size(); i += 2) {
                assertThat(NlMsgHdr.type(frames.get(i), 0)).isEqualTo(GateControl.FROM);
                assertThat(frames.get(i).getInt(GateControl.GROUP)).isEqualTo(77);
                assertThat(CnMsgHdr.seq(frames.get(i + 1), NlMsgHdr.SIZE)).isEqualTo(seq++);
            }
        }
    }

    @Test
    void shouldEndWithTheConnection() {
        client.close();
        await().atMost(Duration.ofSeconds(60)).until(() -> gate.toDTO().clients == 0);
        assertThat(gate.toDTO().type).isEqualTo("seqpacket");
    }
}
