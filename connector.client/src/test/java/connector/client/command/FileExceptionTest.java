// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import connector.client.pcapng.CaptureReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileExceptionTest {

    @Test
    void shouldSayWhichFileIsNotThere(@TempDir Path folder) {
        Path missing = folder.resolve("missing.pcapng");
        assertThat(FileException.reading("missing.pcapng", trouble(missing)))
                .hasMessage("cannot read missing.pcapng: No such file or directory");
    }

    @Test
    void shouldSayThatAFolderIsNoFile(@TempDir Path folder) {
        assertThat(FileException.reading("folder", trouble(folder))).hasMessage("cannot read folder: Is a directory");
    }

    @Test
    void shouldSayThatAFileMayNotBeRead() {
        // Root, as whom this may run, may read any.
        assertThat(FileException.reading("secret.pcapng", new AccessDeniedException("secret.pcapng")))
                .hasMessage("cannot read secret.pcapng: Permission denied");
    }

    @Test
    void shouldSayThatThereIsNoRoom() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "a device that is full");
        IOException met = catchThrowableOfType(IOException.class, () -> Files.write(full, new byte[1]));
        assertThat(FileException.writing("/dev/full", met))
                .hasMessage("cannot write /dev/full: No space left on device");
    }

    @Test
    void shouldSayWhereAFileIsNoCapture() {
        IOException met = catchThrowableOfType(IOException.class,
                () -> new CaptureReader(new ByteArrayInputStream(new byte[64])).next());
        assertThat(FileException.reading("zeros", met))
                .hasMessageStartingWith("cannot read zeros: at byte 0: this is no pcapng file");
    }

    private static IOException trouble(Path file) {
        return catchThrowableOfType(IOException.class, () -> Files.readAllBytes(file));
    }
}
