// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SlotsTest {

    @Test
    void shouldStayWholeWhereThereIsMemoryForAPartOnly() throws Exception {
        List<String> printed = ChildProgram.lines(SlotsProgram.class, "-Xmx64m", "-XX:+UseSerialGC");

        assertThat(printed).hasSize(2).contains("good");
        assertThat(Integer.parseInt(printed.getFirst())).isGreaterThan(4);
    }
}
