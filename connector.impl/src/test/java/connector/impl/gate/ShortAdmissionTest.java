// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.wire.NlMsgHdr;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients for whom there is no memory, at whichever allocation on their way from being taken in to being gone. */
@Timeout(120)
class ShortAdmissionTest {

    private static final int FEW = 20;
    private static final int MANY = 1000;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String NOTHING = "0 clients, 0 users, 0 ports";

    @TempDir
    Path directory;

    /** Whether it is answered; not so is disconnected. Whoever is neither is an error. */
    private boolean isServed() throws Exception {
        try (RawClient client = new RawClient(directory.resolve("gate.sock"))) {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    client.write(RawClient.header(NlMsgHdr.SIZE, NlMsgHdr.NLMSG_NOOP, NlMsgHdr.NLM_F_ACK, 1));
                    return client.read() != null;
                } catch (IOException e) {
                    return false;
                }
            }).get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void awaitNothing(Supplier<?> gate, int allocation) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(SOON).untilAsserted(() ->
                assertThat(gate.get()).as("after allocation %s failed", allocation).isEqualTo(NOTHING));
    }

    @Test
    void shouldServeOrDisconnectAndKeepNothingWhicheverAllocationFails() throws Exception {
        Object gate = new AllocationFailures().loadClass(OneClientGate.class.getName())
                .getConstructor(Path.class).newInstance(directory.resolve("gate.sock"));
        Supplier<?> state = (Supplier<?>) gate;
        try {
            assertThat(isServed()).isTrue();
            awaitNothing(state, 0);
            long sockets = Descriptors.sockets();
            int refused = 0;
            int allocation = 0;
            boolean failed = true;
            while (failed) {
                allocation++;
                assertThat(allocation).isLessThan(MANY);
                AllocationFailures.fail(allocation, thread -> thread.getName().startsWith("ksock-loop"));
                refused += isServed() ? 0 : 1;
                awaitNothing(state, allocation);
                failed = AllocationFailures.end();
            }
            assertThat(refused).as("of %s allocations, those without which nobody can be served", allocation - 1)
                    .isGreaterThan(FEW);
            assertThat(isServed()).isTrue();
            awaitNothing(state, allocation);
            assertThat(Descriptors.sockets()).isLessThanOrEqualTo(sockets);
        } finally {
            AllocationFailures.end();
            ((AutoCloseable) gate).close();
        }
    }
}
