// SPDX-License-Identifier: Apache-2.0
package ksock.impl.life;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.impl.loop.ChildProgram;
import ksock.impl.socket.Fixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process whose heap is full for a while: what it cannot do then it does not, and afterwards all is as before. */
@Timeout(300)
class FullHeapTest {

    private static final int BEFORE = 5;
    private static final int MEANWHILE = 60;
    private static final int AFTER = 20;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldGoOnAndLoseNoDescriptorWhenTheHeapHasRoomAgain() throws Exception {
        Process process = new ProcessBuilder(ChildProgram.command(FullHeapProgram.class, "-Xmx24m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (OutputStream commands = process.getOutputStream(); InputStream answers = process.getInputStream()) {
            SockAddr server = SockAddr.loopback4(answers.read() << 8 | answers.read());
            for (int i = 0; i < BEFORE; i++) {
                assertEcho(server, (byte) i);
            }

            tell(commands, answers, FullHeapProgram.FILL);
            KernelSocket[] unheard = new KernelSocket[MEANWHILE];
            for (int i = 0; i < MEANWHILE; i++) {
                unheard[i] = client(server);
                unheard[i].send(new byte[1], 0, 1, 0);
                if (i % 2 == 0) {
                    unheard[i].close();
                }
            }

            tell(commands, answers, FullHeapProgram.EMPTY);
            for (int i = 0; i < AFTER; i++) {
                assertEcho(server, (byte) i);
            }
            assertOneThatWaitsHoldsUpNoOther(server);

            commands.write(FullHeapProgram.END);
            commands.flush();
            assertThat(answers.read()).as("descriptors that are left").isZero();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void tell(OutputStream commands, InputStream answers, int command) throws IOException {
        commands.write(command);
        commands.flush();
        assertThat(answers.read()).isEqualTo(command);
    }

    private KernelSocket client(SockAddr server) throws KernelSocketException {
        KernelSocket client = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        client.within(Fixture.PATIENCE).connect(server);
        return client;
    }

    private void assertEcho(SockAddr server, byte sent) throws KernelSocketException {
        try (KernelSocket client = client(server)) {
            client.send(new byte[] {sent}, 0, 1, 0);
            assertAnswer(client, sent);
        }
    }

    private static void assertAnswer(KernelSocket client, byte expected) throws KernelSocketException {
        byte[] answer = new byte[2];
        assertThat(client.within(Fixture.PATIENCE).recv(answer, 0, 2, 0)).isEqualTo(1);
        assertThat(answer[0]).isEqualTo(expected);
    }

    private void assertOneThatWaitsHoldsUpNoOther(SockAddr server) throws KernelSocketException {
        KernelSocket waits = client(server);
        waits.send(new byte[] {FullHeapProgram.WAIT}, 0, 1, 0);
        assertEcho(server, FullHeapProgram.GO);
        assertAnswer(waits, FullHeapProgram.WAIT);
    }
}
