// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process of another user, which only root can start: nobody (65534), at a gate that its file lets everybody reach.
 */
@Timeout(300)
class OtherUserTest {

    private static final int NOBODY = 65534;
    private static final CbId ID = new CbId(123, 1);

    /** Sends what its second argument says in hex, and prints what comes back within a moment of silence. */
    private static final String SCRIPT = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
            s.sendall(bytes.fromhex(sys.argv[2])); s.shutdown(socket.SHUT_WR)
            got = b''
            while True:
                more = s.recv(65536)
                if not more: break
                got += more
            print(got.hex())
            """;

    private final BlockingQueue<CnMsg> received = new LinkedBlockingQueue<>();
    private Path directory;
    private Path path;
    private RunningBus platform;
    private Gate gate;

    @BeforeEach
    void open() throws IOException {
        assumeTrue((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                "only root can start a process of another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")) && Files.isExecutable(Path.of("/usr/bin/python3")),
                "this test needs setpriv and python3");
        directory = Files.createTempDirectory("cn-other-user");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        // Made by the gate, which has to let nobody through it.
        path = directory.resolve("connector").resolve("gate.sock");
        platform = new RunningBus();
        platform.connector.addCallback(ID, "test", (msg, sender) -> received.add(msg));
        gate = Gate.open(GateSettings.at(path).file(0666, null), platform.sockets,
                platform.netlink);
    }

    @AfterEach
    void close() throws IOException {
        if (platform != null) {
            gate.close();
            platform.close();
            Files.deleteIfExists(path.resolveSibling("gate.sock.lock"));
            Files.deleteIfExists(path.getParent());
            Files.deleteIfExists(directory);
        }
    }

    private List<Integer> answersTo(byte[]... frames) throws Exception {
        StringBuilder hex = new StringBuilder();
        for (byte[] frame : frames) {
            hex.append(HexFormat.of().formatHex(frame));
        }
        Process process = new ProcessBuilder("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups",
                "/usr/bin/python3", "-c", SCRIPT, path.toString(), hex.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        ByteBuffer in = NlMsgHdr.buffer(HexFormat.of().parseHex(output.strip()));
        List<Integer> errnos = new ArrayList<>();
        for (int at = 0; at < in.limit(); at += NlMsgHdr.align(NlMsgHdr.length(in, at))) {
            assertThat(NlMsgHdr.type(in, at)).isEqualTo(NlMsgHdr.NLMSG_ERROR);
            errnos.add(NlMsgErr.errno(in, at));
        }
        return errnos;
    }

    private static byte[] message(int idx, int val) {
        byte[] frame = new byte[NlMsgHdr.SIZE + CnMsgHdr.SIZE];
        ByteBuffer out = NlMsgHdr.buffer(frame);
        NlMsgHdr.put(out, frame.length, NlMsgHdr.NLMSG_DONE, NlMsgHdr.NLM_F_ACK, 1, 0);
        CnMsgHdr.put(out, idx, val, 9, 0, 0, 0);
        return frame;
    }

    private static byte[] join(int group) {
        byte[] frame = new byte[GateControl.VALUE + Integer.BYTES];
        GateControl.putSetSockOpt(NlMsgHdr.buffer(frame), 2, GateControl.SOL_NETLINK,
                GateControl.NETLINK_ADD_MEMBERSHIP, group);
        return frame;
    }

    private static byte[] dump() {
        byte[] frame = message(-1, -1);
        NlMsgHdr.put(NlMsgHdr.buffer(frame), frame.length, NlMsgHdr.NLMSG_DONE,
                NlMsgHdr.NLM_F_ACK | NlMsgHdr.NLM_F_DUMP, 3, 0);
        return frame;
    }

    @Test
    void shouldRefuseEverythingAlikeToNobodyByDefault() throws Exception {
        assertThat(answersTo(message(123, 1), message(99, 99), join(123), dump()))
                .as("an id that is there and one that is not, a group, the list")
                .containsOnly(NetlinkErrno.EPERM).hasSize(4);

        assertThat(received).isEmpty();
        assertThat(platform.policy.toDTO().refused).containsEntry("send", 2L).containsEntry("listen", 1L)
                .containsEntry("notify", 1L);
    }

    @Test
    void shouldAllowNobodyWhatARuleAllows() throws Exception {
        platform.policy.put("nobody", Map.of("idx", "123", "allow.send", "uid:" + NOBODY,
                "allow.listen", "gid:" + NOBODY));

        assertThat(answersTo(message(123, 1), message(99, 99), message(123, 2), join(123), join(99), dump()))
                .containsExactly(0, NetlinkErrno.EPERM, NetlinkErrno.ENODEV, 0, NetlinkErrno.EPERM,
                        NetlinkErrno.EPERM);

        assertThat(received).hasSize(1);
    }

    @Test
    void shouldNotLetABadRuleOpenAnything() throws Exception {
        assertThatThrownBy(() -> platform.policy.put("bad", Map.of("allow.send", "any", "idx", "x")))
                .hasMessageContaining("idx: 'x'");

        assertThat(answersTo(message(123, 1))).containsExactly(NetlinkErrno.EPERM);
    }
}
