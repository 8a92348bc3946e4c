// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import connector.api.wire.NetlinkErrno;
import connector.client.CnException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTroubleTest {

    @Test
    void shouldSayWhichFileIsNotThere(@TempDir Path folder) {
        CnException told = trouble(folder.resolve("missing.pcapng"));
        assertThat(told.errno()).isEqualTo(NetlinkErrno.ENOENT);
        assertThat(told).hasMessageContaining("missing.pcapng: no such file or directory");
    }

    @Test
    void shouldSayThatAFolderIsNoFile(@TempDir Path folder) {
        CnException told = trouble(folder);
        assertThat(told.errno()).isEqualTo(NetlinkErrno.EIO);
        assertThat(told).hasMessageContaining(folder + ": Is a directory");
    }

    @Test
    void shouldSayThatAFileMayNotBeRead() {
        // Root, as whom this may run, may read any.
        CnException told = FileTrouble.of("replay", "secret.pcapng", new AccessDeniedException("secret.pcapng"));
        assertThat(told.errno()).isEqualTo(NetlinkErrno.EACCES);
        assertThat(told).hasMessageContaining("secret.pcapng: permission denied");
    }

    private static CnException trouble(Path file) {
        IOException met = catchThrowableOfType(IOException.class, () -> Files.readAllBytes(file));
        return FileTrouble.of("replay", file.toString(), met);
    }
}
