// SPDX-License-Identifier: Apache-2.0
package connector.client;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a socket sends, from one thread and from several. */
class SendTest extends WithScriptedGate {

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
}
