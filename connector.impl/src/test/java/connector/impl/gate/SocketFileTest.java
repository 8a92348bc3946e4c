// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.client.CnSocket;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import ksock.api.KernelSockets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SocketFileTest {

    @TempDir
    Path directory;

    private Path path;
    private RunningBus platform;

    @BeforeEach
    void open() throws IOException {
        platform = new RunningBus();
        path = directory.resolve("gate.sock");
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private Gate gate() throws IOException {
        return Gate.open(GateSettings.at(path), platform.sockets, platform.netlink);
    }

    @Test
    void shouldBeForThisUserAlone() throws IOException {
        try (Gate gate = gate()) {
            assertThat(gate.toDTO().path).isEqualTo(path.toString());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
        }
    }

    @Test
    void shouldHaveTheModeThatWasAskedForWhateverTheUmask() throws IOException {
        GateSettings open = GateSettings.at(path).file(GateSettings.mode("666"), null);
        try (Gate gate = Gate.open(open, platform.sockets, platform.netlink)) {
            assertThat(gate.toDTO().name).isEqualTo("default");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-rw-rw-");
        }
    }

    @Test
    void shouldMakeItsDirectoryForThisUserAlone() throws IOException {
        path = directory.resolve("connector/gate.sock");
        try (Gate gate = gate()) {
            assertThat(gate.toDTO().listening).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void shouldLetOthersThroughItsDirectoryToASharedSocket() throws IOException {
        path = directory.resolve("connector/gate.sock");
        GateSettings shared = GateSettings.at(path).file(0660, null);
        try (Gate gate = Gate.open(shared, platform.sockets, platform.netlink)) {
            assertThat(gate.toDTO().listening).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())))
                    .isEqualTo("rwx--x--x");
        }
    }

    @Test
    void shouldNotOpenADirectoryThatItDidNotMakeButTellOfIt() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        GateSettings shared = GateSettings.at(path).file(0666, null);
        try (Gate gate = Gate.open(shared, platform.sockets, platform.netlink)) {
            assertThat(gate.toDTO().listening).isTrue();
            assertThat(SocketFile.closedDirectory(path)).isEqualTo(directory.toRealPath());
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
    }

    @Test
    void shouldSayThatADirectoryIsNoPathOfASocket() {
        assertThatThrownBy(() -> GateSettings.at(Path.of("/"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'/'").hasMessageContaining("file");
    }

    @Test
    void shouldLeaveThePathToOthersWhenItsSocketCannotBeMade() throws IOException {
        KernelSockets ended = (KernelSockets) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {KernelSockets.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException("ended");
                });
        GateSettings settings = GateSettings.at(path);
        assertThatThrownBy(() -> Gate.open(settings, ended, platform.netlink))
                .isInstanceOf(IllegalStateException.class);
        try (Gate gate = gate()) {
            assertThat(gate.toDTO().listening).isTrue();
        }
    }

    @Test
    void shouldRemoveItsFileAndThenBeTaken() throws IOException {
        gate().close();
        assertThat(path).doesNotExist();
        gate().close();
    }

    @Test
    void shouldRefuseAPathThatAnotherGateOfThisProcessHas() throws IOException {
        try (Gate gate = gate()) {
            assertThatThrownBy(this::gate).isInstanceOf(GateException.class)
                    .hasMessageContaining(path.toString()).hasMessageContaining("another gate of this process");
            assertThat(gate.toDTO().listening).isTrue();
            CnSocket.socket(path).close();
        }
    }

    @Test
    void shouldRefuseAPathThatALivePlatformHasAndNameIt() throws Exception {
        try (OtherPlatform other = new OtherPlatform(path)) {
            assertThatThrownBy(this::gate).isInstanceOf(GateException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("another platform, process " + other.pid())
                    .hasMessageContaining("configure another path");
            CnSocket.socket(path).close();
        }
    }

    @Test
    void shouldTakeThePlaceOfADeadPlatform() throws Exception {
        try (OtherPlatform other = new OtherPlatform(path)) {
            other.kill();
        }
        assertThat(path).as("it had no time to clean up").exists();
        try (Gate gate = gate()) {
            assertThat(gate.toDTO().listening).isTrue();
            CnSocket.socket(path).close();
        }
    }

    @Test
    void shouldKnowADeadEndInWhateverLanguageTheHostSpeaks() {
        assertThat(SocketFile.isRefused(new ConnectException("Verbindungsaufbau abgelehnt"))).isTrue();
        assertThat(SocketFile.isRefused(new SocketException("Datei oder Verzeichnis nicht gefunden"))).isFalse();
    }

    @Test
    void shouldNotRemoveWhatIsNoSocket() throws IOException {
        Files.writeString(path, "precious");

        assertThatThrownBy(this::gate).hasMessageContaining("no socket").hasMessageContaining(path.toString());
        assertThat(path).hasContent("precious");
    }

    @Test
    void shouldNotTakeThePlaceOfAStranger() throws IOException {
        try (ServerSocketChannel stranger = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stranger.bind(UnixDomainSocketAddress.of(path));

            assertThatThrownBy(this::gate).hasMessageContaining("in use by a process that is no platform");
            assertThat(path).exists();
        }
    }

    @Test
    void shouldLeaveWhatTookItsPlace() throws IOException {
        Gate gate = gate();
        Files.delete(path);
        Files.writeString(path, "another's");
        gate.close();

        assertThat(path).hasContent("another's");
    }

    @Test
    void shouldSayThatAPathIsTooLong() {
        path = directory.resolve("x".repeat(120));
        assertThatThrownBy(this::gate).isInstanceOf(GateException.class).hasMessageContaining("108 bytes");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldSayThatADirectoryCannotBeMade() {
        path = directory.resolve("a/b/gate.sock");
        assertThatThrownBy(this::gate).isInstanceOf(GateException.class)
                .hasMessageContaining("cannot make the directory");
    }

    @Test
    void shouldSayThatThereIsNoSuchGroupAndLeaveNothing() {
        GateSettings settings = GateSettings.at(path).file(0660, "no-such-group");
        long before = Descriptors.sockets();

        assertThatThrownBy(() -> Gate.open(settings, platform.sockets, platform.netlink))
                .hasMessageContaining("no group 'no-such-group'");
        assertThat(path).doesNotExist();
        assertThat(Descriptors.sockets()).isLessThanOrEqualTo(before);
    }
}
