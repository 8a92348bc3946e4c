// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static connector.api.wire.ProcEvent.PROC_EVENT_EXEC;
import static connector.api.wire.ProcEvent.PROC_EVENT_EXIT;
import static connector.api.wire.ProcEvent.PROC_EVENT_FORK;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventMasksTest {

    private static final int PORT = 4711;

    private final EventMasks masks = new EventMasks();

    @ParameterizedTest(name = "mask {0}: fork {1}, exit 0 {2}, exit 1 {3}")
    @CsvSource({
        "0, true, true, true",
        "1, true, false, false",
        "0x20000000, false, false, true",
        "0x80000000, false, true, true",
        "0x10000000, true, true, true",    // no event that there is: all, as in Linux
        "0xffffffff, true, true, true",
    })
    void shouldPassWhatWasAskedForAsLinuxDoes(String mask, boolean fork, boolean exitZero, boolean exitOne) {
        masks.listen(new Client(PORT),
                Integer.parseUnsignedInt(mask.replace("0x", ""), mask.startsWith("0x") ? 16 : 10));

        assertThat(masks.passes(PORT, PROC_EVENT_FORK, 0)).isEqualTo(fork);
        assertThat(masks.passes(PORT, PROC_EVENT_EXIT, 0)).isEqualTo(exitZero);
        assertThat(masks.passes(PORT, PROC_EVENT_EXIT, 1)).isEqualTo(exitOne);
    }

    @Test
    void shouldPassNothingToWhoAskedForNothingAndAllToWhoNeverAsked() {
        Client client = new Client(PORT);
        masks.ignore(client);
        assertThat(masks.passes(PORT, PROC_EVENT_EXEC, 0)).isFalse();
        assertThat(masks.passes(PORT + 1, PROC_EVENT_EXEC, 0)).isTrue();
        masks.listen(client, 0);
        assertThat(masks.passes(PORT, PROC_EVENT_EXEC, 0)).isTrue();
        assertThat(masks.isEmpty()).isTrue();
    }

    @Test
    void shouldForgetWhatAPortAskedForOnceItIsClosed() {
        Client gone = new Client(PORT);
        masks.ignore(gone);
        gone.open = false;
        assertThat(masks.passes(PORT, PROC_EVENT_EXEC, 0)).as("the id is another's now").isTrue();
        masks.listen(new Client(PORT + 1), 0);
        assertThat(masks.isEmpty()).isTrue();
    }
}
