// SPDX-License-Identifier: Apache-2.0
package connector.client;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Calls that the gate answers: options, requests, statistics. */
class AskTest extends WithScriptedGate {

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
}
