// SPDX-License-Identifier: Apache-2.0
package ksock.impl.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import ksock.impl.loop.ChildProgram;
import org.junit.jupiter.api.Test;

class DescriptorLimitTest {

    @Test
    void shouldSurviveWithoutAFreeDescriptor() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 200 && exec \"$0\" \"$@\""));
        command.addAll(ChildProgram.command(FewDescriptors.class));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(240, TimeUnit.SECONDS)).as(said).isTrue();
            assertThat(said).contains("survived");
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
