// SPDX-License-Identifier: Apache-2.0
package ksock.impl.race;

import static ksock.api.Errno.ECONNRESET;
import static ksock.api.Errno.ENOTSOCK;
import static ksock.api.Errno.EPIPE;
import static ksock.api.Errno.ESHUTDOWN;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SendBatch;
import ksock.impl.race.Race.Outcome;
import ksock.impl.race.Race.Step;
import ksock.impl.socket.Batches;
import ksock.impl.socket.Fixture;
import ksock.impl.socket.SocketScope;
import ksock.impl.socket.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sends to many against what becomes of them meanwhile: each gets its own, or nothing. */
@Timeout(600)
class SendBatchRaceTest {

    private static final int SOCKETS = 64;
    /** How much is sent to a socket at once: its tag again and again. */
    private static final int LENGTH = 96;

    private final Fixture fixture = new Fixture();
    private final AtomicInteger tags = new AtomicInteger();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** A pair of sockets, of which one is only ever sent what carries its tag. */
    private final class Tagged {

        private final int tag = tags.incrementAndGet();
        private final KernelSocket near;
        private final KernelSocket far;

        Tagged() throws KernelSocketException {
            KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            near = pair[0];
            far = pair[1];
        }

        ByteBuffer data() {
            ByteBuffer data = ByteBuffer.allocate(LENGTH);
            while (data.hasRemaining()) {
                data.putInt(tag);
            }
            return data.flip();
        }

        /** What came, all of it this one's; what was cut short may end in the middle of a tag. */
        long receiveOwn() throws KernelSocketException {
            byte[] bytes = new byte[SOCKETS * LENGTH];
            long all = 0;
            long count = far.recv(bytes, 0, bytes.length, MSG_DONTWAIT);
            while (count > 0) {
                ByteBuffer there = ByteBuffer.wrap(bytes, 0, (int) count);
                assertThat(all % LENGTH).as("nothing was cut short").isZero();
                while (there.hasRemaining()) {
                    assertThat(there.getInt()).as("tag of what came").isEqualTo(tag);
                }
                all += count;
                count = far.recv(bytes, 0, bytes.length, MSG_DONTWAIT);
            }
            return all;
        }

        void close() {
            near.close();
            far.close();
        }
    }

