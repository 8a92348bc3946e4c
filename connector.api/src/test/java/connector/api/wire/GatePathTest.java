// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatePathTest {

    @TempDir
    Path directory;

    @Test
    void shouldPreferTheRuntimeDirectoryOfTheSession() throws IOException {
        assertThat(GatePath.candidates(name -> directory.toString(), GatePath.uid()).getFirst())
                .isEqualTo(directory.resolve("connector/gate.sock"));
    }

    @Test
    void shouldNotTakeTheRuntimeDirectoryOfAnotherUser() throws IOException {
        assertThat(GatePath.candidates(name -> directory.toString(), GatePath.uid() + 1))
                .doesNotContain(directory.resolve("connector/gate.sock"));
    }

    @Test
    void shouldNotTakeARelativeRuntimeDirectory() throws IOException {
        assertThat(GatePath.candidates(name -> "run", GatePath.uid())).allMatch(Path::isAbsolute);
    }

    @Test
    void shouldFallBackToADirectoryOfTheUserInTmp() {
        assertThat(GatePath.candidates(name -> null, 54321)).containsExactly(Path.of("/tmp/connector-54321/gate.sock"));
    }

    @Test
    void shouldTellADirectoryFromALinkToOne() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);

        assertThat(GatePath.isOwn(directory, GatePath.uid())).isTrue();
        assertThat(GatePath.isOwn(link, GatePath.uid())).isFalse();
        assertThat(GatePath.isOwn(directory.resolve("none"), GatePath.uid())).isFalse();
    }
}
