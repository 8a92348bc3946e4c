// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static org.assertj.core.api.Assertions.assertThat;

import ksock.impl.loop.ChildProgram;
import org.junit.jupiter.api.Test;

class ShortageTest {

    @Test
    void shouldBackOffWithoutDescriptorsAndAcceptAsSoonAsOneIsGivenBack() throws Exception {
        String[] printed = ChildProgram.run(ShortageProgram.class).split(" ", 3);
        int raised = Integer.parseInt(printed[0]);
        long shortageMs = Long.parseLong(printed[1]);
        long recoveryMs = Long.parseLong(printed[2]);

        assertThat(raised).as("no spinning").isBetween(ShortageProgram.REFUSALS, ShortageProgram.REFUSALS + 2);
        assertThat(shortageMs).as("10 + 20 + 40 + 80 + 160 + 320 + 640 ms").isGreaterThanOrEqualTo(1270);
        assertThat(recoveryMs).as("before the next try by the clock").isLessThan(900);
    }
}
