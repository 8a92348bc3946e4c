// SPDX-License-Identifier: Apache-2.0
package connector.client;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.wire.NetlinkErrno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In the words of a host that does not speak English. */
class ConnectFailureTest {

    @TempDir
    private Path directory;

    @Test
    void shouldTellAPlatformThatHasEndedFromAFileThatIsNoSocket() throws IOException {
        Path dead = directory.resolve("gate.sock");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(dead)).close();
        IOException refused = new ConnectException("Verbindungsaufbau abgelehnt");
        assertThat(ConnectFailure.of(dead, refused)).hasMessageContaining("does not run any more")
                .extracting(CnException::errno).isEqualTo(NetlinkErrno.ECONNREFUSED);
        assertThat(ConnectFailure.of(Files.createFile(directory.resolve("file")), refused))
                .hasMessageContaining("is no socket");
    }

    @Test
    void shouldTellAnotherUsersPlatformFromNone() {
        Path gate = directory.resolve("gate.sock");
        assertThat(ConnectFailure.of(gate, new BindException("Keine Berechtigung")))
                .extracting(CnException::errno).isEqualTo(NetlinkErrno.EACCES);
        assertThat(ConnectFailure.of(gate, new SocketException("Datei oder Verzeichnis nicht gefunden")))
                .extracting(CnException::errno).isEqualTo(NetlinkErrno.ENOENT);
    }
}
