// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.impl.socket.Batches.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SendBatch;
import ksock.impl.libc.IoUringCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How batches are had, whose they are, and that they give back what they have of the host. */
@Timeout(300)
class BatchOwnershipTest {

    private static final int MOST_SENDS = 4096;
    private static final int MOST_BYTES = 16 << 20;

    private final Fixture fixture = new Fixture();
    private final SocketScope owner = fixture.core.scope(42, "an.owner");
    private final long before = Batches.rings();

    @AfterEach
    void close() {
        owner.close();
        fixture.close();
    }

    @Test
    void shouldBeHadInSizesWithinBounds() throws Exception {
        for (int[] size : new int[][] {{0, 1}, {-1, 1}, {MOST_SENDS + 1, 1}, {Integer.MAX_VALUE, 1}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> owner.sendBatch(size[0], size[1]))
                    .withMessageContaining("sends").withMessageContaining(String.valueOf(size[0]));
        }
        for (int[] size : new int[][] {{1, 0}, {1, -1}, {1, MOST_BYTES + 1}, {1, Integer.MIN_VALUE}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> owner.sendBatch(size[0], size[1]))
                    .withMessageContaining("bytes").withMessageContaining(String.valueOf(size[1]));
        }
        owner.sendBatch(1, 1).close();
        owner.sendBatch(MOST_SENDS, MOST_BYTES).close();
        awaitRings(before);
    }

    @Test
    void shouldSendAsManyAsItMay() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        try (SendBatch batch = owner.sendBatch(MOST_SENDS, 64 * MOST_SENDS)) {
            byte[] received = new byte[MOST_SENDS];
            for (int round = 0; round < 3; round++) {
                long taken = 0;
                for (int i = 0; i < MOST_SENDS; i++) {
                    assertThat(batch.add(pair[0], ByteBuffer.wrap(new byte[] {(byte) (i * 31)}))).isTrue();
                }
                assertThat(batch.add(pair[0], bytes("x"))).isFalse();
                batch.send();
                // Of such small pieces a stream does not take that many: those behind the last are refused.
                for (int i = 0; i < MOST_SENDS; i++) {
                    long result = batch.result(i);
                    assertThat(result).isEqualTo(i == taken ? Math.max(result, KernelSocket.WOULD_BLOCK)
                            : KernelSocket.WOULD_BLOCK);
                    taken += Math.max(0, result);
                }
                assertThat(taken).isGreaterThan(100);
                assertThat(pair[1].recv(received, 0, MOST_SENDS, 0)).isEqualTo(taken);
                for (int i = 0; i < taken; i++) {
                    assertThat(received[i]).isEqualTo((byte) (i * 31));
                }
            }
        }
    }

    @Test
    void shouldGoWithTheirOwner() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        List<SendBatch> batches = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            SendBatch batch = owner.sendBatch(4, 64);
            batch.add(pair[0], bytes("x"));
            batches.add(batch);
        }
        SendBatch others = fixture.sockets.sendBatch(4, 64);

        owner.close();

        for (SendBatch batch : batches) {
            assertThatIllegalStateException().isThrownBy(batch::send);
            assertThatIllegalStateException().isThrownBy(() -> batch.add(pair[0], bytes("y")));
            batch.close();
        }
        Fixture.assertErrno(Errno.ESHUTDOWN, () -> owner.sendBatch(1, 1));
        others.add(pair[0], bytes("z"));
        others.send();
        assertThat(others.result(0)).isEqualTo(1);
        assertThat(Batches.received(pair[1])).isEqualTo("z");
        others.close();
        awaitRings(before);
    }

    @Test
    void shouldGoWithTheCore() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        SendBatch batch = fixture.sockets.sendBatch(4, 64);
        batch.add(pair[0], bytes("x"));

        fixture.core.close();

        assertThatIllegalStateException().isThrownBy(batch::send);
        Fixture.assertErrno(Errno.ESHUTDOWN, () -> fixture.sockets.sendBatch(1, 1));
        awaitRings(before);
    }

    @Test
    void shouldAllGoWithTheirOwnerAlsoWhereWhatOneHasUnsentIsJustBeingSent() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        List<SendBatch> batches = new ArrayList<>();
        List<FutureTask<Integer>> rests = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            SendBatch batch = owner.sendBatch(4, 1 << 20);
            Fixture.fill(pair[0]);
            batch.add(pair[0], ByteBuffer.allocate(1 << 20));
            batch.send();
            batches.add(batch);
            rests.add(Threads.PLATFORM.run(() -> (int) pair[0].send(batch.unsent(0), 0)));
        }
        Fixture.awaitBlocked(pair[0], 4);

        owner.close();

        for (SendBatch batch : batches) {
            assertThatIllegalStateException().isThrownBy(batch::send);
            batch.close();
        }
        awaitRings(before);
        pair[0].close();
        for (FutureTask<Integer> rest : rests) {
            await().until(rest::isDone);
        }
    }

    @Test
    void shouldHaveARingWhereThereAreRingsAndGiveItBack() throws Exception {
        Batches.assumeRings();
        org.junit.jupiter.api.Assumptions.assumeTrue(IoUringCalls.allowed(), "calls are libc's");
        SendBatch batch = owner.sendBatch(4, 64);
        assertThat(Batches.rings()).isEqualTo(before + 1);
        batch.close();
        assertThat(Batches.rings()).isEqualTo(before);
    }

    @Test
    void shouldGiveBackWhatWasForgotten() throws Exception {
        for (int i = 0; i < 20; i++) {
            forget();
        }
        await().atMost(Fixture.PATIENCE).until(() -> {
            System.gc();
            return Batches.rings() <= before;
        });
    }

    private void forget() throws KernelSocketException {
        owner.sendBatch(4, 64).send();
    }

    @Test
    void shouldLeaveNothingBehindOfMany() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        for (int i = 0; i < 10_000; i++) {
            try (SendBatch batch = owner.sendBatch(8, 512)) {
                batch.add(pair[0], bytes("x"));
                batch.send();
                assertThat(batch.result(0)).isEqualTo(1);
                assertThat(pair[1].recv(new byte[2], 0, 2, 0)).isEqualTo(1);
            }
        }
        assertThat(Batches.rings()).isLessThanOrEqualTo(before);
    }

    private static void awaitRings(long most) {
        await().pollDelay(Duration.ZERO).atMost(Fixture.PATIENCE).until(() -> Batches.rings() <= most);
    }
}
