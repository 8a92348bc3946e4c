// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import ksock.impl.loop.ChildProgram;
import org.junit.jupiter.api.Test;

class DeepStackTest {

    @Test
    void shouldCloseASocketInWhoseCallsAThreadHasRunOutOfStack() throws Exception {
        List<String> printed = ChildProgram.lines(DeepStackProgram.class);

        assertThat(printed).hasSize(11).allSatisfy(line -> assertThat(line).endsWith(": " + DeepStackProgram.ROUNDS));
    }

    @Test
    void shouldCloseSocketsAndGoOnWithABatchInWhoseSendAThreadHasRunOutOfStack() throws Exception {
        List<String> printed = ChildProgram.lines(DeepBatchProgram.class);

        assertThat(printed).containsExactly("goes on: " + DeepBatchProgram.ROUNDS, "closed: " + DeepBatchProgram.ROUNDS,
                "rings left: 0");
    }

    @Test
    void shouldCloseASocketIntoWhichAThreadWithoutStackCameTooLate() throws Exception {
        // Interpreted, since compiled code makes of both calls one that either has stack or has none.
        List<String> printed = ChildProgram.lines(DeepEntryProgram.class, "-Xint");

        assertThat(printed).containsExactly("closed: " + DeepEntryProgram.ROUNDS);
    }
}
