// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import connector.api.CbId;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients and platforms that are in namespaces of their own, where users and processes have other numbers, or none. */
@Timeout(120)
class NamespaceTest {

    @TempDir
    Path directory;

    private static void assumeNamespaces(String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of("unshare"));
        line.addAll(List.of(options));
        line.add("true");
        boolean can = false;
        try {
            can = new ProcessBuilder(line).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            // No such program: said below.
        }
        assumeTrue(can, "'" + String.join(" ", line) + "' is not possible here");
    }

    /** What its gate says of us to a platform in a namespace without users, and in one of processes: nothing. */
    @Test
    void shouldTrustNobodyWhomThePlatformsNamespaceDoesNotKnow() throws Exception {
        assumeNamespaces("--user", "--pid", "--fork");
        Path gate = directory.resolve("gate.sock");
        Process platform = new ProcessBuilder("unshare", "--user", "--pid", "--fork", "--kill-child",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-cp", System.getProperty("java.class.path"), NamespaceTest.class.getName(), gate.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader said = platform.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isEqualTo(
                    "its own uid is the one of all others: true; user 1000 is told from others: true");
            try (RawClient client = new RawClient(gate)) {
                byte[] message = CnMsgHdr.frame(NlMsgHdr.NLM_F_ACK, 14, 1110, 1, 0, 0, new byte[0]);
                assertThat(client.write(message).readErrno(1)).isEqualTo(NetlinkErrno.EPERM);
                platform.getOutputStream().close();
                assertThat(said.readLine()).isEqualTo("uid -1, gid -1, process -1, groups []");
            }
            assertThat(platform.waitFor()).isZero();
        } finally {
            platform.destroyForcibly();
        }
    }

    /** Where nothing is told of users: root is served, and nobody else whom the platform cannot tell from others. */
    @Test
    void shouldKnowNobodyButRootWhereThereIsNoProc() throws Exception {
        assumeNamespaces("--user", "--map-root-user", "--mount");
        Path gate = directory.resolve("gate.sock");
        Path java = Path.of(System.getProperty("java.home"));
        // Without /proc the launcher cannot find its libraries by itself.
        Process platform = new ProcessBuilder("unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                "mount -t tmpfs none /proc && LD_LIBRARY_PATH=\"$1\" && export LD_LIBRARY_PATH && shift && exec \"$@\"",
                "sh", java.resolve("lib").toString(), java.resolve("bin/java").toString(),
                // Whose home it is says who one is there; root's is root's outside.
                "-Duser.home=" + directory,
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-cp", System.getProperty("java.class.path"), NamespaceTest.class.getName(), gate.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader said = platform.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isEqualTo(
                    "its own uid is the one of all others: false; user 1000 is told from others: false");
            try (RawClient client = new RawClient(gate)) {
                byte[] message = CnMsgHdr.frame(NlMsgHdr.NLM_F_ACK, 14, 1110, 1, 0, 0, new byte[0]);
                assertThat(client.write(message).readErrno(1)).as("root here is root there").isZero();
                platform.getOutputStream().close();
                assertThat(said.readLine()).startsWith("uid 0, gid 0, process ");
            }
            assertThat(platform.waitFor()).isZero();
        } finally {
            platform.destroyForcibly();
        }
    }

    /** What runs in the other process: a gate, until its standard input ends. */
    public static void main(String... arguments) throws IOException {
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(
                        GateSettings.at(Path.of(arguments[0])), platform.sockets, platform.netlink)) {
            platform.connector.addCallback(new CbId(14, 1110), "test", (msg, sender) -> { });
            System.out.println("its own uid is the one of all others: " + (platform.uid() == 65534)
                    + "; user 1000 is told from others: " + (IdMap.USERS.known(1000) == 1000));
            System.in.transferTo(System.out);
            assertThat(gate.toDTO().clients).isEqualTo(1);
            platform.netlink.ports().stream().map(port -> port.identity()).filter(who -> !who.inPlatform())
                    .forEach(who -> System.out.println("uid " + who.uid() + ", gid " + who.gid() + ", process "
                            + who.pid() + ", groups " + who.groups()));
        }
    }
}
