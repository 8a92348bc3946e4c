// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.runtime.PortDTO;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.FrameDecoder;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.client.CnMessage;
import connector.client.CnSocket;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thousand clients of one group, of which a hundred never read. */
@Timeout(300)
class CrowdTest {

    private static final int CLIENTS = 1000;
    private static final int DEAF = 100;
    private static final int GROUP = 77;
    private static final int ROUNDS = 15;
    private static final int MESSAGES_A_ROUND = 10;
    private static final int DATA = 1000;
    /** More than a round, less than all. */
    private static final int QUEUE = 16 * 1024;
    /** The JDK may open a socket of its own, for closing others. */
    private static final int OF_JDK = 2;
    private static final CbId ID = new CbId(14, 1110);

    @TempDir
    Path directory;

    private final ByteBuffer in = NlMsgHdr.buffer(64 * 1024);

    private final class Client {

        private final SocketChannel channel;
        private final FrameDecoder decoder = new FrameDecoder(NlMsgHdr.MAX_LENGTH);
        private int received;
        private boolean joined;

        Client(Path gate) throws IOException {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(gate));
            byte[] join = new byte[GateControl.VALUE + Integer.BYTES];
            GateControl.putSetSockOpt(NlMsgHdr.buffer(join), 1, GateControl.SOL_NETLINK,
                    GateControl.NETLINK_ADD_MEMBERSHIP, GROUP);
            channel.write(ByteBuffer.wrap(join));
        }

        void read() throws IOException {
            in.clear();
            assertThat(channel.read(in)).isPositive();
            in.flip();
            while (decoder.next(in) == FrameDecoder.Step.FRAME) {
                ByteBuffer frame = decoder.buffer();
                int at = decoder.offset();
                switch (NlMsgHdr.type(frame, at)) {
                    case NlMsgHdr.NLMSG_ERROR -> joined = NlMsgErr.errno(frame, at) == 0;
                    case NlMsgHdr.NLMSG_DONE -> assertThat(CnMsgHdr.seq(frame, at + NlMsgHdr.SIZE))
                            .isEqualTo(received++);
                    default -> throw new AssertionError("type " + NlMsgHdr.type(frame, at) + ": lost something");
                }
            }
        }
    }

    @Test
    void shouldServeThoseThatReadAndBoundThoseThatDoNot() throws IOException {
        GateSettings settings = GateSettings.at(directory.resolve("gate.sock")).limits(CLIENTS + 1,
                new ClientLimits(new PortLimits(QUEUE, QUEUE, 4096, 8, 8), 0), UserLimits.DEFAULT);
        List<Client> clients = new ArrayList<>();
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink);
                Selector selector = Selector.open()) {
            platform.connector.addCallback(ID, "test", (msg, sender) -> sender.reply(msg, msg.toByteArray()));
            long before = Descriptors.sockets();
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(settings.path());
                clients.add(client);
                if (i >= DEAF) {
                    client.channel.configureBlocking(false);
                    client.channel.register(selector, SelectionKey.OP_READ, client);
                }
            }
            List<Client> readers = clients.subList(DEAF, CLIENTS);
            read(selector, readers, 0);
            await().atMost(Duration.ofSeconds(60)).until(() -> platform.netlink.groups().stream()
                    .anyMatch(group -> group.group == GROUP && group.members == CLIENTS));
            int sent = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < MESSAGES_A_ROUND; i++) {
                    platform.connector.netlinkSend(CnMsg.of(ID, sent++, 0, new byte[DATA]), GROUP);
                }
                read(selector, readers, sent);
            }
            List<PortDTO> deaf = platform.netlink.ports().stream().map(Port::toDTO)
                    .filter(port -> port.dropped > 0).toList();
            assertThat(deaf).hasSize(DEAF).allSatisfy(port ->
                    assertThat(port.queuedBytes).isLessThan(QUEUE + DATA + 200));
            assertThat(gate.toDTO().users[0].queuedBytes).isLessThan((long) DEAF * (QUEUE + DATA + 200));
            try (CnSocket late = CnSocket.socket(settings.path())) {
                assertThat(late.request(new CnMessage(14, 1110, 1, 0, new byte[3]), Duration.ofSeconds(30)).ack())
                        .as("whoever comes is served").isEqualTo(1);
            }
            for (Client client : clients) {
                client.channel.close();
            }
            // Only now are those really closed that are registered with it.
            selector.selectNow();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(gate.toDTO().clients).isZero());
            assertThat(platform.netlink.ports().stream().filter(port -> !port.identity().inPlatform())).isEmpty();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() ->
                    assertThat(Descriptors.sockets()).isLessThanOrEqualTo(before + OF_JDK));
        } finally {
            for (Client client : clients) {
                client.channel.close();
            }
        }
    }

    /** Reads until each has as many. */
    private static void read(Selector selector, List<Client> readers, int messages) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (readers.stream().anyMatch(client -> !client.joined || client.received < messages)) {
            selector.select(1000);
            for (SelectionKey key : selector.selectedKeys()) {
                ((Client) key.attachment()).read();
            }
            selector.selectedKeys().clear();
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        }
    }
}
