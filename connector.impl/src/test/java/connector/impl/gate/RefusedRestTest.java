// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A message for many of which the sockets take the beginning, since their clients do not read. */
@Timeout(120)
class RefusedRestTest {

    /** Enough to be written to together. */
    private static final int CLIENTS = 20;
    private static final int GROUP = 14;
    private static final int ANSWER = 36;
    private static final int FROM = 32;
    /** Nearly fills a socket's buffer, which takes what does not fit in, but in pieces of half its size. */
    private static final int LENGTH = 60_000;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private RunningBus platform;
    private Gate gate;
    private Port inside;
    private final List<SocketChannel> clients = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        platform = new RunningBus();
        GateSettings settings = GateSettings.at(directory.resolve("gate.sock"));
        gate = Gate.open(settings, platform.sockets, platform.netlink);
        inside = platform.netlink.open(RunningBus.inPlatform("inside"), PortLimits.DEFAULT, readable -> { });
        for (int i = 0; i < CLIENTS; i++) {
            SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
            clients.add(client);
            client.connect(UnixDomainSocketAddress.of(settings.path()));
            set(client, GateControl.SOL_SOCKET, GateControl.SO_RCVBUF, 1 << 20);
            set(client, GateControl.SOL_NETLINK, GateControl.NETLINK_ADD_MEMBERSHIP, GROUP);
        }
    }

    private static void set(SocketChannel client, int level, int option, int value) throws IOException {
        byte[] frame = new byte[GateControl.VALUE + Integer.BYTES];
        GateControl.putSetSockOpt(NlMsgHdr.buffer(frame), 1, level, option, value);
        client.write(ByteBuffer.wrap(frame));
        read(client, ANSWER);
    }

    private static ByteBuffer read(SocketChannel client, int length) throws IOException {
        ByteBuffer in = NlMsgHdr.buffer(length);
        while (in.hasRemaining()) {
            assertThat(client.read(in)).isPositive();
        }
        return in.flip();
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
        gate.close();
        platform.close();
    }

    /** Sends a frame that is empty but for its header. */
    private void send() {
        byte[] frame = new byte[LENGTH];
        NlMsgHdr.put(NlMsgHdr.buffer(frame), LENGTH, NlMsgHdr.NLMSG_DONE, 0, 0, 0);
        assertThat(inside.send(Frame.wrap(frame), 0, GROUP)).isZero();
    }

    /** Sends two, of which each client's socket takes the first, and the beginning of the second. */
    private void sendMoreThanIsTaken(int answers, int from) {
        long before = (long) CLIENTS * answers * ANSWER;
        await().atMost(SOON).until(() -> gate.toDTO().bytesOut == before);
        long first = before + (long) CLIENTS * (from + LENGTH);
        send();
        await().atMost(SOON).until(() -> gate.toDTO().bytesOut == first);
        send();
        await().atMost(SOON).until(() -> gate.toDTO().bytesOut > first);
        assertThat(gate.toDTO().bytesOut - first).as("taken").isLessThan((long) CLIENTS * (from + LENGTH));
    }

    @Test
    void shouldCountAsUnreadOnceWhatAClientThatEndsGotTheBeginningOf() throws Exception {
        sendMoreThanIsTaken(2, 0);

        for (SocketChannel client : clients) {
            client.close();
        }

        await().atMost(SOON).until(() -> gate.toDTO().clients == 0);
        await().atMost(SOON).untilAsserted(() ->
                assertThat(platform.netlink.counters().unread.sum()).isEqualTo(CLIENTS));
    }

    @Test
    void shouldBringTheRestAsSoonAsAClientReads() throws Exception {
        for (SocketChannel client : clients) {
            set(client, GateControl.SOL_NETLINK, GateControl.NETLINK_PKTINFO, 1);
        }
        sendMoreThanIsTaken(3, FROM);
        for (SocketChannel client : clients) {
            for (int message = 1; message <= 2; message++) {
                assertThat(NlMsgHdr.length(read(client, FROM), 0)).isEqualTo(FROM);
                ByteBuffer frame = read(client, LENGTH);
                assertThat(NlMsgHdr.length(frame, 0)).isEqualTo(LENGTH);
                assertThat(frame.position(NlMsgHdr.SIZE).mismatch(ByteBuffer.allocate(LENGTH - NlMsgHdr.SIZE)))
                        .as("what is not zero").isEqualTo(-1);
            }
        }
    }
}
