// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessNamesTest {

    /** No process has such a number, so that a name for it can come from nowhere else. */
    private static final int GONE = Integer.MAX_VALUE;

    private final ProcessNames names = new ProcessNames(Path.of("/proc"));

    @Test
    void shouldReadTheNameOfALiveProcess() throws IOException {
        int self = (int) ProcessHandle.current().pid();

        assertThat(names.of(self)).isEqualTo(Files.readString(Path.of("/proc/self/comm")).strip()).isNotEmpty();
    }

    @Test
    void shouldHaveNoNameForAProcessThatWasNeverMet() {
        assertThat(names.of(GONE)).isEmpty();
        assertThat(names.executed(GONE)).isEmpty();
    }

    @Test
    void shouldGiveAForkedProcessItsParentsNameAndKeepItBeyondItsEnd() {
        int self = (int) ProcessHandle.current().pid();

        String parent = names.forked(self, GONE);

        assertThat(parent).isEqualTo(names.of(self));
        assertThat(names.of(GONE)).isEqualTo(parent);
        assertThat(names.executed(GONE)).isEqualTo(parent);
    }

    @Test
    void shouldForgetAProcessThatHasEnded() {
        names.renamed(GONE, "worker");
        assertThat(names.of(GONE)).isEqualTo("worker");

        names.ended(GONE);

        assertThat(names.of(GONE)).isEmpty();
    }

    @Test
    void shouldReadANumberAnewThatMayHaveBeenUsedAgainWhileEventsWereLost(@TempDir Path proc) throws IOException {
        ProcessNames own = new ProcessNames(proc);
        Path comm = Files.createDirectory(proc.resolve("42")).resolve("comm");
        Files.writeString(comm, "former\n");
        assertThat(own.of(42)).isEqualTo("former");
        Files.writeString(comm, "latter\n");

        own.lostEvents();

        assertThat(own.of(42)).isEqualTo("latter");
    }

    @Test
    void shouldReadAnewWhenAnotherProgramRuns(@TempDir Path proc) throws IOException {
        ProcessNames own = new ProcessNames(proc);
        Path comm = Files.createDirectory(proc.resolve("42")).resolve("comm");
        Files.writeString(comm, "sh\n");
        assertThat(own.of(42)).isEqualTo("sh");

        Files.writeString(comm, "sleep\n");

        assertThat(own.of(42)).isEqualTo("sh");
        assertThat(own.executed(42)).isEqualTo("sleep");
        assertThat(own.of(42)).isEqualTo("sleep");
    }
}
