// SPDX-License-Identifier: Apache-2.0
package ksock.impl.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DescriptorLimitTest {

    @Test
    void shouldSurviveWithoutAFreeDescriptor() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder("sh", "-c", "ulimit -n 200 && exec \"$0\" \"$@\"", java.toString(),
                "--enable-native-access=ALL-UNNAMED", "-Xshare:auto", "-cp", System.getProperty("java.class.path"),
                FewDescriptors.class.getName()).redirectErrorStream(true).start();
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
