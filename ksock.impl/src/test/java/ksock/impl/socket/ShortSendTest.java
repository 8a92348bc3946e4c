// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_SNDBUF;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocking sends of so little that they first try not to wait, where there is no room, or room for a part. */
@Timeout(300)
class ShortSendTest {

    private static final int BLOCK = 4093;
    private static final int BLOCKS = 3000;

    private final Fixture fixture = new Fixture();
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        fixture.close();
        arena.close();
    }

    static Stream<Arguments> streams() {
        return Stream.of(Threads.values())
                .flatMap(threads -> Stream.of(true, false).map(tcp -> Arguments.of(threads, tcp)));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void shouldSendEachByteOnceInOrder(Threads threads, boolean tcp) throws Exception {
        KernelSocket[] pair = connected(tcp);
        FutureTask<Integer> sending = threads.run(() -> sendAll(pair[0]));

        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] some = new byte[3 * BLOCK];
        long total = 0;
        while (total < (long) BLOCK * BLOCKS) {
            int received = (int) pair[1].recv(some, 0, 1 + random.nextInt(some.length), 0);
            assertThat(received).as("seed %d", seed).isPositive();
            for (int i = 0; i < received; i++) {
                if (some[i] != byteAt(total + i)) {
                    assertThat(some[i]).as("byte %d, seed %d", total + i, seed).isEqualTo(byteAt(total + i));
                }
            }
            total += received;
        }

        assertThat(sending.get()).as("blocks that were sent whole").isEqualTo(BLOCKS);
        assertThat(pair[1].recv(some, 0, 1, MSG_DONTWAIT)).isEqualTo(KernelSocket.WOULD_BLOCK);
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeWokenByCloseWhenThereIsNoRoom(Threads threads) throws Exception {
        // What is on its way to a TCP peer would make room for some later.
        KernelSocket[] pair = connected(false);
        Fixture.fill(pair[0]);
        FutureTask<Void> sending = threads.run(() -> {
            Fixture.assertErrno(Errno.EINTR, () -> pair[0].send(arena.allocate(1), 0, 1, 0));
            return null;
        });
        Fixture.awaitBlocked(pair[0], 1);

        pair[0].close();

        sending.get();
    }

    private KernelSocket[] connected(boolean tcp) throws KernelSocketException {
        KernelSocket[] pair = tcp ? fixture.connection() : fixture.pair(SOCK_STREAM);
        // With so little, a packet's rest often has room for a part of a block, and there is none for a second packet.
        pair[0].setsockopt(SOL_SOCKET, SO_SNDBUF, 20_000);
        return pair;
    }

    private int sendAll(KernelSocket socket) throws KernelSocketException {
        MemorySegment block = arena.allocate(BLOCK);
        for (int i = 0; i < BLOCKS; i++) {
            for (int j = 0; j < BLOCK; j++) {
                block.set(ValueLayout.JAVA_BYTE, j, byteAt((long) i * BLOCK + j));
            }
            if (socket.send(block, 0, BLOCK, 0) != BLOCK) {
                return i;
            }
        }
        return BLOCKS;
    }

    /** With a period that no block and no page has. */
    private static byte byteAt(long position) {
        return (byte) (position % 251);
    }
}
