// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.impl.loop.EventLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the host's sockets cannot be reached: everything loads, and says why; other families work. */
@Timeout(60)
class UnsupportedHostTest {

    @Test
    void shouldSayThatTheHostIsNotSupportedAndServeOtherFamilies() throws Exception {
        assertThat(run("--enable-native-access=ALL-UNNAMED", "-Dos.name=Plan 9"))
                .contains("EAFNOSUPPORT", "on Linux only, and this is Plan 9", "memory: 1");
    }

    @Test
    void shouldNameTheFlagThatGrantsNativeAccess() throws Exception {
        assertThat(run("--illegal-native-access=deny"))
                .contains("EAFNOSUPPORT", "--enable-native-access=ALL-UNNAMED", "memory: 1");
    }

    private static String run(String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Another process' main class. */
    static final class Probe {

        private Probe() {
        }

        public static void main(String[] args) throws Exception {
            try (EventLoop loop = new EventLoop(); SocketCore core = new SocketCore(loop)) {
                SocketScope sockets = core.scope(-1, "");
                try {
                    sockets.socket(AF_INET, SOCK_STREAM, 0);
                } catch (KernelSocketException e) {
                    System.out.println(e.getMessage());
                }
                core.addFamily(new FamilyEntry(new MemoryFamily(), "memory", MemoryFamily.DOMAIN, 0, 0, 1));
                KernelSocket[] pair = sockets.socketpair(MemoryFamily.DOMAIN, SOCK_DGRAM, 0);
                Thread receiver = Thread.ofPlatform().start(() -> {
                    try {
                        System.out.println("memory: " + pair[1].recv(new byte[8], 0, 8, 0));
                    } catch (KernelSocketException e) {
                        System.out.println(e.getMessage());
                    }
                });
                Fixture.awaitBlocked(pair[1], 1);
                pair[0].send(new byte[1], 0, 1, 0);
                receiver.join();
            }
        }
    }
}
