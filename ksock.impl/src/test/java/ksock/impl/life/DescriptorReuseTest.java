// SPDX-License-Identifier: Apache-2.0
package ksock.impl.life;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.impl.conformance.Descriptors;
import ksock.impl.conformance.Ground;
import ksock.impl.conformance.Service;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads send and receive on sockets that other threads close and make anew, so that descriptor numbers are used again
 * at once. Each pair has a tag, and sends nothing else: a byte of another tag went through a number to the wrong
 * socket.
 *
 * <p>{@code -Dksock.reuse.seed} plays the same choices again, {@code -Dksock.reuse.calls} more of them.
 */
class DescriptorReuseTest {

    private static final int PAIRS = 6;
    private static final int THREADS = 4;
    private static final Set<Errno> OF_A_CLOSED_PAIR = EnumSet.of(Errno.ENOTSOCK, Errno.EINTR, Errno.EPIPE,
            Errno.ECONNRESET);

    private final KernelSockets sockets = Service.open();
    private final AtomicReferenceArray<Tagged> pairs = new AtomicReferenceArray<>(PAIRS);
    private final AtomicInteger tags = new AtomicInteger();

    /** Two ends, and the one byte that goes between them. */
    private record Tagged(KernelSocket near, KernelSocket far, byte tag) {

        void close() {
            near.close();
            far.close();
        }
    }

    @ParameterizedTest(name = "virtual threads: {0}")
    @ValueSource(booleans = {false, true})
    void shouldNeverHitTheSocketThatHasTheNumberNow(boolean virtual) throws Exception {
        long seed = Long.getLong("ksock.reuse.seed", System.nanoTime());
        int calls = Integer.getInteger("ksock.reuse.calls", 10_000);
        System.out.printf("descriptor reuse: seed %d, %d calls in each of %d threads%n", seed, calls, THREADS);
        long before = Descriptors.open();
        for (int i = 0; i < PAIRS; i++) {
            pairs.set(i, make());
        }
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            CompletableFuture<Void> end = new CompletableFuture<>();
            ends.add(end);
            (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(() -> {
                try {
                    for (int call = 0; call < calls; call++) {
                        call(random);
                    }
                    end.complete(null);
                } catch (Throwable e) {
                    end.completeExceptionally(e);
                }
            });
        }
        for (CompletableFuture<Void> end : ends) {
            Ground.join(end);
        }
        for (int i = 0; i < PAIRS; i++) {
            pairs.get(i).close();
        }
        assertThat(Descriptors.open()).isLessThanOrEqualTo(before);
    }

    private void call(Random random) throws KernelSocketException {
        int index = random.nextInt(PAIRS);
        Tagged pair = pairs.get(index);
        try {
            switch (random.nextInt(8)) {
                case 0 -> pairs.getAndSet(index, make()).close();
                case 1 -> pair.near.close();
                case 2, 3, 4 -> pair.near.send(new byte[] {pair.tag, pair.tag}, 0, 2, MSG_DONTWAIT);
                default -> receive(pair);
            }
        } catch (KernelSocketException e) {
            assertThat(e.errno()).as(e.getMessage()).isIn(OF_A_CLOSED_PAIR);
        }
    }

    private static void receive(Tagged pair) throws KernelSocketException {
        byte[] data = new byte[16];
        long count = pair.far.recv(data, 0, data.length, MSG_DONTWAIT);
        for (int i = 0; i < count; i++) {
            assertThat(data[i]).as("a byte that came through").isEqualTo(pair.tag);
        }
    }

    private Tagged make() throws KernelSocketException {
        KernelSocket[] two = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        return new Tagged(two[0], two[1], (byte) tags.incrementAndGet());
    }
}
