// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.api.CbId;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlMsgHdr;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The socket's file, or its directory, is taken from a gate that is in use. */
@Timeout(60)
class LostFileTest {

    @TempDir
    Path directory;

    private Path path;
    private RunningBus platform;
    private Gate gate;
    private RawClient before;

    @BeforeEach
    void open() throws IOException {
        path = directory.resolve("run/gate.sock");
        platform = new RunningBus();
        platform.connector.addCallback(new CbId(14, 1110), "test", (msg, sender) -> { });
        gate = Gate.open(GateSettings.at(path), platform.sockets, platform.netlink);
        before = new RawClient(path);
        assertThatIsServed(before);
    }

    @AfterEach
    void close() throws IOException {
        before.close();
        gate.close();
        platform.close();
    }

    private static void assertThatIsServed(RawClient client) throws IOException {
        client.write(CnMsgHdr.frame(NlMsgHdr.NLM_F_ACK, 14, 1110, 1, 0, 0, new byte[0]));
        assertThat(client.readErrno(1)).isZero();
    }

    private void assertThatNobodyFindsIt() throws IOException {
        assertThat(gate.isFound()).isFalse();
        assertThat(gate.toDTO().listening).isFalse();
        assertThat(gate.toDTO().failure).isEqualTo(path + " was removed or replaced: nobody can connect there");
        assertThat(gate.toDTO().clients).as("who was there still is").isEqualTo(1);
        assertThatIsServed(before);
    }

    private void assertThatItComesBack() throws IOException {
        gate.restore();
        assertThat(gate.isFound()).isTrue();
        assertThat(gate.toDTO().listening).isTrue();
        assertThat(gate.toDTO().failure).isNull();
        try (RawClient after = new RawClient(path)) {
            assertThatIsServed(after);
            assertThatIsServed(before);
            assertThat(gate.toDTO().clients).isEqualTo(2);
        }
    }

    @Test
    void shouldComeBackWhenItsFileWasRemoved() throws IOException {
        long open = Descriptors.sockets();
        Files.delete(path);
        assertThatNobodyFindsIt();
        assertThatItComesBack();
        before.close();
        gate.close();
        assertThat(path).doesNotExist();
        assertThat(Descriptors.sockets()).as("its listeners, too").isLessThan(open);
    }

    @Test
    void shouldComeBackWhenItsDirectoryWasRemoved() throws IOException {
        Files.delete(path);
        Files.delete(path.resolveSibling("gate.sock.lock"));
        Files.delete(path.getParent());
        assertThatNobodyFindsIt();
        assertThatItComesBack();
        assertThat(path.resolveSibling("gate.sock.lock")).as("its lock").isNotEmptyFile();
    }

    @Test
    void shouldComeBackWhenItsDirectoryWasMovedAway() throws IOException {
        Path away = directory.resolve("away");
        Files.move(path.getParent(), away);
        assertThatNobodyFindsIt();
        assertThatItComesBack();
        assertThat(away.resolve("gate.sock")).as("is no longer looked after").exists();
    }

    @Test
    void shouldLeaveWhatTookItsPlaceAndComeBackWhenThatIsGone() throws IOException {
        Files.writeString(directory.resolve("precious"), "precious");
        Files.move(directory.resolve("precious"), path, StandardCopyOption.REPLACE_EXISTING);
        assertThatNobodyFindsIt();
        assertThatThrownBy(gate::restore).isInstanceOf(GateException.class)
                .hasMessageContaining(path + " is there and is no socket: remove it");
        assertThat(path).hasContent("precious");
        assertThatNobodyFindsIt();
        Files.delete(path);
        assertThatItComesBack();
    }

    @Test
    void shouldLeaveTheSocketOfAnotherThatTookItsPlace() throws IOException {
        Files.delete(path);
        try (ServerSocketChannel stranger = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stranger.bind(UnixDomainSocketAddress.of(path));
            assertThatNobodyFindsIt();
            assertThatThrownBy(gate::restore).hasMessageContaining("in use by a process that is no platform");
        }
        assertThatItComesBack();
    }

    @Test
    void shouldNotDisturbAnotherPlatformThatTookItsPlace() throws Exception {
        Files.delete(path);
        Files.delete(path.resolveSibling("gate.sock.lock"));
        try (OtherPlatform other = new OtherPlatform(path)) {
            assertThatNobodyFindsIt();
            assertThatThrownBy(gate::restore).hasMessageContaining("another platform, process " + other.pid());
            assertThatNobodyFindsIt();
            gate.close();
            new RawClient(path).close();
        }
    }

    @Test
    void shouldComeBackWhereItsPlaceWasLostAgain() throws IOException {
        for (int times = 0; times < 3; times++) {
            Files.delete(path);
            assertThatItComesBack();
        }
    }
}