    /** Bytes, WOULD_BLOCK, or an errno that a close can make of it. */
    private static long result(SendBatch batch, int index) {
        try {
            long result = batch.result(index);
            assertThat(result).isIn((long) LENGTH, KernelSocket.WOULD_BLOCK);
            return Math.max(0, result);
        } catch (KernelSocketException e) {
            assertThat(e.errno()).as(e.getMessage()).isIn(ENOTSOCK, EPIPE, ECONNRESET);
            return 0;
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldSendNobodyWhatIsAnothersWhoeverClosesMeanwhile(Threads threads) throws Exception {
        Race race = new Race("batch, closes and new sockets on " + threads);
        try (SendBatch batch = fixture.sockets.sendBatch(SOCKETS, SOCKETS * 128)) {
            race.rounds(400, round -> {
                List<Tagged> all = new ArrayList<>();
                for (int i = 0; i < SOCKETS; i++) {
                    all.add(new Tagged());
                }
                List<Tagged> others = new ArrayList<>();
                long[] taken = new long[SOCKETS];
                SplittableRandom random = new SplittableRandom(race.below(Integer.MAX_VALUE));
                int sends = 1 + race.below(4);
                List<Outcome> ends = race.run(threads, () -> {
                    for (int i = 0; i < sends; i++) {
                        sendToEach(batch, all, taken);
                    }
                    return null;
                }, closing(all, random.split(), true), closing(all, random.split(), false), () -> {
                    // Numbers of descriptors are given again, the lowest first.
                    for (int i = 0; i < SOCKETS / 2; i++) {
                        others.add(new Tagged());
                    }
                    return null;
                });
                assertThat(ends).allSatisfy(end -> assertThat(end.failure()).isNull());
                for (int i = 0; i < SOCKETS; i++) {
                    if (all.get(i).far.isOpen()) {
                        assertThat(all.get(i).receiveOwn()).as("what socket %d took", i).isEqualTo(taken[i]);
                    }
                }
                for (Tagged other : others) {
                    assertThat(other.receiveOwn()).as("what came that nobody sent").isZero();
                }
                all.forEach(Tagged::close);
                others.forEach(Tagged::close);
            });
        }
    }

    private static void sendToEach(SendBatch batch, List<Tagged> all, long[] taken) {
        for (Tagged one : all) {
            assertThat(batch.add(one.near, one.data())).isTrue();
        }
        batch.send();
        for (int i = 0; i < all.size(); i++) {
            taken[i] += result(batch, i);
        }
    }

    /** Closes a third of them, those who send or their peers. */
    private static Step closing(List<Tagged> all, SplittableRandom random, boolean near) {
        return () -> {
            for (int i = 0; i < SOCKETS / 3; i++) {
                Tagged one = all.get(random.nextInt(SOCKETS));
                (near ? one.near : one.far).close();
            }
            return null;
        };
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldCloseASocketThatSeveralBatchesSendTo(Threads threads) throws Exception {
        Race race = new Race("several batches and a close on " + threads);
        try (SendBatch one = fixture.sockets.sendBatch(SOCKETS, LENGTH);
                SendBatch other = fixture.sockets.sendBatch(SOCKETS, LENGTH)) {
            race.rounds(400, round -> {
                Tagged tagged = new Tagged();
                long[] taken = new long[2];
                race.run(threads, () -> taken[0] = sendAgain(one, tagged), () -> taken[1] = sendAgain(other, tagged),
                        () -> {
                            tagged.near.close();
                            return null;
                        });
                assertThat(tagged.receiveOwn()).isEqualTo(taken[0] + taken[1]);
                assertThat(tagged.far.recv(new byte[1], 0, 1, MSG_DONTWAIT)).as("the end").isZero();
                tagged.close();
            });
        }
    }

    /** Sends the same to the same as often as there is room for; what was taken. */
    private static long sendAgain(SendBatch batch, Tagged tagged) {
        batch.add(tagged.near, tagged.data());
        while (batch.addAgain(tagged.near)) {
            Thread.onSpinWait();
        }
        batch.send();
        long taken = 0;
        for (int i = 0; i < SOCKETS; i++) {
            taken += result(batch, i);
        }
        return taken;
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldSendOrBeClosedWhenTheOwnerGoes(Threads threads) throws Exception {
        Race race = new Race("batch and the end of its owner on " + threads);
        long before = Batches.rings();
        List<Tagged> all = new ArrayList<>();
        for (int i = 0; i < SOCKETS; i++) {
            all.add(new Tagged());
        }
        race.rounds(300, round -> {
            SocketScope owner = fixture.core.scope(7, "an.owner");
            SendBatch batch = owner.sendBatch(SOCKETS, SOCKETS * 128);
            AtomicBoolean late = new AtomicBoolean();
            AtomicBoolean gone = new AtomicBoolean();
            List<Outcome> ends = race.run(threads, () -> {
                long[] taken = new long[SOCKETS];
                try {
                    while (true) {
                        boolean wasGone = gone.get();
                        sendToEach(batch, all, taken);
                        late.compareAndSet(false, wasGone);
                        for (int i = 0; i < SOCKETS; i++) {
                            taken[i] -= all.get(i).receiveOwn();
                        }
                    }
                } catch (IllegalStateException e) {
                    return taken;
                }
            }, () -> {
                owner.close();
                gone.set(true);
                return null;
            }, () -> {
                owner.sendBatch(1, 1).close();
                return null;
            });
            assertThat(late).as("sent after the owner had gone").isFalse();
            assertThat((long[]) ends.get(0).value()).as("taken and not received").containsOnly(0);
            assertThat(ends.get(1).errno()).isNull();
            assertThat(ends.get(2).errno()).isIn(null, ESHUTDOWN);
            if (race.coin()) {
                batch.close();
            }
        });
        all.forEach(Tagged::close);
        await().pollInterval(Duration.ofMillis(10)).until(() -> Batches.rings() <= before);
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldCloseOnceHoweverManyDo(Threads threads) throws Exception {
        Race race = new Race("close and close of a batch on " + threads);
        long before = Batches.rings();
        race.rounds(300, round -> {
            SocketScope owner = fixture.core.scope(7, "an.owner");
            SendBatch batch = owner.sendBatch(1, 1);
            // Who closed a number twice would take it from these.
            Step other = () -> fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            Step close = () -> {
                batch.close();
                return null;
            };
            List<Outcome> ends = race.run(threads, close, () -> {
                owner.close();
                return null;
            }, other, close);
            KernelSocket[] next = (KernelSocket[]) ends.get(2).value();
            assertThat(next[0].send(new byte[] {1}, 0, 1, 0)).isEqualTo(1);
            assertThat(next[1].recv(new byte[1], 0, 1, 0)).isEqualTo(1);
            Arrays.asList(next).forEach(KernelSocket::close);
        });
        assertThat(Batches.rings()).isLessThanOrEqualTo(before);
    }
}
