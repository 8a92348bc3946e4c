// SPDX-License-Identifier: Apache-2.0
package connector.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.NlMsgOverrun;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a socket receives, and how it is told what it did not. */
class ReceiveTest extends WithScriptedGate {

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

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 36_500L * 24 * 3600, Long.MAX_VALUE})
    void shouldReceiveWhatIsThereWhateverTheTimeToWait(long seconds) throws Exception {
        gate.write(message(14, 3, 0));
        assertThat(socket.recv(Duration.ofSeconds(seconds)).seq()).isEqualTo(3);
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
    void shouldGiveNullWhenTheTimeHasPassed() throws Exception {
        long before = System.nanoTime();
        assertThat(socket.recv(Duration.ofMillis(50))).isNull();
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(50_000_000);
        assertThat(socket.recv(Duration.ZERO)).isNull();
    }
}
