// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import connector.api.CbId;
import connector.api.CnMsg;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a client writes and what the gate answers, byte by byte: the contract for those who have no library. What one
 * frame looks like is shown by {@code connector.api.wire.LayoutTest}.
 */
@Timeout(120)
class GoldenDialogueTest {

    @TempDir
    private Path directory;
    private RunningBus platform;
    private Gate gate;
    private RawClient client;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the vectors are written for little-endian");
        platform = new RunningBus();
        platform.connector.addCallback(new CbId(14, 0x456), "echo",
                (msg, sender) -> sender.reply(msg, msg.toByteArray()));
        gate = Gate.open(GateSettings.at(directory.resolve("gate")), platform.sockets, platform.netlink);
        client = new RawClient(directory.resolve("gate"));
        // BIND to port 7 and to the groups 1 and 14.
        dialogue("18000000 02ff 0100 01000000 00000000 07000000 01200000",
                "24000000 0200 0001 01000000 07000000 00000000 18000000 02ff 0100 01000000 00000000");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        gate.close();
        platform.close();
    }

    private void dialogue(String request, String... answers) throws IOException {
        client.write(HexFormat.of().parseHex(plain(request)));
        expect(answers);
    }

    private String read() throws IOException {
        return HexFormat.of().formatHex(client.read());
    }

    private static String plain(String hex) {
        return hex.replaceAll("[^0-9a-f]", "");
    }

    private void expect(String... frames) throws IOException {
        for (String frame : frames) {
            assertThat(read()).isEqualTo(plain(frame));
        }
    }

    @Test
    void shouldSayPortAndGroups() throws IOException {
        // GETSOCKNAME; the cookie has port and mask.
        dialogue("10000000 05ff 0100 02000000 00000000", """
                30000000 0200 0003 02000000 07000000
                00000000 10000000 05ff 0100 02000000 00000000
                0c00 0300 07000000 01200000""");
    }

    @Test
    void shouldListMembershipsAsBitmapAndAsList() throws IOException {
        // SETSOCKOPT NETLINK_ADD_MEMBERSHIP 40
        dialogue("1c000000 03ff 0100 02000000 00000000 0e010000 01000000 28000000",
                "24000000 0200 0001 02000000 07000000 00000000 1c000000 03ff 0100 02000000 00000000");
        // GETSOCKOPT NETLINK_LIST_MEMBERSHIPS
        dialogue("18000000 04ff 0100 03000000 00000000 0e010000 09000000", """
                30000000 0200 0003 03000000 07000000
                00000000 18000000 04ff 0100 03000000 00000000
                0c00 0300 01200000 80000000""");
        // GETSOCKOPT CN_LIST_GROUPS
        dialogue("18000000 04ff 0100 04000000 00000000 0e010000 00010000", """
                34000000 0200 0003 04000000 07000000
                00000000 18000000 04ff 0100 04000000 00000000
                1000 0300 01000000 0e000000 28000000""");
    }

    @Test
    void shouldAnswerAPingAndAnUnknownControlFrame() throws IOException {
        // NLMSG_NOOP with NLM_F_ACK
        dialogue("10000000 0100 0500 05000000 00000000",
                "24000000 0200 0001 05000000 07000000 00000000 10000000 0100 0500 05000000 00000000");
        // EOPNOTSUPP, "there is no control frame of type 0xfff0", the type's offset
        dialogue("10000000 f0ff 0100 06000000 00000000", """
                5c000000 0200 0003 06000000 07000000
                a1ffffff 10000000 f0ff 0100 06000000 00000000
                2d00 0100 74686572 65206973 206e6f20 636f6e74 726f6c20
                6672616d 65206f66 20747970 65203078 66666630 00 000000
                0800 0200 04000000""");
    }

    @Test
    void shouldAcknowledgeAMessageAndBringTheReply() throws IOException {
        dialogue("""
                28000000 0300 0400 09000000 00000000
                0e000000 56040000 09000000 ffffffff 0400 0000 61626364""");
        // In either order; the reply's ack is the request's + 1, which wraps around.
        assertThat(List.of(read(), read())).containsExactlyInAnyOrder(
                plain("24000000 0200 0001 09000000 07000000 00000000 28000000 0300 0400 09000000 07000000"),
                plain("""
                        28000000 0300 0000 09000000 00000000
                        0e000000 56040000 09000000 00000000 0400 0000 61626364"""));
    }

    @Test
    void shouldSayWhyAMessageWasRefused() throws IOException {
        // ENODEV, "nobody has that id"
        dialogue("24000000 0300 0400 0a000000 00000000 05000000 06000000 00000000 00000000 0000 0000", """
                3c000000 0200 0003 0a000000 07000000
                edffffff 24000000 0300 0400 0a000000 07000000
                1700 0100 6e6f626f 64792068 61732074 68617420 696400 00""");
    }

    @Test
    void shouldBringSeveralMessagesInOneFrame() throws IOException {
        CnMsg one = CnMsg.of(new CbId(14, 0x456), 1, 0, new byte[] {0x61, 0x62, 0x63, 0x64});
        CnMsg two = CnMsg.of(new CbId(14, 0x457), 2, 0, new byte[0]);
        platform.connector.netlinkSendMult(List.of(one, two), 0, 14, null);
        expect("""
                3c000000 0300 0000 01000000 00000000
                0e000000 56040000 01000000 00000000 0400 0000 61626364
                0e000000 57040000 02000000 00000000 0000 0000""");
    }

    @Test
    void shouldBringWhereAMessageCameFrom() throws IOException {
        // SETSOCKOPT NETLINK_PKTINFO 1
        dialogue("1c000000 03ff 0100 02000000 00000000 0e010000 03000000 01000000",
                "24000000 0200 0001 02000000 07000000 00000000 1c000000 03ff 0100 02000000 00000000");
        platform.connector.netlinkSend(CnMsg.of(new CbId(14, 0x456), 3, 0, new byte[] {1}), 14);
        expect("20000000 01ff 0000 00000000 00000000 00000000 0e000000 0100000000000000", """
                25000000 0300 0000 03000000 00000000
                0e000000 56040000 03000000 00000000 0100 0000 01""");
    }

    @Test
    void shouldTellOfAUserThatComesAndGoesInTheLegacyForm() throws IOException {
        // idx 20 to 21, val 5, to group 1
        dialogue("""
                44000000 0300 0400 0c000000 00000000
                ffffffff ffffffff 00000000 00000000 2000 0000
                01000000 01000000 01000000 10000000 14000000 02000000 05000000 01000000""",
                "24000000 0200 0001 0c000000 07000000 00000000 44000000 0300 0400 0c000000 07000000");
        CbId id = new CbId(21, 5);
        platform.connector.addCallback(id, "guest", (msg, sender) -> { });
        platform.connector.delCallback(id);
        // ack 0: registered; 1: unregistered.
        expect("24000000 0300 0000 00000000 00000000 15000000 05000000 00000000 00000000 0000 0000",
                "24000000 0300 0000 00000000 00000000 15000000 05000000 00000000 01000000 0000 0000");
    }
}
